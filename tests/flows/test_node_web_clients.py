"""Libraries that Node web apps use, with the registration that a developer made: simple-oauth2 and Passport."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.fixtures.servers import Demo
from tests.flows.clients import Registration
from tests.flows.clients.node import NodeClient
from tests.flows.resource_owner import ResourceOwner


@pytest.fixture
def simple_oauth2(registration: Registration) -> Iterator[NodeClient]:
    """simple-oauth2; it has no public clients."""
    with closing(NodeClient("simple-oauth2", registration)) as client:
        yield client


@pytest.fixture
def passport(registration: Registration) -> Iterator[NodeClient]:
    """An Express app with passport-oauth2, which sends its secret in the body."""
    with closing(NodeClient("passport-oauth2", registration)) as client:
        yield client


def assert_calls_and_refreshes(client: NodeClient, tokens: dict[str, str], demo: Demo) -> dict[str, str]:
    """Use the access token, then the refresh token, then what that brought."""
    assert client.get("/api/v1/profile", tokens["access_token"]).body["data"]["email"] == demo.email
    refreshed = client.refresh(tokens["refresh_token"])
    assert refreshed["access_token"] != tokens["access_token"]
    assert client.get("/api/v1/contexts", refreshed["access_token"]).status == 200
    return refreshed


@pytest.mark.parametrize("registration", ["client_secret_basic", "client_secret_post"], indirect=True)
def test_simple_oauth2_authorizes_calls_refreshes_and_revokes(
    simple_oauth2: NodeClient, owner: ResourceOwner, demo: Demo
) -> None:
    tokens = simple_oauth2.exchange(owner.answer(simple_oauth2.authorization_url))
    refreshed = assert_calls_and_refreshes(simple_oauth2, tokens, demo)
    simple_oauth2.revoke(refreshed["refresh_token"])
    assert simple_oauth2.get("/api/v1/profile", refreshed["access_token"]).status == 401


@pytest.mark.standard("ContextFile security rule", "23", "Consent completes in Chromium with the policy in force")
@pytest.mark.parametrize("registration", ["client_secret_post"], indirect=True)
def test_passport_in_an_express_app_lets_somebody_in_and_refreshes(
    passport: NodeClient, owner: ResourceOwner, demo: Demo
) -> None:
    owner.visit(passport.authorization_url)
    owner.page.get_by_role("button", name="Allow", exact=True).click()
    owner.page.get_by_role("heading", name="Signed in").wait_for()
    tokens = passport.exchange(owner.page.url)
    assert_calls_and_refreshes(passport, tokens, demo)
