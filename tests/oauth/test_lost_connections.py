"""A connection to the database that breaks in the middle of a move: nothing is lost, and nothing done twice."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.fixtures.relay import Relay, relay_to
from tests.oauth.parties import Client, Owner

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
MOMENTS = ("statement", "answer")
"""Before the server has it, and when it was carried out but nobody was told."""


@pytest.fixture
def relay(database_url: str) -> Iterator[Relay]:
    parts = urlsplit(database_url)
    assert parts.hostname
    assert parts.port
    with relay_to(parts.hostname, parts.port) as relay:
        yield relay


@pytest.fixture
def far_client(client: Client, make_app: Callable[..., Flask], relay: Relay, database_url: str) -> Client:
    """The client, with a server of the same database behind the relay."""
    url = f"postgresql+psycopg://postgres@127.0.0.1:{relay.port}/{urlsplit(database_url).path.removeprefix('/')}"
    return replace(client, app=make_app(database_url=url))


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_exchange_is_answered_once_and_its_tokens_are_good(
    owner: Owner, client: Client, far_client: Client, relay: Relay, moment: str
) -> None:
    far_client.introspect(client.obtain_tokens(owner)["access_token"])  # connects
    code = client.obtain_code(owner)
    relay.cut(moment, 2)  # the first is the look-up
    answer = far_client.exchange(code)
    assert relay.has_cut
    assert answer.status_code == 200, answer.text
    assert client.introspect(answer.get_json()["access_token"])["active"]
    assert client.refresh(answer.get_json()["refresh_token"]).status_code == 200
    assert client.exchange(code).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_refresh_is_not_taken_for_reuse(
    owner: Owner, client: Client, far_client: Client, relay: Relay, moment: str
) -> None:
    tokens = far_client.refresh(client.obtain_tokens(owner)["refresh_token"]).get_json()
    relay.cut(moment, 2)
    answer = far_client.refresh(tokens["refresh_token"])
    assert relay.has_cut
    assert answer.status_code == 200, answer.text
    assert client.refresh(answer.get_json()["refresh_token"]).status_code == 200


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_revocation_is_carried_out(
    owner: Owner, client: Client, far_client: Client, relay: Relay, moment: str
) -> None:
    tokens = far_client.refresh(client.obtain_tokens(owner)["refresh_token"]).get_json()
    relay.cut(moment, 2)
    assert far_client.revoke(tokens["access_token"]).status_code == 200
    assert relay.has_cut
    assert client.introspect(tokens["access_token"]) == {"active": False}
    assert client.introspect(tokens["refresh_token"])["active"]
