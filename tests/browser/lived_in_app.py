"""An app with a past: ninety days of use, mistakes of its developer, and somebody else's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.developer.own_apps import TABS
from portal.foundation import clock
from portal.foundation.credentials import new_id
from portal.foundation.database import insert_or_add, reading, transaction
from portal.oauth.client_events import note_edit
from portal.oauth.client_profiles import register_client
from portal.oauth.event_models import ClientDay
from portal.oauth.models import Authorization, Client, Consent, RedirectUri
from portal.oauth.record_writing import DAY, Failure
from tests.fixtures.applications import build, close
from tests.fixtures.servers import LiveServer

APPS = "/developer/oauth-apps"
CALLBACK = "https://field-notes.example/auth/callback"
FAILURES = [
    ("authorize", "redirect_uri_mismatch", "The redirect URI is not one that this app has registered.", f"{CALLBACK}/"),
    ("refresh", "refresh_token_reuse", "The refresh token was used before.", ""),
    ("token", "secret_wrong", "The client secret is wrong or was replaced. Use the current one of this client.", ""),
]


def addresses(app: str) -> Iterator[tuple[str, str]]:
    """Every page of the portal and its path.

    Args:
        app: the path of an app's pages.
    """
    yield from {"apps": APPS, "new-app": f"{APPS}/new", "claim": f"{APPS}/claim"}.items()
    yield "confirm-redirect-uri", f"{app}/redirect-uris/add?{urlencode({'uri': CALLBACK + '/'})}"
    for endpoint in TABS:
        name = endpoint.removeprefix("developer.").replace("_", "-")
        yield ("overview", app) if name == "app" else (name, f"{app}/{name}")


@contextmanager
def beside(server: LiveServer, folder: Path) -> Iterator[Flask]:
    """An application on the server's database."""
    app = build(database_url=server.environment["DATABASE_URL"].replace("postgresql:", "postgresql+psycopg:"),
                instance_path=folder)  # fmt: skip
    with app.app_context():
        yield app
    close(app)


def live(server: LiveServer, folder: Path, *, like: str) -> str:
    """Register an app with a past for whom the app `like` belongs to; gives its client ID."""
    with beside(server, folder) as app:
        with reading() as session:
            owner = session.scalar(select(Client.owner_id).filter_by(client_id=like)) or 0
        uris = ("http://localhost:3000/callback",)
        client_id, _ = register_client(
            owner_id=owner, actor="Dana Developer", kind="web", name="Field Notes", redirect_uris=uris,
            description="Keeps what you noticed on the way.", homepage_uri="https://field-notes.example",
        )  # fmt: skip
        now = clock.now()
        with transaction() as session:
            client = session.scalars(select(Client).filter_by(client_id=client_id)).one()
            uri = RedirectUri(id=new_id(), client_id=client.id, position=9, uri=CALLBACK, created_at=now - 80 * DAY)
            session.add(uri)
            note_edit(session, client.id, "redirect_uri", "Dana Developer", f"Added {CALLBACK}")
            for number in range(60):
                begun = now - (number * number // 45) * DAY
                person = User(name="X", email=f"p{number}@people.example", password_hash="", created_at=begun)
                session.add(person)
                session.flush()
                session.add_all(_access(client.id, person.id, begun))
                joined = {"client_id": client.id, "day": begun // DAY, "what": "joined", "detail": "", "count": 1}
                insert_or_add(session, ClientDay, [joined], unique=("client_id", "day", "what", "detail"))
            rows = [
                {"client_id": client.id, "day": now // DAY - ago, "what": what, "detail": detail, "count": count}
                for ago in range(90)
                for what, detail, count in _day(ago, uri.id)
            ]
            insert_or_add(session, ClientDay, rows, unique=("client_id", "day", "what", "detail"))
        for endpoint, cause, text, sent in FAILURES:
            failure = Failure(client_id, endpoint, cause, text, "198.51.100.7", sent)
            for _ in range(7 if cause == "secret_wrong" else 1):
                app.extensions["recorder"].fail(failure, "5f0c1f9a69fb897e")
        app.extensions["recorder"].write()
    return client_id


def _access(client_key: int, user_id: int, begun: int) -> list[Consent | Authorization]:
    identity = {"client_id": client_key, "user_id": user_id, "scope": "profile:read contexts:read", "created_at": begun}
    return [
        Consent(**identity, pkce=True, updated_at=begun),
        Authorization(
            **identity,
            resource="/api/v1",
            credentials_version=0,
            expires_at=begun + 365 * DAY,
            code_expires_at=begun + 60,
            code_used_at=begun + 1,
            refresh_expires_at=begun + 60 * DAY,
        ),
    ]


def _day(ago: int, uri: int) -> list[tuple[str, str, int]]:
    """What happened on a day: more and more of it, less on some days than on others."""
    busy = (90 - ago) // 12 + (ago * 7) % 5
    return [
        ("allowed", "", busy // 2),
        ("exchanged", "", busy // 2),
        ("redirected", str(uri), busy // 2),
        ("denied", "", (ago * 3) % 4 // 3),
        ("refreshed", "", busy * 4),
        ("failed", "token code_expired", (ago * 5) % 7 // 5),
        ("failed", "refresh refresh_token_expired", (ago * 11) % 9 // 7),
    ]
