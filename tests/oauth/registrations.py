"""Clients that register themselves at the endpoints, by HTTP."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from portal.developer.apps import RegisteredApp
from portal.foundation.database import transaction
from portal.oauth.models import Client as ClientRow
from tests.oauth.parties import Client

PATH = "/api/oauth/register"
REDIRECT_URI = "https://client.example/callback"
METADATA: dict[str, object] = {"client_name": "Acme Notes", "redirect_uris": [REDIRECT_URI]}
PUBLIC = METADATA | {"token_endpoint_auth_method": "none"}


def send(app: Flask, document: object = METADATA, **request: Any) -> TestResponse:
    """Ask for a registration."""
    return app.test_client().post(PATH, **({"json": document} | request))


def registered(app: Flask, **changes: object) -> dict[str, Any]:
    """A new registration, as the client got it."""
    response = send(app, METADATA | changes)
    assert response.status_code == 201, response.text
    registration: dict[str, Any] = response.get_json()
    return registration


def manage(
    app: Flask, registration: dict[str, Any], method: str, document: object = None, token: str | None = None
) -> TestResponse:
    """A request to the client configuration endpoint; `token` is sent in place of the client's own."""
    bearer = registration["registration_access_token"] if token is None else token
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    path = urlsplit(registration["registration_client_uri"]).path
    return app.test_client().open(path, method=method, headers=headers, json=document)


def replacement(registration: dict[str, Any], **changes: object) -> dict[str, object]:
    """The body of an update that changes only this."""
    decided = {"registration_access_token", "registration_client_uri", "client_secret_expires_at"}
    kept = {name: value for name, value in registration.items() if name not in decided | {"client_id_issued_at"}}
    return kept | changes


def party(app: Flask, registration: dict[str, Any]) -> Client:
    """The registered client, at the other endpoints."""
    return Client(app, RegisteredApp(registration["client_id"], registration.get("client_secret")))


def suspend(app: Flask, registration: dict[str, Any]) -> None:
    """What an operator does to a client."""
    with app.app_context(), transaction() as session:
        session.execute(
            update(ClientRow).where(ClientRow.client_id == registration["client_id"]).values(suspended_at=1)
        )
