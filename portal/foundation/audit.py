"""The security log: who did what, when, from where, with which app. Rows are added, and never changed by what follows.

It feeds the user's history, the app owner's Activity and the operators' command. Events name users and clients by
their keys, without a foreign key: the log outlives what it tells of. Nothing in it is a secret, code or token.
"""

from dataclasses import dataclass

from flask import has_request_context, request
from sqlalchemy import BigInteger, ColumnElement, Index, String, select, text, tuple_, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.config import current_settings
from portal.foundation import clock
from portal.foundation.credentials import new_id_in_order
from portal.foundation.database import Base, RandomId, Timestamp, reading
from portal.foundation.headers import request_id
from portal.foundation.public_addresses import network_of
from portal.foundation.purging import Dead

DAY = 86400
ADDRESS_DAYS = 30
"""How long a whole address is kept; its network stays as long as the event."""
PAGE_SIZE = 30
OPERATOR = "ContextFile’s operator"
"""Who did it, where a command did."""
KINDS = {
    "signed_up": "Account created",
    "signed_in": "Logged in",
    "sign_in_throttled": "Log-in paused after too many wrong passwords",
    "signed_out": "Logged out",
    "session_ended": "Session ended",
    "signed_out_everywhere": "Logged out everywhere",
    "reset_requested": "Password reset asked for",
    "password_changed": "Password changed",
    "name_changed": "Name changed",
    "email_change_asked": "Change of email address asked for",
    "email_changed": "Email address changed",
    "email_change_undone": "Change of email address undone",
    "data_exported": "Data exported",
    "account_disabled": "Account disabled",
    "account_enabled": "Account enabled again",
    "account_deleted": "Account deleted",
    "app_deleted": "App deleted",
    "app_allowed": "Access allowed",
    "app_returned": "Connected again, as allowed before",
    "app_denied": "Access refused",
    "app_narrowed": "Permissions reduced",
    "app_session_ended": "App’s session ended",
    "app_removed": "Access removed",
    "code_reuse": "Access ended: an authorization code was used twice",
    "refresh_token_reuse": "Access ended: a refresh token was used twice",
    "registered": "Registered",
    "edited": "Edited",
    "secret": "Client secret",
    "redirect_uri": "Redirect URI",
    "access": "Access",
}
"""What is logged, and how people read it: the only list of it."""
EDITS = ("registered", "edited", "secret", "redirect_uri", "access")
"""What an app's owner does to it."""
IS_EDIT = text("kind IN ({})".format(", ".join(f"'{kind}'" for kind in EDITS)))
"""Whether an event is one of EDITS. Literal, as its index is: a parameter could not be matched with that."""
IS_WHOLE = text("address <> ''")
"""Whether an event's address has not been shortened yet."""


class SecurityEvent(Base):
    """One thing that happened."""

    __tablename__ = "security_events"
    __table_args__ = (
        Index("ix_security_events_user", "user_id", "at", "id"),
        Index("ix_security_events_client", "client_id", "at", "id"),
        # Edits are few among what an app's users do.
        Index("ix_security_events_edits", "client_id", "at", "id", sqlite_where=IS_EDIT, postgresql_where=IS_EDIT),
        # Of those whose address is still whole: the others have nothing left to be shortened.
        Index("ix_security_events_whole_address", "at", sqlite_where=IS_WHOLE, postgresql_where=IS_WHOLE),
    )
    id: Mapped[RandomId]
    at: Mapped[Timestamp] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(32))
    """One of KINDS."""
    user_id: Mapped[int | None] = mapped_column(BigInteger)
    """Whose account it concerns."""
    client_id: Mapped[int | None] = mapped_column(BigInteger)
    """The key of the client that it concerns."""
    app: Mapped[str] = mapped_column(String(80))
    """The client's name at that time."""
    actor: Mapped[str] = mapped_column(String(80))
    """Who did it, by name, where it was not the account's holder."""
    text: Mapped[str] = mapped_column(String(1000))
    """What was changed, from what to what."""
    address: Mapped[str] = mapped_column(String(50))
    """Where the request came from; empty once it is ADDRESS_DAYS old."""
    network: Mapped[str] = mapped_column(String(50))
    """Roughly the same, for as long as the event is kept."""
    agent: Mapped[str] = mapped_column(String(200))
    """The User-Agent header of the request."""
    reference: Mapped[str] = mapped_column(String(16))
    """The id of the request, or how it begins: a proxy's may be longer."""


@dataclass(frozen=True)
class Origin:
    """Where the current request comes from; empty outside a request."""

    address: str = ""
    agent: str = ""
    reference: str = ""

    @property
    def network(self) -> str:
        """Roughly where that is."""
        return network_of(self.address)


def current_origin() -> Origin:
    """Where the request that is being answered comes from."""
    if not has_request_context():
        return Origin()
    agent = "".join(character for character in request.user_agent.string if character.isprintable())
    address = request.remote_addr or ""  # of a proxy's header, it may be anything
    return Origin(address[:50] if network_of(address) else "", agent[:200], request_id()[:16])


def record(
    session: Session,
    kind: str,
    *,
    user_id: object = None,
    client_id: int | None = None,
    app: object = "",
    actor: str = "",
    text: str = "",
) -> None:
    """Log something, in the transaction that does it: either both are there, or neither.

    Args:
        kind: one of KINDS.
        user_id: whose account it concerns; a key, or a subquery that finds it.
        client_id: the key of the client that it concerns.
        app: the client's name, or a subquery that finds it.
        actor: the name of who did it, where it was not the account's holder.
        text: what was changed; no secret.
    """
    origin, (second, nanosecond) = current_origin(), clock.exactly()
    session.add(
        SecurityEvent(
            id=new_id_in_order(nanosecond),
            at=second,
            kind=kind,
            user_id=user_id,
            client_id=client_id,
            app=app,
            actor=actor,
            text=text[:1000],
            address=origin.address,
            network=origin.network,
            agent=origin.agent,
            reference=origin.reference,
        )
    )


Position = tuple[int, int]
"""Of an event in a list: when it was, and its id, since several may have happened in one second."""


@dataclass(frozen=True)
class Events:
    """Some events, the latest first, and from where the list goes on, if it does."""

    events: list[SecurityEvent]
    older: Position | None


def list_events(*conditions: ColumnElement[bool], older_than: Position | None = None, most: int = PAGE_SIZE) -> Events:
    """Events that meet all conditions, with one query.

    Args:
        conditions: on SecurityEvent's columns; on pages, one of them on a column that comes first in an index.
        older_than: the page just below this position.
        most: how many.
    """
    place = tuple_(SecurityEvent.at, SecurityEvent.id)
    query = select(SecurityEvent).where(*conditions, *([place < older_than] if older_than else []))
    with reading() as session:
        found = list(session.scalars(query.order_by(SecurityEvent.at.desc(), SecurityEvent.id.desc()).limit(most + 1)))
    events = found[:most]
    return Events(events, (events[-1].at, events[-1].id) if len(found) > most else None)


def list_dead() -> list[Dead]:
    """Addresses that are ADDRESS_DAYS old, which are shortened to their network, and events past their retention."""
    now = clock.now()
    return [
        Dead("security log", SecurityEvent, SecurityEvent.at, before=now - current_settings().audit_days * DAY),
        Dead(
            "whole addresses in the security log",
            SecurityEvent,
            SecurityEvent.at,
            before=now - ADDRESS_DAYS * DAY,
            # Said as the index says it, not with a parameter: only so do both databases know that it holds all of them.
            among=(IS_WHOLE,),
            values={"address": ""},
        ),
    ]


def forget_person(session: Session, user_id: int) -> None:
    """Leave of a deleted account's events only what happened and when: the one change that rows ever see.

    The account's key stays, so that an operator still reads that it was deleted; it leads to nobody any more.
    """
    session.execute(
        update(SecurityEvent)
        .where(SecurityEvent.user_id == user_id)
        .values(actor="", text="", address="", network="", agent=""),
        execution_options={"synchronize_session": False},
    )
