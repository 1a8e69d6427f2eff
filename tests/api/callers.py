"""Apps that hold an access token, as the API meets them."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from portal.developer.apps import RegisteredApp
from portal.foundation.database import transaction
from portal.oauth import tokens
from portal.oauth.clients import find_client
from portal.oauth.presented import find
from tests.factories import Person

BASE = "/api/v1"


@dataclass(frozen=True)
class Caller:
    """An app with a token for one person's things."""

    app: Flask
    person: Person
    oauth_app: RegisteredApp
    token: str

    def send(self, method: str, path: str, **request: Any) -> TestResponse:
        """Send one request with the token, to a path under /api/v1."""
        headers = {"Authorization": f"Bearer {self.token}", **request.pop("headers", {})}
        return self.app.test_client().open(BASE + path, method=method, headers=headers, **request)

    def allowed(self, *scopes: str) -> "Caller":
        """The same app and person, with a token for these scopes only."""
        return connect(self.app, self.person, self.oauth_app, *scopes)


def connect(app: Flask, person: Person, oauth_app: RegisteredApp, *scopes: str) -> Caller:
    """Give an app a person's permission, without the screens in between."""
    with app.app_context():
        client = find_client(oauth_app.client_id)
        assert client is not None
        with transaction() as session:
            code = tokens.issue_code(
                session,
                client_key=client.key,
                user_id=person.id,
                scope=" ".join(scopes),
                redirect_uri=None,
                code_challenge=None,
            )
        presented = find(code)
        assert presented is not None
        return Caller(app, person, oauth_app, str(tokens.exchange(presented)["access_token"]))


def assert_refused(response: TestResponse, status: int, *words: str) -> None:
    """The one form of a refusal, with these words in its message."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/json"
    body = response.get_json()
    assert body.keys() == {"error", "message"}
    assert body["error"].replace("_", "").islower()
    for word in words:
        assert word in body["message"]
