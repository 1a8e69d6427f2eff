"""The books of an authorization: what was answered, what the database holds and what is accepted agree."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, select

from portal.foundation.credentials import digest, row_id_of
from portal.oauth.models import Authorization
from portal.oauth.presented import PREFIXES


def row_id(token: str) -> int:
    """The primary key that a code or token carries."""
    found = next((number for prefix in PREFIXES.values() if (number := row_id_of(prefix, token)) is not None), None)
    assert found is not None, "no code or token of this server"
    return found


def read_rows(connection: Connection, tokens: Iterable[str]) -> dict[int, Any]:
    """The authorizations that codes or tokens belong to, by their keys, as the database holds them now."""
    table: Any = Authorization.__table__
    query = select(table).where(table.c.id.in_({row_id(token) for token in tokens}))
    return {row.id: row for row in connection.execute(query)}


def assert_balanced(
    row: Any, *, access_tokens: Iterable[str], refresh_tokens: Iterable[str], accepted: Callable[[str], bool]
) -> None:
    """Check one authorization after a race, a kill or a fault.

    Args:
        row: its row.
        access_tokens: all that were ever answered.
        refresh_tokens: likewise; a row that is not revoked must hold none that is not among them.
        accepted: whether the server takes a token for good.
    """
    refresh_tokens = list(refresh_tokens)
    live = [token for token in refresh_tokens if accepted(token)]
    open_now = [token for token in access_tokens if accepted(token)]
    assert len(live) <= 1, "two refresh tokens of one family are live"
    assert all(digest(token) == row.refresh_digest for token in live)
    assert all(digest(token) in {row.access_digest, row.previous_access_digest} for token in open_now)
    if row.revoked_at is not None:
        assert row.revoked_reason
        assert not live, "a refresh token is both revoked and accepted"
        assert not open_now, "an access token is both revoked and accepted"
    else:
        assert row.refresh_digest in {None, *map(digest, refresh_tokens)}, "a refresh token that nobody was given lives"
