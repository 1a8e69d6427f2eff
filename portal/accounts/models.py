"""Who somebody is, and the browsers in which they are signed in."""

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, RandomId, Timestamp


class User(Base):
    """A person with an account."""

    __tablename__ = "users"
    id: Mapped[RandomId]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In lower case."""
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Timestamp]
    disabled_at: Mapped[Timestamp | None]
    """Since when neither signing in nor any token of theirs works."""
    credentials_version: Mapped[int] = mapped_column(default=0)
    """Counts changes of the password: everything that was allowed under an earlier one has ended."""
    demo_role: Mapped[str | None] = mapped_column(String(20))
    """What the account shows on the demonstration run; its password is published. None for real people."""


class UserSession(Base):
    """One signed-in browser. The cookie holds a random value; the row knows its digest."""

    __tablename__ = "user_sessions"
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Timestamp]
    expires_at: Mapped[Timestamp] = mapped_column(index=True)
