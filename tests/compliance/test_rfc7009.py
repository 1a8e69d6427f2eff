"""Token Revocation."""

import pytest
from flask import Flask

from tests.factories import make_client, make_person
from tests.oauth.parties import Client, Owner, assert_error


@pytest.mark.standard("RFC 7009", "2.1", "If the client's credentials are wrong the request is refused")
def test_who_cannot_prove_to_be_the_client_revokes_nothing(app: Flask, owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner)
    other = make_client(app, make_person(app)).client_secret
    for secret in (None, other):
        refused = client.revoke(tokens["refresh_token"], client_secret=secret)
        assert_error(refused, "invalid_client", status=401)
    assert client.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.standard("RFC 7009", "2.1", "Revocation takes place immediately, also for the retry of a refresh")
def test_a_revoked_token_is_dead_everywhere_at_once(owner: Owner, client: Client) -> None:
    first = client.obtain_tokens(owner)
    second = client.refresh(first["refresh_token"]).get_json()
    assert client.revoke(second["refresh_token"]).status_code == 200
    for tokens in (first, second):
        assert client.call(tokens["access_token"]).status_code == 401
        assert_error(client.refresh(tokens["refresh_token"]), "invalid_grant")
        assert client.introspect(tokens["refresh_token"]) == {"active": False}


@pytest.mark.standard("RFC 7009", "2.2", "A token that was revoked before is answered with 200 again")
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_twice_is_no_error(owner: Owner, client: Client, kind: str) -> None:
    token = client.obtain_tokens(owner)[kind]
    assert [client.revoke(token).status_code for _ in range(2)] == [200, 200]


@pytest.mark.standard("RFC 7009", "2.1", "Tokens of another grant are left alone")
def test_another_authorization_of_the_same_client_and_user_lives_on(owner: Owner, client: Client) -> None:
    ended, other = client.obtain_tokens(owner), client.obtain_tokens(owner)
    client.revoke(ended["refresh_token"])
    assert client.call(other["access_token"]).status_code == 200
    assert client.refresh(other["refresh_token"]).status_code == 200


@pytest.mark.standard("RFC 7009", "2.1", "Parameters are read from the form in the body")
def test_a_token_in_the_address_is_not_revoked(owner: Owner, client: Client) -> None:
    token = client.obtain_tokens(owner)["access_token"]
    assert_error(client.post(f"/api/oauth/revoke?token={token}"), "invalid_request")
    assert client.call(token).status_code == 200
