"""Best Current Practice for OAuth 2.0 Security: the attacks that it describes, tried."""

import pytest
import time_machine
from flask import Flask

from tests.factories import make_client, make_person
from tests.fixtures.applications import MakeApp
from tests.oauth.parties import Client, Owner, assert_error, meet


@pytest.mark.standard("ContextFile security rule", "43", "Reuse is detected after a restart and by another node")
@pytest.mark.standard("RFC 9700", "4.14.2", "Reuse is detected by every node, and after a restart")
def test_reuse_is_detected_by_a_node_that_has_seen_neither_use(make_app: MakeApp) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        owner, client = meet(make_app())
        first = client.obtain_tokens(owner)
        second = client.refresh(first["refresh_token"]).get_json()
        clock.shift(11)
        elsewhere = Client(make_app(), client.registered)
        assert_error(elsewhere.refresh(first["refresh_token"]), "invalid_grant", "used before")
        assert client.call(second["access_token"]).status_code == 401
        assert_error(client.refresh(second["refresh_token"]), "invalid_grant", "revoked")


@pytest.mark.standard("RFC 9700", "4.5.3", "A stolen code that is put into the attacker's own flow is refused")
def test_a_code_that_is_injected_into_another_flow_of_the_same_client_is_refused(
    app: Flask, owner: Owner, client: Client
) -> None:
    stolen = client.obtain_code(owner)
    attackers = Client(app, client.registered)
    attackers.obtain_code(Owner(app, make_person(app)).log_in())
    assert_error(attackers.exchange(stolen), "invalid_grant")
    assert client.exchange(stolen).status_code == 200


@pytest.mark.standard("RFC 9700", "4.8.2", "A request whose code_challenge was removed yields no usable code")
def test_a_challenge_that_was_removed_on_the_way_makes_the_exchange_fail(owner: Owner, client: Client) -> None:
    code = client.obtain_code(owner, code_challenge=None, code_challenge_method=None)
    refused = client.exchange(code, code_verifier=client.verifier)
    assert_error(refused, "invalid_request")
    assert "access_token" not in refused.get_json()


@pytest.mark.standard("RFC 9700", "4.1.1", "Patterns are no redirect URIs, and none is matched as one")
def test_a_redirect_uri_that_a_pattern_would_match_is_refused(owner: Owner, client: Client) -> None:
    for sent in (
        "https://evil.client.example/callback",
        "https://client.example.evil.example/callback",
        "https://client.example/callback/../evil",
        "https://client.example/callback%2f..%2fevil",
        "https://client.example/callback?redirect=https://evil.example",
        "https://client.example/",
        "https://CLIENT.example/callback",
        "https://client.example:443/callback",
    ):
        answer = owner.browser.get(client.request_uri(redirect_uri=sent))
        assert answer.status_code == 400, sent
        assert "Location" not in answer.headers, sent


@pytest.mark.standard("RFC 9700", "4.12", "The redirect after allowing and denying is 303, never 307 or 308")
@pytest.mark.standard("RFC 9700", "4.2.4", "The page and the redirect send no Referer to other sites")
@pytest.mark.parametrize("choice", ["allow", "deny"])
def test_the_form_is_not_sent_along_to_the_client(owner: Owner, client: Client, choice: str) -> None:
    page = owner.browser.get(client.request_uri())
    response = owner.answer(page, choice)
    assert response.status_code == 303
    assert page.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert response.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.standard("RFC 9700", "4.15", "A client cannot choose its identifier and pass for a user")
def test_no_client_identifier_looks_like_a_users(app: Flask, owner: Owner, client: Client) -> None:
    about = client.introspect(client.obtain_tokens(owner)["access_token"])
    assert about["sub"].isdecimal()
    assert about["client_id"].startswith("cf_app_")
    assert make_client(app, owner.person).client_id.startswith("cf_app_")


@pytest.mark.standard("RFC 9700", "2.1.2", "No token is in an authorization response, whatever response_mode asks")
@pytest.mark.standard("RFC 9700", "4.3.1", "Tokens are in no address")
def test_no_token_is_in_an_address(owner: Owner, client: Client) -> None:
    for response_type in ("token", "code token", "id_token token", "id_token"):
        location = owner.browser.get(client.request_uri(response_type=response_type)).headers["Location"]
        assert "access_token" not in location
        assert "#" not in location
        assert "error=unsupported_response_type" in location


@pytest.mark.standard(
    "RFC 9700", "2.2.2", "Refresh tokens of public clients are rotated, and their reuse ends the grant"
)
def test_a_stolen_refresh_token_of_a_public_client_does_not_live_on(owner: Owner, public: Client) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        owner.log_in()
        first = public.obtain_tokens(owner)
        second = public.refresh(first["refresh_token"]).get_json()
        assert second["refresh_token"] != first["refresh_token"]
        clock.shift(11)
        assert_error(public.refresh(first["refresh_token"]), "invalid_grant")
        assert_error(public.refresh(second["refresh_token"]), "invalid_grant")
        assert public.call(second["access_token"]).status_code == 401
