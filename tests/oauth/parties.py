"""A resource owner and a client that meet at the endpoints, by HTTP, without a browser."""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts.sessions import open_session
from portal.developer.apps import RegisteredApp
from tests.factories import REDIRECT_URI, Person, make_client, make_person

STATE = "a state of the client's"


def challenge_of(verifier: str) -> str:
    """The S256 code challenge (RFC 7636 §4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def answer_of(response: TestResponse) -> dict[str, str]:
    """The parameters that a redirect carries back to the client."""
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["Location"]).query).items()}


def form_value(page: TestResponse, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)
    assert found, f"no field {name} in:\n{page.text}"
    return unescape(found[1])


@dataclass
class Owner:
    """Somebody with an account, in a browser of their own."""

    app: Flask
    person: Person
    browser: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.browser = self.app.test_client()

    def log_in(self) -> "Owner":
        """Begin a session, without the time that comparing a password takes."""
        with self.app.app_context(), self.browser.session_transaction() as cookie:
            cookie["_user_id"] = open_session(self.person.id)
        return self

    def answer(self, page: TestResponse, answer: str, **fields: str | list[str]) -> TestResponse:
        """Press a button of the consent screen."""
        form = {name: form_value(page, name) for name in ("csrf_token", "request_id")}
        return self.browser.post("/oauth/authorize", data={**form, "answer": answer, **fields})


@dataclass
class Client:
    """A registered client that talks to the endpoints."""

    app: Flask
    registered: RegisteredApp
    redirect_uri: str = REDIRECT_URI
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def request_uri(self, **changes: str | None) -> str:
        """The authorization request; a change to None leaves a parameter out."""
        parameters: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.registered.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "profile:read contexts:read",
            "state": STATE,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            **changes,
        }
        return "/oauth/authorize?" + urlencode({name: value for name, value in parameters.items() if value is not None})

    def obtain_code(self, owner: Owner, **changes: str | None) -> str:
        """Have the owner allow it on the screen, also what they have allowed before."""
        page = owner.browser.get(self.request_uri(**{"prompt": "consent", **changes}))
        assert page.status_code == 200, page.text
        return answer_of(owner.answer(page, "allow"))["code"]

    def send(self, path: str, **parameters: str | None) -> TestResponse:
        """Send a form."""
        form = {name: value for name, value in parameters.items() if value is not None}
        return self.app.test_client().post(path, data=form)

    def post(self, path: str, **parameters: str | None) -> TestResponse:
        """Send a form, with the client's credentials in it (`client_secret_post` or `none`)."""
        credentials = {"client_id": self.registered.client_id, "client_secret": self.registered.client_secret}
        return self.send(path, **{**credentials, **parameters})

    def exchange(self, sent_code: str, **changes: str | None) -> TestResponse:
        """Redeem a code."""
        usual = {"redirect_uri": self.redirect_uri, "code_verifier": self.verifier}
        return self.post(
            "/api/oauth/token", **{"grant_type": "authorization_code", "code": sent_code, **usual, **changes}
        )

    def obtain_tokens(self, owner: Owner, **changes: str | None) -> dict[str, Any]:
        """A code and its exchange."""
        response = self.exchange(self.obtain_code(owner, **changes))
        assert response.status_code == 200, response.text
        tokens: dict[str, Any] = response.get_json()
        return tokens

    def refresh(self, token: str, **changes: str | None) -> TestResponse:
        """Use a refresh token."""
        return self.post("/api/oauth/token", **{"grant_type": "refresh_token", "refresh_token": token, **changes})

    def revoke(self, token: str, **changes: str | None) -> TestResponse:
        """Revoke a token."""
        return self.post("/api/oauth/revoke", token=token, **changes)

    def introspect(self, token: str, **changes: str | None) -> dict[str, Any]:
        """What the server says of a token."""
        response = self.post("/api/oauth/introspect", token=token, **changes)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.get_json()
        return answer

    def call(self, token: str, path: str = "/api/v1/profile") -> TestResponse:
        """Call the API."""
        return self.app.test_client().get(path, headers={"Authorization": f"Bearer {token}"})


def meet(app: Flask, type: str = "confidential") -> tuple[Owner, Client]:  # noqa: A002 (RFC 6749 §2.1)
    """A signed-in owner, and somebody else's client of this type."""
    owner = Owner(app, make_person(app)).log_in()
    return owner, Client(app, make_client(app, make_person(app, name="Dana Developer"), type=type))


def assert_error(response: TestResponse, error: str, *words: str, status: int = 400) -> None:
    """The RFC's error answer (RFC 6749 §5.2), with these words in its description."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/json"
    assert response.headers["Cache-Control"] == "no-store"
    body = response.get_json()
    assert body["error"] == error, body
    for word in words:
        assert word in body["error_description"], body
