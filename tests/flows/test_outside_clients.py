"""The whole journey with client libraries that this project did not write, and a real browser in the middle."""

import pytest

from tests.fixtures.loopback import parameters
from tests.fixtures.servers import Demo
from tests.flows.clients import Answer, Connect, RefusedError, Registration, Tokens
from tests.flows.resource_owner import ResourceOwner

DEAD = "invalid_token"


def assert_granted(tokens: Tokens, registration: Registration) -> None:
    assert tokens["access_token"].startswith("cf_at_")
    assert tokens["refresh_token"].startswith("cf_rt_")
    assert tokens["expires_in"] == 3600
    assert tokens["token_type"].lower() == "bearer"  # the Node libraries write it in lower case
    scope = tokens["scope"]
    assert set(scope.split() if isinstance(scope, str) else scope) == set(registration.scope.split())


def assert_dead(answer: Answer) -> None:
    assert answer.status == 401
    assert answer.challenge["error"] == DEAD


@pytest.mark.parametrize("registration", ["client_secret_post", "none"], indirect=True)
def test_deny_reaches_the_library_as_access_denied(
    connect: Connect, registration: Registration, owner: ResourceOwner
) -> None:
    client = connect(registration)
    callback_url = owner.answer(client.authorization_url, "Deny")
    answer = parameters(callback_url)
    assert answer["error"] == "access_denied"
    assert answer["iss"] == registration.issuer
    assert answer["state"] == parameters(client.authorization_url)["state"]
    assert "code" not in answer
    with pytest.raises(RefusedError, match="access_denied"):
        client.exchange(callback_url)


def test_allow_leads_from_the_code_to_the_last_refresh(
    connect: Connect, registration: Registration, owner: ResourceOwner, demo: Demo
) -> None:
    client = connect(registration)
    callback_url = owner.answer(client.authorization_url)
    assert parameters(callback_url)["state"] == parameters(client.authorization_url)["state"]
    assert parameters(callback_url)["iss"] == registration.issuer

    tokens = client.exchange(callback_url)
    assert_granted(tokens, registration)
    profile = client.get("/api/v1/profile", tokens["access_token"])
    assert profile.status == 200
    assert profile.body["data"]["email"] == demo.email
    assert {"id", "name", "email"} <= profile.body["data"].keys()
    contexts = client.get("/api/v1/contexts", tokens["access_token"])
    assert contexts.status == 200
    assert len(contexts.body["data"]) > 0

    refreshed = client.refresh(tokens["refresh_token"])
    assert_granted(refreshed, registration)
    assert refreshed["refresh_token"] != tokens["refresh_token"]
    assert refreshed["access_token"] != tokens["access_token"]
    introspected = client.introspect(refreshed["access_token"])
    assert introspected["active"] is True
    assert introspected["client_id"] == registration.client_id
    assert introspected["scope"] == registration.scope

    client.revoke(refreshed["access_token"])
    assert_dead(client.get("/api/v1/profile", refreshed["access_token"]))
    assert client.introspect(refreshed["access_token"]) == {"active": False}

    last = client.refresh(refreshed["refresh_token"])
    assert client.get("/api/v1/profile", last["access_token"]).status == 200
    client.revoke(last["refresh_token"])
    assert_dead(client.get("/api/v1/profile", last["access_token"]))
    with pytest.raises(RefusedError, match="invalid_grant"):
        client.refresh(last["refresh_token"])
