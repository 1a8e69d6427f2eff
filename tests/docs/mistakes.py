"""Somebody and two apps that make every kind of mistake, and what the server says to it."""

import base64
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.accounts.documents import Page
from tests.factories import make_client, make_person
from tests.oauth.parties import Client, Owner, answer_of, form_value


@dataclass
class World:
    """Somebody, and apps that they may allow."""

    app: Flask
    owner: Owner
    client: Client
    public: Client

    def authorize(self, client: Client | None = None, **changes: str | None) -> TestResponse:
        """Open an authorization request."""
        return self.owner.browser.get((client or self.client).request_uri(**changes))

    def exchange(self, requested: dict[str, str | None] | None = None, **changes: str | None) -> TestResponse:
        """Have a code allowed and exchange it, both with changes."""
        return self.client.exchange(self.client.obtain_code(self.owner, **(requested or {})), **changes)

    def token(self) -> str:
        """A refresh token."""
        token: str = self.client.obtain_tokens(self.owner)["refresh_token"]
        return token

    def api(self, method: str, path: str, scope: str = "contexts:read contexts:write", **request: Any) -> TestResponse:
        """Call the API with a token of this scope."""
        token = self.client.obtain_tokens(self.owner, scope=scope)["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        return self.app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **request)

    def token_endpoint(self, **request: Any) -> TestResponse:
        """Send anything to the token endpoint."""
        return self.app.test_client().post("/api/oauth/token", **request)


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def deny(world: World) -> TestResponse:
    return world.owner.answer(world.authorize(), "deny")


def answer_twice(world: World) -> TestResponse:
    page = world.authorize()
    world.client.exchange(answer_of(world.owner.answer(page, "allow"))["code"])
    return world.owner.answer(page, "allow")


def answer_from_elsewhere(world: World) -> TestResponse:
    page, elsewhere = world.authorize(), Owner(world.app, world.owner.person).log_in()
    others = elsewhere.browser.get(world.client.request_uri())
    return elsewhere.answer(others, "allow", request_id=form_value(page, "request_id"))


def exchange_twice(world: World) -> TestResponse:
    code = world.client.obtain_code(world.owner)
    world.client.exchange(code)
    return world.client.exchange(code)


def refresh_with_an_old_one(world: World) -> TestResponse:
    first = world.token()
    world.client.refresh(world.client.refresh(first).get_json()["refresh_token"])
    return world.client.refresh(first)


def refresh_revoked(world: World) -> TestResponse:
    token = world.token()
    world.client.revoke(token)
    return world.client.refresh(token)


def refresh_as_another(world: World) -> TestResponse:
    return Client(world.app, make_client(world.app, make_person(world.app))).refresh(world.token())


def another_secret(world: World) -> str:
    return str(make_client(world.app, make_person(world.app)).client_secret)


def said_by(response: TestResponse) -> tuple[str, int | None, str]:
    """Code, status and text of an answer, as far as it shows them."""
    if response.status_code == 303:
        answer = answer_of(response)
        return answer["error"], None, answer["error_description"]
    if response.mimetype == "application/json":
        answer = response.get_json()
        return answer["error"], response.status_code, answer.get("error_description", answer.get("message", ""))
    assert response.status_code == 400
    return "", None, Page(response).text
