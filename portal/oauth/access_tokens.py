"""The access tokens of an authorization's row: the current one, and the one before it."""

from dataclasses import dataclass
from typing import Any

from portal.foundation import clock
from portal.foundation.credentials import same
from portal.oauth.scopes import parse, write


@dataclass(frozen=True)
class AccessPart:
    """What one live access token of a row may do, and when (seconds since the epoch)."""

    scope: str
    issued_at: int
    expires_at: int


def access_part(row: Any, presented: bytes) -> AccessPart | None:
    """The current access token, or the one before it, if `presented` is its digest and it has not expired.

    The previous one stays good for its own time, so that requests in flight during a refresh do not fail. Neither
    may do what has been taken out of its authorization since.
    """
    for part in ("", "previous_"):
        if same(presented, getattr(row, part + "access_digest")):
            issued: str = getattr(row, part + "access_scope")
            found = AccessPart(
                issued if issued == row.scope else write(parse(issued) & parse(row.scope)),
                getattr(row, part + "access_issued_at"),
                getattr(row, part + "access_expires_at"),
            )
            return found if found.expires_at > clock.now() else None
    return None
