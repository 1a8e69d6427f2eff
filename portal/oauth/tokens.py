"""Codes and tokens: each move of an `authorizations` row is one conditional UPDATE whose row count is checked.

Owns issue, exchange and revocation; `presented` owns the look-up, `rotation` the refresh. Whether the client and the
proof of possession are right is decided before (`client_authentication`, `grants`). Knows no HTTP.
"""

from typing import Any

from sqlalchemy import Update, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from portal.config import current_settings
from portal.foundation import clock
from portal.foundation.audit import current_origin
from portal.foundation.credentials import derive_for_row, digest, mint_for_row, new_id, same
from portal.foundation.database import transaction
from portal.foundation.prepared import ConnectionLost, Prepared
from portal.oauth.authorization_endings import end_authorization
from portal.oauth.errors import ProtocolError
from portal.oauth.metadata import RESOURCES
from portal.oauth.models import Authorization, users
from portal.oauth.presented import PREFIXES, Presented
from portal.oauth.recorder import current_recorder


class IssuedTokens(dict[str, object]):
    """A token answer (RFC 6749 §5.1). It does not print what it holds: Authlib logs it at DEBUG."""

    def __repr__(self) -> str:
        return "<issued tokens>"


def issue_code(
    session: Session,
    *,
    client_key: int,
    user_id: int,
    scope: str,
    resource: str = RESOURCES[0],
    redirect_uri: str | None,
    code_challenge: str | None,
    row_id: int | None = None,
    session_key: str | None = None,
    credentials_version: int | None = None,
) -> str:
    """Begin an authorization, in the caller's transaction, and return its code.

    Args:
        resource: paths of the resources that its tokens are for, space-separated (RFC 8707).
        redirect_uri: what the token request must repeat; None if the request named none (RFC 6749 §4.1.3).
        code_challenge: RFC 7636 S256, or None.
        row_id: the new row's key; left out, any.
        session_key: what the code follows from (`code_of`), of the browser in which it was allowed; left out, chance.
        credentials_version: the user's when they were known to be there; left out, the one of now.
    """
    settings, now, origin, row_id = current_settings(), clock.now(), current_origin(), row_id or new_id()
    current = select(users.c.credentials_version).where(users.c.id == user_id).scalar_subquery()
    code = code_of(row_id, session_key) if session_key else mint_for_row(PREFIXES["code"], row_id)
    session.add(
        Authorization(
            id=row_id,
            client_id=client_key,
            user_id=user_id,
            scope=scope,
            resource=resource,
            credentials_version=current if credentials_version is None else credentials_version,
            allowed_from=origin.network,
            allowed_with=origin.agent,
            created_at=now,
            expires_at=now + settings.grant_seconds,
            code_digest=digest(code),
            code_expires_at=now + settings.code_seconds,
            redirect_uri=redirect_uri,
            code_challenge=code_challenge,
        )
    )
    return code


def code_of(row_id: int, session_key: str) -> str:
    """The code of an authorization that was allowed in this browser: made again for a second click, never stored.

    Args:
        session_key: 256 random bits that only that browser's cookie holds; the database knows their digest.
    """
    return derive_for_row(PREFIXES["code"], row_id, session_key, b"code" + row_id.to_bytes(8))


_TOKEN_COLUMNS = (
    "access_digest",
    "access_scope",
    "access_issued_at",
    "access_expires_at",
    "refresh_digest",
    "refresh_expires_at",
)


def moving_update(*columns: str) -> Update:
    """An UPDATE of one row that puts a new pair of tokens, and what else is named, into it.

    `move` gives it its values, each as the parameter `new_` and the column's name.
    """
    names = (*_TOKEN_COLUMNS, *columns)
    return (
        update(Authorization)
        .where(Authorization.id == bindparam("row_id"), Authorization.revoked_at.is_(None))
        .values({name: bindparam(f"new_{name}") for name in names})
    )


_HELD = Prepared(select(Authorization.access_digest).where(Authorization.id == bindparam("row_id")))


def move(statement: Prepared, presented: Presented, values: dict[str, Any]) -> bool:
    """Run a prepared `moving_update`, committed at once. False if the row was no longer as it must be."""
    parameters = {f"new_{name}": value for name, value in values.items()}
    parameters |= {"row_id": presented.row.id, "presented": presented.digest}
    try:
        return statement.change(parameters) == 1
    except ConnectionLost:
        # It was carried out, or it was not. Carried out a second time it would look like reuse: the row tells.
        return statement.change(parameters) == 1 or any(
            same(row.access_digest, values["access_digest"]) for row in _HELD.rows(parameters)
        )


_EXCHANGE = Prepared(
    moving_update("code_used_at")
    .where(Authorization.code_digest == bindparam("presented"), Authorization.code_used_at.is_(None))
    .values(redirect_uri=None, code_challenge=None, generation=1)
)


def exchange(code: Presented) -> IssuedTokens:
    """Redeem a code whose client, redirect URI and verifier were checked: exactly one of any number succeeds.

    Raises:
        ProtocolError: `invalid_grant`; it was used in between, so everything that came of it is revoked.
    """
    row, now = code.row, clock.now()
    access = mint_for_row(PREFIXES["access_token"], row.id)
    refresh = mint_for_row(PREFIXES["refresh_token"], row.id)
    values = token_values(row, access, refresh, row.scope, now)
    if not move(_EXCHANGE, code, {**values, "code_used_at": now}):
        raise refuse_used_code(code)
    current_recorder().count(row.client_id, "exchanged")
    return token_answer(access, refresh, row.scope, values["access_expires_at"] - now)


def refuse_used_code(code: Presented) -> ProtocolError:
    """A second use of a code ends what the first one was given (RFC 6749 §4.1.2, RFC 9700 §4.5)."""
    revoke(code.row.id, "code_reuse")
    return ProtocolError(
        "invalid_grant",
        "The code was used before; the tokens from its first use are now revoked. Exchange each code once: "
        "a page that mounts or reloads twice must not send it again.",
        detail=f"code reuse on {code.reference}",
        cause="code_reuse",
    )


def token_values(row: Any, access: str, refresh: str, scope: str, now: int) -> dict[str, Any]:
    """The columns that a newly issued pair of tokens is remembered in."""
    settings = current_settings()
    return {
        "access_digest": digest(access),
        "access_scope": scope,
        "access_issued_at": now,
        "access_expires_at": min(now + settings.access_token_seconds, row.expires_at),
        "refresh_digest": digest(refresh),
        "refresh_expires_at": min(now + settings.refresh_token_seconds, row.expires_at),
    }


def token_answer(access: str, refresh: str, scope: str, expires_in: int) -> IssuedTokens:
    """The body of a successful answer (RFC 6749 §5.1); `expires_in` in seconds."""
    return IssuedTokens(
        access_token=access, token_type="Bearer", expires_in=expires_in, refresh_token=refresh, scope=scope
    )


def revoke(row_id: int, reason: str) -> None:
    """End an authorization and every token from it (RFC 7009 §2.1)."""
    with transaction() as session:
        end_authorization(session, row_id, reason)


_OF_ROW = Authorization.access_digest, Authorization.previous_access_digest
_REVOKE_ACCESS = Prepared(
    update(Authorization)
    .where(Authorization.id == bindparam("row_id"), or_(*(stored == bindparam("presented") for stored in _OF_ROW)))
    .values({stored: func.nullif(stored, bindparam("presented")) for stored in _OF_ROW})
)


def revoke_access_token(token: Presented) -> None:
    """End one access token and leave the authorization (RFC 7009 §2.1); a refresh in between has only moved it."""
    parameters = {"row_id": token.row.id, "presented": token.digest}
    try:
        _REVOKE_ACCESS.change(parameters)
    except ConnectionLost:  # twice does no harm
        _REVOKE_ACCESS.change(parameters)
