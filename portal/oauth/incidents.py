"""Codes and tokens that were used twice: what became of it, for the client's owner and for the user."""

from dataclasses import dataclass

from sqlalchemy import select

from portal.foundation import clock
from portal.foundation.database import reading
from portal.oauth.client_events import CAUSES
from portal.oauth.models import Authorization, Client

CURES = {
    "code_reuse": "Exchange each code once: a page that mounts or reloads twice must not send it again.",
    "refresh_token_reuse": "Store each new refresh token before the next use, and let one process at a time refresh.",
}
"""The reasons for which an authorization was ended by the server itself, and what its developer can do."""
SHOWN_FOR_SECONDS = 30 * 86400


@dataclass(frozen=True)
class Incident:
    """An authorization that reuse has ended, and when (seconds since the epoch)."""

    client_id: str
    what: str
    """What happened, in words."""
    cure: str
    """What the client's developer can do, if nobody else has a copy."""
    ended_at: int


def _list(condition: object, most: int) -> list[Incident]:
    query = (
        select(Client.client_id, Authorization.revoked_reason, Authorization.revoked_at)
        .join(Client, Client.id == Authorization.client_id)
        .where(
            condition,  # type: ignore[arg-type]  # a column expression
            Authorization.revoked_at > clock.now() - SHOWN_FOR_SECONDS,
            Authorization.revoked_reason.in_(CURES),
        )
        .order_by(Authorization.revoked_at.desc())
        .limit(most)
    )
    with reading() as session:
        found = session.execute(query).all()
    return [
        Incident(client_id, CAUSES[reason], CURES[reason], ended_at)
        for client_id, reason, ended_at in found
        if reason and ended_at
    ]


def list_of_client(client_key: int, most: int = 10) -> list[Incident]:
    """The latest incidents of a client in 30 days."""
    return _list(Authorization.client_id == client_key, most)


def list_of_user(user_id: int, most: int = 50) -> list[Incident]:
    """The latest incidents among the apps that a user has allowed, in 30 days."""
    return _list(Authorization.user_id == user_id, most)
