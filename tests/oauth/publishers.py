"""The makers of a client that is known by its metadata document, and the page that refuses it."""

import json
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from portal.developer.apps import RegisteredApp
from portal.foundation.database import reading
from portal.oauth.models import Client as StoredClient
from tests.factories import REDIRECT_URI
from tests.fixtures.document_server import DocumentServer, answer
from tests.oauth.parties import Client, Owner


class Publisher:
    """The makers of a client: what their document says, at an address of their own."""

    def __init__(self, server: DocumentServer, path: str = "/client.json") -> None:
        self.server, self.url = server, server.origin + path
        self.publish()

    def publish(self, *headers: str, **changes: object) -> None:
        """Serve the document; a change to None leaves a field out."""
        document: dict[str, object] = {
            "client_id": self.url,
            "client_name": "Pocket Writer",
            "redirect_uris": [REDIRECT_URI],
        }
        said = {name: value for name, value in {**document, **changes}.items() if value is not None}
        self.server.pieces = answer(json.dumps(said).encode(), *headers)

    def client(self, app: Flask, **details: Any) -> Client:
        """The client, as a party of the protocol."""
        return Client(app, RegisteredApp(self.url, None), **details)


def refusal(owner: Owner, client: Client, **changes: str | None) -> str:
    page = owner.browser.get(client.request_uri(**changes))
    assert page.status_code == 400, page.text
    assert "Location" not in page.headers
    return page.text


def count_stored(app: Flask) -> int:
    with app.app_context(), reading() as session:
        return session.scalar(select(func.count()).select_from(StoredClient)) or 0
