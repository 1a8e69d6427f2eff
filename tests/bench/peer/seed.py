"""`flask bench-seed` for the peer: the same options, rows and document."""

import base64
import hashlib
import json
import secrets
import time
from itertools import islice
from typing import Any

import click
from sqlalchemy import insert, text

from tests.bench.peer.server import VALID_SECONDS, OAuth2AuthorizationCode, OAuth2Client, OAuth2Token, User, app, db

CLIENT_ID = "bench"
REDIRECT_URI = "https://bench.example/callback"
SCOPE = "profile:read contexts:read"
_BATCH = 5_000
_FAMILIES_OF_ONE = 100


def _code(now: int) -> tuple[dict[str, str], dict[str, Any]]:
    code, verifier = secrets.token_urlsafe(36), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    row = {
        "code": code,
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT_URI,
        "scope": SCOPE,
        "response_type": "code",
        "user_id": 1,
        "auth_time": now + VALID_SECONDS,  # it is valid for five minutes from then
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return {"code": code, "code_verifier": verifier}, row


def _token(now: int, user_id: int) -> dict[str, Any]:
    return {
        "client_id": CLIENT_ID,
        "token_type": "Bearer",
        "access_token": secrets.token_urlsafe(32),
        "refresh_token": secrets.token_urlsafe(32),
        "scope": SCOPE,
        "issued_at": now,
        "expires_in": VALID_SECONDS,
        "user_id": user_id,
        "access_token_revoked_at": 0,
        "refresh_token_revoked_at": 0,
    }


def _insert(model: type[Any], rows: Any) -> None:
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        db.session.execute(insert(model.__table__), batch)


@click.command
@click.option("--codes", default=0)
@click.option("--refresh", default=0)
@click.option("--access", default=0)
@click.option("--revoke", default=0)
@click.option("--fill", default=0)
def seed(codes: int, refresh: int, access: int, revoke: int, fill: int) -> None:
    """Make rows to measure the peer with, and print one JSON document that says how to use them."""
    now, secret = int(time.time()), secrets.token_urlsafe(48)
    with app.app_context():
        db.create_all()
        users = 1 + -(-fill // _FAMILIES_OF_ONE)
        _insert(User, ({"id": number, "username": f"user {number}"} for number in range(1, users + 1)))
        client = OAuth2Client(client_id=CLIENT_ID, client_secret=secret, client_id_issued_at=now, user_id=1)
        client.set_client_metadata(
            {
                "client_name": "Bench",
                "redirect_uris": [REDIRECT_URI],
                "scope": SCOPE,
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "token_endpoint_auth_method": "client_secret_post",
            }
        )
        db.session.add(client)
        seeded = [_code(now) for _ in range(codes)]
        _insert(OAuth2AuthorizationCode, [row for _, row in seeded])
        families = [_token(now, 1) for _ in range(refresh + access + revoke)]
        _insert(OAuth2Token, families)
        _insert(OAuth2Token, (_token(now, 2 + place % (users - 1)) for place in range(fill)))
        db.session.commit()
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("ANALYZE"))
            db.session.commit()
    access_tokens = [family["access_token"] for family in families]
    document = {
        "token_endpoint": "/oauth/token",
        "introspection_endpoint": "/oauth/introspect",
        "revocation_endpoint": "/oauth/revoke",
        "resource_path": "/api/v1/profile",
        "contexts_path": "/api/v1/contexts",
        "client_id": CLIENT_ID,
        "client_secret": secret,
        "redirect_uri": REDIRECT_URI,
        "codes": [code for code, _ in seeded],
        "refresh_tokens": [family["refresh_token"] for family in families[:refresh]],
        "access_tokens": access_tokens[refresh : refresh + access],
        "revoke_tokens": access_tokens[refresh + access :],
    }
    click.echo(json.dumps(document))


if __name__ == "__main__":
    seed()
