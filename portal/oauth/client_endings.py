"""What a client's owner can end: its calls (suspend, resume), everybody's access to it, the client itself.

Each is one transaction that holds the client's row (`client_locks`), so that no approval slips through beside it.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from portal.foundation import audit, clock
from portal.foundation.database import reading, transaction
from portal.oauth.client_events import note_edit
from portal.oauth.client_profiles import lock_client
from portal.oauth.models import Authorization, Client, Consent, PendingRequest
from portal.oauth.recorder import current_recorder

_NO_SYNC = {"synchronize_session": False}
"""Rows in bulk: none of them is loaded, and none shall be."""


class SuspendedByOperator(Exception):
    """The client's owner may not resume it."""


class NotItsName(Exception):
    """What was typed is not the client's name.

    Args:
        name: the name.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Reach:
    """Whom the end of a client, or of everybody's access to it, would touch."""

    users: int
    """Who allow it."""
    authorizations: int
    """Of which a code or token still works, or would if the client were not suspended."""

    def __str__(self) -> str:
        return f"{_count(self.users, 'user')} and {_count(self.authorizations, 'live authorization')}"


def _count(number: int, of: str) -> str:
    return f"{number:,} {of}{'' if number == 1 else 's'}"


def is_live(now: int) -> ColumnElement[bool]:
    """Whether a code or token of an authorization still works; its user and client are not looked at."""
    return (
        Authorization.revoked_at.is_(None)
        & (Authorization.expires_at > now)
        & or_(
            Authorization.refresh_expires_at > now,
            Authorization.access_expires_at > now,
            Authorization.code_used_at.is_(None) & (Authorization.code_expires_at > now),
        )
    )


def count_reach(client_key: int) -> Reach:
    """Whom a client reaches now."""
    with reading() as session:
        return reach_of(session, client_key)


def reach_of(session: Session, client_key: int) -> Reach:
    """The same in a caller's transaction."""
    users = select(func.count()).where(Consent.client_id == client_key)
    live = select(func.count()).where(Authorization.client_id == client_key, is_live(clock.now()))
    return Reach(session.scalar(users) or 0, session.scalar(live) or 0)


def suspend_client(owner_id: int, client_id: str, *, actor: str) -> Reach | None:
    """Refuse all of a client's codes and tokens from now on, until `resume_client`.

    Args:
        actor: the name of who does it.

    Returns:
        Whom it touches; None if it was suspended already.

    Raises:
        LookupError: the owner has no such client.
    """
    with transaction() as session:
        client = lock_client(session, owner_id, client_id)
        if client.suspended_at is not None:
            return None
        client.suspended_at, client.suspension_reason = clock.now(), None
        reach = reach_of(session, client.id)
        note_edit(session, client.id, "access", actor, f"Suspended the app: {reach} stopped working")
    return reach


def resume_client(owner_id: int, client_id: str, *, actor: str) -> Reach | None:
    """Let a suspended client work again: what has not expired meanwhile is good as before.

    Args:
        actor: the name of who does it.

    Returns:
        Whom it touches; None if it was not suspended.

    Raises:
        LookupError: the owner has no such client.
        SuspendedByOperator: nothing was changed.
    """
    with transaction() as session:
        client = lock_client(session, owner_id, client_id)
        if client.suspended_at is None:
            return None
        if client.suspension_reason is not None:
            raise SuspendedByOperator
        client.suspended_at = None
        reach = reach_of(session, client.id)
        note_edit(session, client.id, "access", actor, f"Resumed the app: {reach} work again")
    return reach


def revoke_all_access(owner_id: int, client_id: str, *, actor: str) -> Reach:
    """Take back what every user has allowed a client: all codes and tokens are dead at once, for good.

    Args:
        actor: the name of who does it.

    Returns:
        Who lost what.

    Raises:
        LookupError: the owner has no such client.
    """
    with transaction() as session:
        client = lock_client(session, owner_id, client_id)
        reach = end_all_access(session, client, "owner_revoked_all", actor)
    current_recorder().count(client.id, "left", times=reach.users)
    return reach


def end_all_access(session: Session, client: Client, reason: str, actor: str) -> Reach:
    """The same in a caller's transaction, which holds the client's row.

    Args:
        reason: why, for the log.
    """
    reach = reach_of(session, client.id)
    for table in (PendingRequest, Consent):
        session.execute(delete(table).where(table.client_id == client.id), execution_options=_NO_SYNC)
    session.execute(
        update(Authorization)
        .where(Authorization.client_id == client.id, Authorization.revoked_at.is_(None))
        .values(revoked_at=clock.now(), revoked_reason=reason),
        execution_options=_NO_SYNC,
    )
    note_edit(session, client.id, "access", actor, f"Revoked all users’ access: {reach} ended")
    return reach


def delete_client(owner_id: int, client_id: str, *, typed_name: str) -> Reach:
    """Delete a client, with its secrets, consents, authorizations and records, for good.

    Args:
        typed_name: what was typed to confirm it; how many spaces are in it does not count.

    Returns:
        Who lost what.

    Raises:
        LookupError: the owner has no such client.
        NotItsName: nothing was deleted.
    """
    with transaction() as session:
        client = lock_client(session, owner_id, client_id)
        if typed_name.split() != client.name.split():  # as it reads: spaces of any width and number are one
            raise NotItsName(client.name)
        return drop_client(session, client)


def drop_client(session: Session, client: Client, actor: str = "") -> Reach:
    """The same in a caller's transaction, which holds the client's row.

    Args:
        actor: the name of who does it, where it is not its owner.
    """
    reach = reach_of(session, client.id)
    audit.record(
        session,
        "app_deleted",
        user_id=client.owner_id,
        client_id=client.id,
        app=client.name,
        actor=actor,
        text=f"{reach} ended",
    )
    session.execute(delete(Client).where(Client.id == client.id), execution_options=_NO_SYNC)
    return reach
