"""A process that SIGKILL ends in the middle of an exchange or a rotation: its client tries again at a healthy one.

Nothing was committed: the same request succeeds. Everything was, and only the answer is lost: a code cannot be used
again, which ends its tokens and sends the user to connect anew; a refresh gets the very tokens that were lost.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from portal.foundation.credentials import digest
from portal.foundation.database import reading_connection
from tests.fixtures.applications import MakeApp
from tests.oauth.parties import Client, Owner, assert_error, meet
from tests.races.books import assert_balanced, read_rows, row_id
from tests.races.doomed import Doomed

SUCCEEDS = "the same request succeeds"
CLEAN_REFUSAL = "invalid_grant, and what was issued is revoked"
SAME_TOKENS = "the same tokens again"

EXCHANGE = {
    "before SELECT": SUCCEEDS,
    "after SELECT": SUCCEEDS,
    "before UPDATE": SUCCEEDS,
    "after UPDATE": CLEAN_REFUSAL,
}
ROTATION = {**EXCHANGE, "after UPDATE": SAME_TOKENS}


def every_boundary(outcomes: dict[str, str]) -> pytest.MarkDecorator:
    """Run a test for each boundary, with the outcome that is expected there."""
    names = [f"{boundary}: {outcome}" for boundary, outcome in outcomes.items()]
    return pytest.mark.parametrize(("boundary", "outcome"), list(outcomes.items()), ids=names)


@pytest.fixture(scope="session")
def doomed() -> Iterator[Doomed]:
    processes = Doomed()
    yield processes
    processes.close()


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    """One whose retries are in time however busy the machine is."""
    return make_app(refresh_retry_seconds=300)


@pytest.fixture
def parties(app: Flask) -> tuple[Owner, Client]:
    return meet(app)


def form_of(client: Client, **parameters: str) -> dict[str, str]:
    """A token request's body."""
    assert client.registered.client_secret
    identity = {"client_id": client.registered.client_id, "client_secret": client.registered.client_secret}
    return {**identity, **parameters}


def exchange_form(client: Client, code: str) -> dict[str, str]:
    usual = {"redirect_uri": client.redirect_uri, "code_verifier": client.verifier}
    return form_of(client, grant_type="authorization_code", code=code, **usual)


def refresh_form(client: Client, token: str) -> dict[str, str]:
    return form_of(client, grant_type="refresh_token", refresh_token=token)


def row_of(client: Client, token: str) -> Any:
    with client.app.app_context(), reading_connection() as connection:
        return read_rows(connection, [token])[row_id(token)]


def check_books(client: Client, some_token: str, *answered: dict[str, Any]) -> Any:
    """The books of the only authorization balance; gives its row."""
    row = row_of(client, some_token)
    access, refresh = ([tokens[f"{kind}_token"] for tokens in answered] for kind in ("access", "refresh"))

    def accepted(token: str) -> bool:
        return client.introspect(token)["active"] is True

    assert_balanced(row, access_tokens=access, refresh_tokens=refresh, accepted=accepted)
    assert all(accepted(token) == (client.call(token).status_code == 200) for token in access)
    return row


@every_boundary(EXCHANGE)
def test_killed_in_an_exchange(parties: tuple[Owner, Client], doomed: Doomed, boundary: str, outcome: str) -> None:
    owner, client = parties
    code = client.obtain_code(owner)
    doomed.post(client.app, "/api/oauth/token", exchange_form(client, code), dies=boundary)
    retried = client.exchange(code)
    if outcome == CLEAN_REFUSAL:
        assert_error(retried, "invalid_grant", "used before")
        row = check_books(client, code)
        assert (row.generation, row.revoked_reason) == (1, "code_reuse")
        return
    assert retried.status_code == 200, retried.text
    tokens = retried.get_json()
    row = check_books(client, code, tokens)
    assert (row.generation, row.revoked_at) == (1, None)
    assert client.call(tokens["access_token"]).status_code == 200
    assert client.refresh(tokens["refresh_token"]).status_code == 200


@every_boundary(ROTATION)
def test_killed_in_a_rotation(parties: tuple[Owner, Client], doomed: Doomed, boundary: str, outcome: str) -> None:
    owner, client = parties
    first = client.obtain_tokens(owner)
    doomed.post(client.app, "/api/oauth/token", refresh_form(client, first["refresh_token"]), dies=boundary)
    left = row_of(client, first["refresh_token"])
    assert left.generation == (2 if outcome == SAME_TOKENS else 1)
    retried = client.refresh(first["refresh_token"])
    assert retried.status_code == 200, retried.text
    second = retried.get_json()
    row = check_books(client, first["refresh_token"], first, second)
    assert (row.generation, row.revoked_at) == (2, None)
    if outcome == SAME_TOKENS:
        assert digest(second["refresh_token"]) == left.refresh_digest, "those that were lost"
        assert digest(second["access_token"]) == left.access_digest
    assert client.call(second["access_token"]).status_code == 200
    assert client.refresh(second["refresh_token"]).status_code == 200


def test_there_are_no_other_boundaries(parties: tuple[Owner, Client], doomed: Doomed) -> None:
    owner, client = parties
    forms = [
        (EXCHANGE, exchange_form(client, client.obtain_code(owner))),
        (ROTATION, refresh_form(client, client.obtain_tokens(owner)["refresh_token"])),
    ]
    for outcomes, form in forms:
        assert doomed.post(client.app, "/api/oauth/token", form, dies="") == list(outcomes)
