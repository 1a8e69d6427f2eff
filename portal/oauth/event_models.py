"""What a client's owner can look up about it: events, and counts by day. `client_events` writes them."""

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, RandomId, Timestamp


class ClientEvent(Base):
    """What happened to a client, for its owner: an edit, or calls that failed in one way in one hour.

    Nothing in it is a secret, code or token.
    """

    __tablename__ = "client_events"
    __table_args__ = (Index(None, "client_id", "at", "id"), UniqueConstraint("client_id", "fingerprint"))
    id: Mapped[RandomId]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    at: Mapped[Timestamp] = mapped_column(index=True)
    """Of the latest call, if it stands for several."""
    kind: Mapped[str] = mapped_column(String(24))
    """`failure`, or one of the edits that `client_events` names."""
    actor: Mapped[str] = mapped_column(String(80), default="")
    """The name of who made the edit."""
    text: Mapped[str] = mapped_column(String(1000), default="")
    """What was changed, or the public description of the error."""
    endpoint: Mapped[str] = mapped_column(String(16), default="")
    """Which call failed: `authorize`, `token`, `refresh`, `revoke` or `introspect`."""
    cause: Mapped[str] = mapped_column(String(40), default="")
    sent: Mapped[str] = mapped_column(String(2000), default="")
    """The redirect URI that was sent, if it is the cause."""
    origin: Mapped[str] = mapped_column(String(50), default="")
    """The caller's network, roughly."""
    reference: Mapped[str] = mapped_column(String(16), default="")
    """The id of the request that failed, the latest if there were several: error pages show it."""
    count: Mapped[int] = mapped_column(default=1)
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Equal for failures that are one row; None for edits."""


class ClientDay(Base):
    """How often something happened to a client on one day, for its owner's charts."""

    __tablename__ = "client_days"
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, index=True, autoincrement=False)
    """Days since the epoch, in UTC."""
    what: Mapped[str] = mapped_column(String(16), primary_key=True)
    """One of `client_events.COUNTED`."""
    detail: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A failure's endpoint and cause, or the id of a redirect URI; else empty."""
    count: Mapped[int] = mapped_column(BigInteger)
