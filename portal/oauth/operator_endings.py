"""What an operator can end, whoever's it is: a client's calls, all access to it, the client, what a leaked token opens.

Each is the use case of its owner (`client_endings`, `authorization_endings`), done for them; they read who did it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.foundation import clock
from portal.foundation.audit import OPERATOR
from portal.foundation.credentials import same
from portal.foundation.database import transaction
from portal.oauth.authorization_endings import end_session
from portal.oauth.client_endings import Reach, drop_client, end_all_access, reach_of
from portal.oauth.client_events import note_edit
from portal.oauth.models import Client
from portal.oauth.presented import PREFIXES, find
from portal.oauth.recorder import current_recorder

_TOKEN = re.compile("(?:{})[0-9A-Za-z]+".format("|".join(PREFIXES.values())))
_DIGESTS = (
    "code_digest",
    "access_digest",
    "previous_access_digest",
    "refresh_digest",
    "previous_refresh_digest",
)


def suspend_client(client_id: str, reason: str) -> Reach | None:
    """Refuse all of a client's codes and tokens; its owner reads why, and cannot resume it.

    Args:
        reason: for its owner; 500 characters at most.

    Returns:
        Whom it touches; None if an operator had suspended it before.

    Raises:
        LookupError: there is no such client.
    """
    with transaction() as session:
        client = _lock(session, client_id)
        # An earlier release, beside this one or gone back to, lets its owner resume it and leaves the reason.
        if client.suspended_at is not None and client.suspension_reason is not None:
            return None
        client.suspended_at, client.suspension_reason = client.suspended_at or clock.now(), reason
        reach = reach_of(session, client.id)
        note_edit(session, client.id, "access", OPERATOR, f"Suspended the app: {reach} stopped working. {reason}")
    return reach


def resume_client(client_id: str) -> Reach | None:
    """Let a suspended client work again, whoever suspended it.

    Returns:
        Whom it touches; None if it was not suspended.

    Raises:
        LookupError: there is no such client.
    """
    with transaction() as session:
        client = _lock(session, client_id)
        if client.suspended_at is None:
            return None
        client.suspended_at = client.suspension_reason = None
        reach = reach_of(session, client.id)
        note_edit(session, client.id, "access", OPERATOR, f"Resumed the app: {reach} work again")
    return reach


def revoke_client_access(client_id: str) -> Reach:
    """Take back what every user has allowed a client.

    Raises:
        LookupError: there is no such client.
    """
    with transaction() as session:
        client = _lock(session, client_id)
        reach = end_all_access(session, client, "operator_revoked_all", OPERATOR)
    current_recorder().count(client.id, "left", times=reach.users)
    return reach


def delete_client(client_id: str) -> Reach:
    """Delete a client, with everything of it.

    Raises:
        LookupError: there is no such client.
    """
    with transaction() as session:
        return drop_client(session, _lock(session, client_id), OPERATOR)


def _lock(session: Session, client_id: str) -> Client:
    client = session.scalars(select(Client).filter_by(client_id=client_id).with_for_update()).one_or_none()
    if client is None:
        raise LookupError(client_id)
    return client


@dataclass(frozen=True)
class Leaked:
    """An authorization of which a code or token was found where it must not be."""

    key: int
    user_id: int
    client_key: int
    client_id: str
    kinds: frozenset[str]
    """What of it was found: `code`, `access_token`, `refresh_token`."""
    is_latest: bool
    """Whether one of those is among the latest; if not, they were replaced long ago, or made up by who knows its id."""
    closed: str | None
    """Why nothing of it works any more; None if it is open."""


def find_leaked(text: str) -> list[Leaked]:
    """The authorizations whose codes or tokens stand anywhere in a text."""
    found: dict[int, Leaked] = {}
    for token in dict.fromkeys(_TOKEN.findall(text)):
        presented = find(token)
        if presented is None:
            continue
        row, before = presented.row, found.get(presented.row.id)
        is_latest = any(same(presented.digest, getattr(row, name)) for name in _DIGESTS)
        found[row.id] = Leaked(
            row.id,
            row.user_id,
            row.client_id,
            presented.client.client_id,
            (before.kinds if before else frozenset()) | {presented.kind},
            is_latest or bool(before and before.is_latest),
            presented.closed,
        )
    return list(found.values())


def end_leaked(leaked: Iterable[Leaked]) -> int:
    """End authorizations with every token of each; the users' consents stay. How many were still open."""
    return sum(end_session(one.user_id, one.client_key, one.key, actor=OPERATOR) for one in leaked)
