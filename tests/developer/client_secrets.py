"""An app's client secrets: made on its pages, and as the database has them."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from portal.developer.apps import RegisteredApp
from portal.foundation.audit import SecurityEvent
from portal.foundation.database import reading, transaction
from portal.oauth.client_profiles import get_client
from portal.oauth.client_secrets import latest_change, live_secrets
from portal.oauth.models import Client, ClientSecret
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor
from tests.developer.app_buttons import rotate
from tests.developer.app_form import APPS, credentials

NOW, HOUR, DAY = 1_800_000_000, 3600, 86400


@dataclass
class Secrets:
    """One app's, and the browser of its developer."""

    app: Flask
    developer: Visitor
    registered: RegisteredApp

    @property
    def client_id(self) -> str:
        """The app's."""
        return self.registered.client_id

    @property
    def path(self) -> str:
        """The app's overview."""
        return f"{APPS}/{self.client_id}"

    @property
    def first(self) -> str:
        """The secret that it was registered with."""
        assert self.registered.client_secret
        return self.registered.client_secret

    def rotate(self, **fields: Any) -> TestResponse:
        """Send the form; what is not given stays as it is."""
        return rotate(self.developer, self.client_id, **fields)

    def make(self, **fields: Any) -> str:
        """Send the form, and take the secret off the page."""
        secret = credentials(Page(self.rotate(**fields)))[1]
        assert secret
        return secret

    def set(self, last_four: str, **values: object) -> None:
        """Change what the database knows of a secret."""
        with self.app.app_context(), transaction() as session:
            session.execute(update(ClientSecret).where(ClientSecret.last_four == last_four).values(**values))

    def last_fours(self) -> list[str]:
        """Of the live ones, the oldest first."""
        with self.app.app_context():
            return [secret.last_four for secret in live_secrets(self._client())]

    def latest_change(self) -> str:
        """What a form carries that has seen the latest change."""
        with self.app.app_context():
            return str(latest_change(self._client().id))

    def events(self) -> list[str]:
        """What was noted of them, the earliest first, with who did it."""
        query = select(SecurityEvent).where(SecurityEvent.kind == "secret").order_by(SecurityEvent.at)
        with self.app.app_context(), reading() as session:
            return [f"{event.actor}: {event.text}" for event in session.scalars(query)]

    def _client(self) -> Client:
        with reading() as session:
            owner_id = session.scalar(select(Client.owner_id).where(Client.client_id == self.client_id))
        assert owner_id
        return get_client(owner_id, self.client_id)
