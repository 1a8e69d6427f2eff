"""Refreshing (RFC 6749 §6, RFC 9700 §4.14.2): rotation, the retry of a lost answer, and reuse.

An honest client that lost an answer is not logged out: the token that was just replaced gets the same successors
again. Nothing is stored for that: they are derived from the presented token and a seed in the row, and neither
alone yields them. Every other use of a replaced token ends the authorization.
"""

import secrets

from sqlalchemy import bindparam

from portal.config import current_settings
from portal.foundation import clock
from portal.foundation.credentials import derive_for_row, same
from portal.foundation.measures import current_measures
from portal.foundation.prepared import Prepared
from portal.oauth.errors import ProtocolError
from portal.oauth.models import Authorization
from portal.oauth.presented import PREFIXES, Presented, find
from portal.oauth.recorder import current_recorder
from portal.oauth.tokens import IssuedTokens, move, moving_update, revoke, token_answer, token_values

_ROTATE = Prepared(
    moving_update("rotated_at", "seed")
    .where(Authorization.refresh_digest == bindparam("presented"))
    .values(
        generation=Authorization.generation + 1,
        previous_refresh_digest=Authorization.refresh_digest,
        previous_access_digest=Authorization.access_digest,
        previous_access_scope=Authorization.access_scope,
        previous_access_issued_at=Authorization.access_issued_at,
        previous_access_expires_at=Authorization.access_expires_at,
    )
)


def rotate(token: Presented, scope: str) -> IssuedTokens:
    """Answer a refresh request (RFC 6749 §6, RFC 9700 §4.14.2): new tokens, the same ones again, or reuse.

    Args:
        token: the refresh token, of a client that was authenticated.
        scope: for the new access token alone; the grant keeps its own.

    Raises:
        ProtocolError: `invalid_grant`; after reuse, everything from this authorization is revoked.
    """
    for _ in range(2):  # a request that lost the race finds the winner's row the second time
        row, now = token.row, clock.now()
        if token.closed:
            raise ProtocolError(
                "invalid_grant",
                "The refresh token was revoked or has expired. Ask the user to connect again.",
                detail=f"{token.reference}: {token.closed}",
                cause="refresh_token_expired",
            )
        if not same(token.digest, row.refresh_digest):
            return _retry(token)
        if row.refresh_expires_at <= now:
            text = "The refresh token has expired. Ask the user to connect again."
            raise ProtocolError("invalid_grant", text, cause="refresh_token_expired")
        seed = secrets.token_bytes(32)
        access, refresh = _successors(token.text, row.id, seed)
        values = token_values(row, access, refresh, scope, now)
        if move(_ROTATE, token, {**values, "rotated_at": now, "seed": seed}):
            current_recorder().count(row.client_id, "refreshed")
            return token_answer(access, refresh, scope, values["access_expires_at"] - now)
        token = find(token.text) or token
    raise ProtocolError("invalid_grant", "The refresh token changed while it was used. Ask the user to connect again.")


def _retry(token: Presented) -> IssuedTokens:
    """The just replaced token gets its successors again, made anew; any other one is a thief's or a stale copy.

    Only somebody who has seen a credential of this authorization knows its id, so a made-up token ends it too.
    """
    row, now = token.row, clock.now()
    fresh = row.rotated_at is not None and now - row.rotated_at < current_settings().refresh_retry_seconds
    if fresh and same(token.digest, row.previous_refresh_digest):
        access, refresh = _successors(token.text, row.id, row.seed)
        current_measures().count("noted", "retried")
        return token_answer(access, refresh, row.access_scope, max(0, row.access_expires_at - now))
    revoke(row.id, "refresh_token_reuse")
    raise ProtocolError(
        "invalid_grant",
        "The refresh token was used before, so the whole authorization is revoked. Each refresh returns a new "
        "refresh token: store it before the next use, and ask the user to connect again.",
        detail=f"refresh token reuse on {token.reference}, generation {row.generation}",
        cause="refresh_token_reuse",
    )


def _successors(text: str, row_id: int, seed: bytes) -> tuple[str, str]:
    """Access and refresh token that follow from a refresh token: neither it nor the database alone yields them."""
    return (
        derive_for_row(PREFIXES["access_token"], row_id, text, seed + b"access"),
        derive_for_row(PREFIXES["refresh_token"], row_id, text, seed + b"refresh"),
    )
