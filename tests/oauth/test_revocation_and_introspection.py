"""Revocation (RFC 7009) and introspection (RFC 7662)."""

import pytest
import time_machine
from flask import Flask

from tests.factories import make_client, make_person
from tests.oauth.parties import Client, Owner, assert_error

INACTIVE = {"active": False}


@pytest.mark.standard("ContextFile security rule", "47", "Revoking a refresh token ends its access tokens")
@pytest.mark.standard("RFC 7009", "2.1", "Revoking a refresh token revokes the access tokens of its grant, at once")
@pytest.mark.standard("RFC 7009", "2.2", "A revoked token is answered with 200")
def test_revoking_a_refresh_token_ends_its_access_tokens_at_once(owner: Owner, client: Client) -> None:
    """RFC 7009 §2.1."""
    tokens = client.obtain_tokens(owner)
    response = client.revoke(tokens["refresh_token"])
    assert (response.status_code, response.get_json()) == (200, {})
    assert client.call(tokens["access_token"]).status_code == 401
    assert_error(client.refresh(tokens["refresh_token"]), "invalid_grant")
    assert client.introspect(tokens["access_token"]) == INACTIVE


@pytest.mark.standard("RFC 7009", "2.1", "An access token can be revoked")
def test_revoking_an_access_token_leaves_the_refresh_token(owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner)
    assert client.revoke(tokens["access_token"]).status_code == 200
    assert client.call(tokens["access_token"]).status_code == 401
    assert client.introspect(tokens["access_token"]) == INACTIVE
    assert client.refresh(tokens["refresh_token"]).status_code == 200


def test_the_access_token_before_a_refresh_can_be_revoked_too(owner: Owner, client: Client) -> None:
    first = client.obtain_tokens(owner)
    second = client.refresh(first["refresh_token"]).get_json()
    client.revoke(first["access_token"])
    assert client.call(first["access_token"]).status_code == 401
    assert client.call(second["access_token"]).status_code == 200


@pytest.mark.standard("RFC 7009", "2.1", "Revoking a refresh token that was just replaced ends its grant too")
def test_revoking_the_just_replaced_refresh_token_ends_the_family(owner: Owner, client: Client) -> None:
    first = client.obtain_tokens(owner)
    second = client.refresh(first["refresh_token"]).get_json()
    client.revoke(first["refresh_token"])
    assert client.call(second["access_token"]).status_code == 401


@pytest.mark.standard("ContextFile security rule", "44", "A wrong or unknown hint still finds the token")
@pytest.mark.standard(
    "RFC 7009", "2.1", "If the hint finds nothing the search extends to all types; unknown hints are ignored"
)
@pytest.mark.standard("RFC 7662", "2.1", "If the hint finds nothing the search extends to all types")
@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense", "é"])
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_a_hint_is_only_a_hint(owner: Owner, client: Client, kind: str, hint: str) -> None:
    """RFC 7009 §2.1, RFC 7662 §2.1."""
    tokens = client.obtain_tokens(owner)
    assert client.introspect(tokens[kind], token_type_hint=hint)["active"] is True
    assert client.revoke(tokens[kind], token_type_hint=hint).status_code == 200
    assert client.introspect(tokens[kind], token_type_hint=hint) == INACTIVE


@pytest.mark.standard("ContextFile security rule", "45", "Revoking an unknown token is a 200")
@pytest.mark.standard("RFC 7009", "2.2", "An invalid token is answered with 200")
@pytest.mark.standard("RFC 7662", "2.2", "An unknown token is answered with 200 and exactly active: false")
@pytest.mark.parametrize("token", ["x", "cf_at_x", "cf_rt_" + "0" * 60, "é", " "])
def test_an_unknown_token_is_revoked_already(client: Client, token: str) -> None:
    """RFC 7009 §2.2."""
    assert client.revoke(token).status_code == 200
    assert client.introspect(token) == INACTIVE


@pytest.mark.standard("RFC 7009", "2.1", "token is required")
@pytest.mark.standard("RFC 7662", "2.1", "token is required in introspection")
@pytest.mark.parametrize("path", ["/api/oauth/revoke", "/api/oauth/introspect"])
def test_a_request_without_a_token_is_invalid(client: Client, path: str) -> None:
    assert_error(client.post(path), "invalid_request", "token")


@pytest.mark.standard("ContextFile security rule", "45", "Another client's token stays alive")
@pytest.mark.standard("ContextFile security rule", "48", "A foreign token is answered with exactly active: false")
@pytest.mark.standard("RFC 7009", "2.1", "A token is revoked only for the client it was issued to")
@pytest.mark.standard("RFC 7662", "2.2", "A client that may not know of a token is told active: false")
@pytest.mark.standard("RFC 7662", "4", "Whether a caller may ask about a token is checked")
def test_another_clients_token_is_left_alone_and_nothing_is_said_of_it(
    app: Flask, owner: Owner, client: Client
) -> None:
    """RFC 7009 §2.1, RFC 7662 §2.2."""
    tokens = client.obtain_tokens(owner)
    stranger = Client(app, make_client(app, make_person(app)))
    for token in (tokens["access_token"], tokens["refresh_token"]):
        assert stranger.revoke(token).status_code == 200
        assert stranger.introspect(token) == INACTIVE
    assert client.call(tokens["access_token"]).status_code == 200


@pytest.mark.standard("ContextFile security rule", "46", "A public client can revoke its own tokens")
@pytest.mark.standard("RFC 7009", "5", "Public clients may revoke their own tokens")
def test_a_public_client_may_revoke_and_introspect_its_own(owner: Owner, public: Client) -> None:
    tokens = public.obtain_tokens(owner)
    assert public.introspect(tokens["access_token"])["active"] is True
    assert public.revoke(tokens["refresh_token"]).status_code == 200
    assert public.call(tokens["access_token"]).status_code == 401


@pytest.mark.standard("RFC 7662", "2.2", "active is in every answer, with scope, client_id, sub, aud, iss, iat and exp")
def test_an_active_access_token_is_described(owner: Owner, client: Client) -> None:
    """RFC 7662 §2.2."""
    with time_machine.travel(1_800_000_000, tick=False):
        owner.log_in()
        about = client.introspect(client.obtain_tokens(owner)["access_token"])
    assert about == {
        "active": True,
        "client_id": client.registered.client_id,
        "sub": str(owner.person.id),
        "iss": "http://127.0.0.1:5000",
        "aud": ["http://127.0.0.1:5000/api/v1"],
        "scope": "profile:read contexts:read",
        "token_type": "Bearer",
        "iat": 1_800_000_000,
        "exp": 1_800_003_600,
    }


@pytest.mark.standard("ContextFile security rule", "48", "An expired token is answered with exactly active: false")
@pytest.mark.standard("RFC 7662", "4", "Expiry is checked before a token is called active")
def test_a_refresh_token_stays_active_when_the_access_token_has_expired(owner: Owner, client: Client) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        owner.log_in()
        tokens = client.obtain_tokens(owner)
        clock.shift(3600)
        assert client.introspect(tokens["access_token"]) == INACTIVE
        about = client.introspect(tokens["refresh_token"])
        assert (about["active"], about["exp"]) == (True, 1_800_000_000 + 30 * 86400)
        assert "token_type" not in about


@pytest.mark.standard("RFC 7662", "4", "A code is no token and never active")
def test_a_code_is_no_token(owner: Owner, client: Client) -> None:
    code = client.obtain_code(owner)
    assert client.introspect(code) == INACTIVE
    assert client.revoke(code).status_code == 200
    assert client.exchange(code).status_code == 200
