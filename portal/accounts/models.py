"""Who somebody is, and the browsers in which they are signed in."""

from sqlalchemy import ForeignKey, LargeBinary, String, Text
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
    last_seen_at: Mapped[Timestamp | None]
    """Of its requests, to the hour."""
    network: Mapped[str] = mapped_column(String(50), default="", server_default="")
    """Roughly where it was opened."""
    agent: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Its User-Agent then."""


class EmailLink(Base):
    """A link that was sent to an address, and what whoever opens it may do, once. The row knows its digest."""

    __tablename__ = "email_links"
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    """`sign_up`, `reset`, `change` or `undo`."""
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    """Whose account it concerns; nobody's yet for `sign_up`."""
    email: Mapped[str] = mapped_column(String(254))
    """The address that is proven by opening it, or put back by `undo`."""
    next_path: Mapped[str] = mapped_column(Text)
    """Where its reader was going, on this site."""
    created_at: Mapped[Timestamp]
    expires_at: Mapped[Timestamp] = mapped_column(index=True)
