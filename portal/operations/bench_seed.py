"""Rows to measure the server with: codes and tokens of one client that are valid for hours, and others in bulk.

Users and tokens in bulk are written past the use cases, which would take hours; the client's own are theirs.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import Connection

from portal.accounts.models import User
from portal.accounts.registration import sign_up
from portal.accounts.sessions import open_session
from portal.config import current_settings
from portal.foundation import clock
from portal.foundation.credentials import digest, mint_for_row, new_id
from portal.foundation.database import Base, current_database
from portal.oauth.client_profiles import register_client
from portal.oauth.clients import find_client
from portal.oauth.metadata import ENDPOINTS, RESOURCES
from portal.oauth.models import Authorization, Consent
from portal.oauth.presented import PREFIXES
from portal.oauth.scopes import SCOPES, write

REDIRECT_URI = "https://bench.example/callback"
VALID_SECONDS = 6 * 3600
_BATCH = 10_000
_FAMILIES_OF_ONE = 100
"""Token families in bulk that belong to one user."""


def seed(*, codes: int, refresh: int, access: int, revoke: int, fill: int) -> dict[str, object]:
    """Make a user, a confidential client and this many of each kind; returns what a driver needs to use them.

    Args:
        codes: authorization codes with a PKCE challenge.
        refresh: refresh tokens.
        access: access tokens to use.
        revoke: access tokens to revoke.
        fill: token families that nobody will use, a hundred of each of as many users as that takes.
    """
    user_id = sign_up("Bench", f"bench-{new_id()}@bench.example", secrets.token_urlsafe(24))
    client_id, client_secret = register_client(
        owner_id=user_id,
        actor="Bench",
        kind="web",
        name="Bench",
        redirect_uris=(REDIRECT_URI,),
    )
    client = find_client(client_id)
    assert client is not None  # noqa: S101 (just registered)
    rows = _Rows(client.key, user_id)
    with current_database().writing.begin() as connection:
        seeded_codes = [rows.code() for _ in range(codes)]
        families = [rows.family() for _ in range(refresh + access + revoke)]
        _insert(connection, Authorization, [row for _, row in seeded_codes] + [row for _, _, row in families])
        others = [new_id() for _ in range(0, fill, _FAMILIES_OF_ONE)]
        _insert(connection, User, map(rows.user, others))
        _insert(connection, Consent, map(rows.consent, others))
        # In the order of their keys, so that each goes to the end of table and index.
        owned = ((row_id, others[place % len(others)]) for place, row_id in enumerate(sorted(_ids(fill))))
        _insert(connection, Authorization, (rows.filler(*pair) for pair in owned))
    access_tokens = [access_token for access_token, _, _ in families]
    return {
        "token_endpoint": ENDPOINTS["token"],
        "introspection_endpoint": ENDPOINTS["introspection"],
        "revocation_endpoint": ENDPOINTS["revocation"],
        "resource_path": f"{RESOURCES[0]}/profile",
        "contexts_path": f"{RESOURCES[0]}/contexts",
        "consent_path": f"{ENDPOINTS['authorization']}?{urlencode(_request_of(client_id))}",
        "cookie": _cookie_of(user_id),
        "client_id": client_id,
        "client_secret": client_secret,
        "redirect_uri": REDIRECT_URI,
        "codes": [code for code, _ in seeded_codes],
        "refresh_tokens": [refresh_token for _, refresh_token, _ in families[:refresh]],
        "access_tokens": access_tokens[refresh : refresh + access],
        "revoke_tokens": access_tokens[refresh + access :],
    }


def _ids(count: int) -> Iterator[int]:
    return (new_id() for _ in range(count))


def _request_of(client_id: str) -> dict[str, str]:
    """An authorization request that puts the consent screen before a user who has not decided yet."""
    return {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": REDIRECT_URI,
        "scope": "profile:read contexts:read",
        "state": secrets.token_urlsafe(16),
        "code_challenge": _challenge_of(secrets.token_urlsafe(48)),
        "code_challenge_method": "S256",
    }


def _cookie_of(user_id: int) -> str:
    """The Cookie header of a browser in which a user is signed in."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None  # noqa: S101 (there is a secret key)
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'_user_id': open_session(user_id)})}"


def _challenge_of(verifier: str) -> str:
    """RFC 7636 §4.2, S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class _Rows:
    """Rows as exchange and consent would leave them, but valid for hours."""

    def __init__(self, client_key: int, user_id: int) -> None:
        now, scope = clock.now(), write(frozenset(SCOPES))
        self._shared: dict[str, Any] = {
            **_empty(Authorization),
            "client_id": client_key,
            "user_id": user_id,
            "scope": scope,
            "resource": RESOURCES[0],
            "credentials_version": 0,
            "allowed_from": "",
            "allowed_with": "",
            "created_at": now,
            "expires_at": now + current_settings().grant_seconds,
            "code_expires_at": now + VALID_SECONDS,
            "generation": 0,
        }
        self._family: dict[str, Any] = {
            **self._shared,
            "code_used_at": now,
            "access_scope": scope,
            "access_issued_at": now,
            "access_expires_at": now + VALID_SECONDS,
            "refresh_expires_at": now + VALID_SECONDS,
            "generation": 1,
        }

    def code(self) -> tuple[dict[str, str], dict[str, Any]]:
        """A code with its verifier, and its row."""
        row_id, verifier = new_id(), secrets.token_urlsafe(48)
        code = mint_for_row(PREFIXES["code"], row_id)
        row = {"id": row_id, "code_digest": digest(code), "redirect_uri": REDIRECT_URI}
        challenge = {"code_challenge": _challenge_of(verifier)}
        return {"code": code, "code_verifier": verifier}, {**self._shared, **row, **challenge}

    def family(self) -> tuple[str, str, dict[str, Any]]:
        """An access token, its refresh token, and their row."""
        row_id = new_id()
        access, refresh = (mint_for_row(PREFIXES[kind], row_id) for kind in ("access_token", "refresh_token"))
        row = {"id": row_id, "access_digest": digest(access), "refresh_digest": digest(refresh)}
        return access, refresh, {**self._family, **row}

    def user(self, user_id: int) -> dict[str, Any]:
        """Somebody who cannot sign in."""
        about = {"email": f"bench-{user_id}@bench.example", "name": "Bench", "password_hash": "none"}
        return {**_empty(User), "id": user_id, **about, "created_at": clock.now(), "credentials_version": 0}

    def consent(self, user_id: int) -> dict[str, Any]:
        """What they allowed the client: everything."""
        shared = {name: self._shared[name] for name in ("client_id", "scope", "created_at")}
        about = {"left_out": "", "pkce": True, "updated_at": shared["created_at"]}
        return {**_empty(Consent), "id": new_id(), "user_id": user_id, **shared, **about}

    def filler(self, row_id: int, user_id: int) -> dict[str, Any]:
        """A row whose tokens nobody knows."""
        noise = secrets.token_bytes(96)
        return {
            **self._family,
            "id": row_id,
            "user_id": user_id,
            "code_digest": noise[:32],
            "access_digest": noise[32:64],
            "refresh_digest": noise[64:],
        }


def _empty(model: type[Base]) -> dict[str, Any]:
    return {column.name: None for column in model.__table__.columns}


def _insert(connection: Connection, model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Write rows in batches, past SQLAlchemy: with COPY on PostgreSQL, which takes them several times faster."""
    names = [column.name for column in model.__table__.columns]
    values = (tuple(row[name] for name in names) for row in rows)
    into, columns, marks = model.__tablename__, ", ".join(names), ", ".join("?" * len(names))
    while batch := list(islice(values, _BATCH)):
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"INSERT INTO {into} ({columns}) VALUES ({marks})", batch)  # noqa: S608
            continue
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(f"COPY {into} ({columns}) FROM STDIN") as copy:
            for row in batch:
                copy.write_row(row)
