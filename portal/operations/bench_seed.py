"""Rows to measure the server with: codes and tokens of one client that are valid for hours, and others in bulk."""

import base64
import hashlib
import secrets
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from portal.accounts.registration import sign_up
from portal.config import current_settings
from portal.foundation import clock
from portal.foundation.credentials import digest, mint_for_row, new_id
from portal.foundation.database import current_database
from portal.oauth.client_profiles import register_client
from portal.oauth.clients import find_client
from portal.oauth.metadata import ENDPOINTS, RESOURCES
from portal.oauth.models import Authorization
from portal.oauth.scopes import SCOPES, write
from portal.oauth.tokens import PREFIXES

REDIRECT_URI = "https://bench.example/callback"
VALID_SECONDS = 6 * 3600
_BATCH = 10_000
_TABLE: Any = Authorization.__table__


def seed(*, codes: int, refresh: int, access: int, revoke: int, fill: int) -> dict[str, object]:
    """Make a user, a confidential client and this many of each kind; returns what a driver needs to use them.

    Args:
        codes: authorization codes with a PKCE challenge.
        refresh: refresh tokens.
        access: access tokens to use.
        revoke: access tokens to revoke.
        fill: token families that nobody will use.
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
        _insert(connection, iter([row for _, row in seeded_codes] + [row for _, _, row in families]))
        # In the order of their keys, so that each goes to the end of table and indexes.
        _insert(connection, map(rows.filler, sorted(new_id() for _ in range(fill))))
    access_tokens = [access_token for access_token, _, _ in families]
    return {
        "token_endpoint": ENDPOINTS["token"],
        "introspection_endpoint": ENDPOINTS["introspection"],
        "revocation_endpoint": ENDPOINTS["revocation"],
        "resource_path": f"{RESOURCES[0]}/contexts",
        "client_id": client_id,
        "client_secret": client_secret,
        "redirect_uri": REDIRECT_URI,
        "codes": [code for code, _ in seeded_codes],
        "refresh_tokens": [refresh_token for _, refresh_token, _ in families[:refresh]],
        "access_tokens": access_tokens[refresh : refresh + access],
        "revoke_tokens": access_tokens[refresh + access :],
    }


class _Rows:
    """Rows as exchange and consent would leave them, but valid for hours."""

    def __init__(self, client_key: int, user_id: int) -> None:
        now, scope = clock.now(), write(frozenset(SCOPES))
        self._shared: dict[str, Any] = {
            **{column.name: None for column in _TABLE.columns},
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
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        row = {"id": row_id, "code_digest": digest(code), "redirect_uri": REDIRECT_URI, "code_challenge": challenge}
        return {"code": code, "code_verifier": verifier}, {**self._shared, **row}

    def family(self) -> tuple[str, str, dict[str, Any]]:
        """An access token, its refresh token, and their row."""
        row_id = new_id()
        access, refresh = (mint_for_row(PREFIXES[kind], row_id) for kind in ("access_token", "refresh_token"))
        row = {"id": row_id, "access_digest": digest(access), "refresh_digest": digest(refresh)}
        return access, refresh, {**self._family, **row}

    def filler(self, row_id: int) -> dict[str, Any]:
        """A row whose tokens nobody knows."""
        noise = secrets.token_bytes(96)
        return {
            **self._family,
            "id": row_id,
            "code_digest": noise[:32],
            "access_digest": noise[32:64],
            "refresh_digest": noise[64:],
        }


def _insert(connection: Connection, rows: Iterator[dict[str, Any]]) -> None:
    """Write rows in batches, past SQLAlchemy: with COPY on PostgreSQL, which takes them several times faster."""
    names = [column.name for column in _TABLE.columns]
    values = (tuple(row[name] for name in names) for row in rows)
    columns, marks = ", ".join(names), ", ".join("?" * len(names))
    while batch := list(islice(values, _BATCH)):
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"INSERT INTO {_TABLE.name} ({columns}) VALUES ({marks})", batch)  # noqa: S608
            continue
        cursor: Any = connection.connection.cursor()
        with cursor, cursor.copy(f"COPY {_TABLE.name} ({columns}) FROM STDIN") as copy:
            for row in batch:
                copy.write_row(row)
