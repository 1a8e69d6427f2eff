"""The form that registers an app, filled in and sent; what its answer shows, and what it leaves in the database."""

import re
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from portal.foundation.audit import EDITS, SecurityEvent
from portal.foundation.database import reading
from portal.oauth.models import Client
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor

NEW_APP = "/developer/oauth-apps/new"
APPS = "/developer/oauth-apps"
GOOD = {
    "name": "Acme Notes",
    "description": "Keeps your notes\r\nnext to your context.",
    "homepage_url": "https://acme.example/notes?lang=en",
    "kind": "web",
    "redirect_uris-0": "https://acme.example/callback",
}
SECRET = re.compile(r"cf_cs_[0-9A-Za-z]+")
CLIENT_ID = re.compile(r"cf_app_[0-9A-Za-z]+")


def fill_in(page: Page, **fields: Any) -> dict[str, Any]:
    """What the form sends when these fields are changed; `None` for one that is not sent."""
    changed = {**page.values, **GOOD, **{name.replace("__", "-"): value for name, value in fields.items()}}
    return {name: value for name, value in changed.items() if value is not None}


def send_form(visitor: Visitor, form: dict[str, Any], path: str = NEW_APP) -> TestResponse:
    """Send it as a browser does that found a file field in it; a file is a stream and a name."""
    parts = {
        field: FileStorage(value[0], filename=value[1], name=field) if isinstance(value, tuple) else value
        for field, value in form.items()
    }  # of a list each is sent
    boundary, body = encode_multipart(parts)
    return visitor.request(path, "POST", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def register(visitor: Visitor, **fields: Any) -> TestResponse:
    """Open the form, fill it in, send it; what is not given is good."""
    return send_form(visitor, fill_in(visitor.open(NEW_APP), **fields))


def registered(app: Flask) -> list[Client]:
    """Every app that there is, the first registered first."""
    query = (
        select(Client)
        .options(selectinload(Client.redirect_uris), selectinload(Client.secrets), selectinload(Client.logo))
        .order_by(Client.created_at)
    )
    with app.app_context(), reading() as session:
        return list(session.scalars(query))


def edits(app: Flask) -> list[tuple[str, str, str]]:
    """What is remembered of the apps, the oldest first: kind, who did it, and what."""
    of_apps = SecurityEvent.kind.in_(EDITS)
    query = select(SecurityEvent).where(of_apps).order_by(SecurityEvent.at, SecurityEvent.kind.desc())
    with app.app_context(), reading() as session:
        return [(event.kind, event.actor, event.text) for event in session.scalars(query)]


def credentials(page: Page) -> tuple[str, str | None]:
    """The client ID and, if there is one, the secret on the page that answers a registration."""
    secrets = page.document.find(id="client-secret")
    return page.document.by_id("client-id").text, secrets[0].text if secrets else None


def assert_works(app: Flask, client_id: str, secret: str, status: int = 200) -> None:
    """What an endpoint says that wants to know which app calls."""
    form = {"client_id": client_id, "client_secret": secret, "token": "x"}
    assert app.test_client().post("/api/oauth/introspect", data=form).status_code == status
