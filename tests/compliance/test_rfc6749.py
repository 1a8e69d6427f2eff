"""The OAuth 2.0 Authorization Framework: what the rooms' own tests leave."""

import re
from itertools import product

import pytest
from flask import Flask
from pydantic import ValidationError

from portal.config import Settings
from tests.factories import make_client, make_person
from tests.oauth.parties import Client, Owner, answer_of, assert_error

DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+")
HOSTILE = ['"', "\\", "é", "\u202e", "%00", "<script>", "a\tb", "x" * 3000, "😀"]


@pytest.mark.standard("RFC 6749", "3.1", "The authorization endpoint is used over TLS, but for loopback")
@pytest.mark.standard("RFC 6749", "3.2", "The token endpoint is used over TLS, but for loopback")
@pytest.mark.standard("RFC 7009", "2", "The revocation endpoint is an https URL, but for loopback")
@pytest.mark.parametrize("url", ["http://id.example", "http://127.0.0.1.id.example", "http://10.0.0.1:5000"])
def test_no_server_that_others_reach_is_configured_without_tls(url: str) -> None:
    with pytest.raises(ValidationError, match="must begin with https"):
        Settings(public_url=url)


@pytest.mark.standard("RFC 6749", "3.1", "A parameter without a value counts as omitted")
def test_an_empty_parameter_of_an_authorization_request_counts_as_left_out(owner: Owner, client: Client) -> None:
    for name in ("redirect_uri", "state", "prompt", "login_hint", "response_mode", "resource"):
        page = owner.browser.get(client.request_uri(**{name: ""}))
        answer = answer_of(page if page.status_code == 303 else owner.answer(page, "allow"))
        assert "code" in answer, name
        assert ("state" in answer) == (name != "state")


@pytest.mark.standard("RFC 6749", "4.1.1", "response_type is required, and empty it is missing")
def test_an_empty_response_type_is_a_missing_one(owner: Owner, client: Client) -> None:
    answer = answer_of(owner.browser.get(client.request_uri(response_type="")))
    assert answer["error"] == "invalid_request"


@pytest.mark.standard("RFC 6749", "3.1.2.3", "A client with several redirect URIs must say which")
@pytest.mark.standard("RFC 6749", "3.1.2.3", "A redirect URI that is sent is compared with those registered")
def test_a_client_with_several_redirect_uris_says_which(app: Flask, owner: Owner) -> None:
    uris = ("https://client.example/a", "https://client.example/b")
    client = Client(app, make_client(app, make_person(app), redirect_uris=uris), redirect_uri=uris[1])
    assert owner.browser.get(client.request_uri(redirect_uri=None)).status_code == 400
    assert owner.browser.get(client.request_uri(redirect_uri="https://client.example/c")).status_code == 400
    location = owner.answer(owner.browser.get(client.request_uri()), "allow").headers["Location"]
    assert location.startswith(f"{uris[1]}?code=")


@pytest.mark.standard("RFC 6749", "3.2", "A parameter without a value counts as omitted, an unknown one is ignored")
def test_empty_and_unknown_parameters_of_a_token_request_change_nothing(owner: Owner, client: Client) -> None:
    code = client.obtain_code(owner)
    assert_error(client.exchange(code, grant_type=""), "invalid_request")
    tokens = client.exchange(code, scope="", resource="", nonsense="a b", state="x").get_json()
    refreshed = client.refresh(tokens["refresh_token"], scope="", nonsense="é")
    assert refreshed.get_json()["scope"] == tokens["scope"]


@pytest.mark.standard("RFC 6749", "3.3", "Scope values are case sensitive, and an unknown one is an invalid_scope")
def test_scopes_are_case_sensitive_and_separated_by_spaces(owner: Owner, client: Client) -> None:
    for scope in ("Profile:read", "PROFILE:READ", "profile:read,contexts:read"):
        assert answer_of(owner.browser.get(client.request_uri(scope=scope)))["error"] == "invalid_scope"


@pytest.mark.standard("RFC 6749", "3.3", "The order of scope values does not matter")
@pytest.mark.standard("RFC 6749", "3.3", "The response names the scope that was granted")
def test_the_order_of_scopes_does_not_matter_and_what_was_granted_is_told(owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner, scope="contexts:read  profile:read contexts:read")
    assert set(tokens["scope"].split()) == {"contexts:read", "profile:read"}
    assert len(tokens["scope"].split()) == 2


@pytest.mark.standard("RFC 6749", "3.3", "Without scope a default is taken or the request fails with invalid_scope")
def test_a_request_without_scope_fails_where_no_default_is_registered(owner: Owner, client: Client) -> None:
    assert answer_of(owner.browser.get(client.request_uri(scope=None)))["error"] == "invalid_scope"


@pytest.mark.standard("RFC 6749", "4.1.2", "A response without state in the request carries none")
def test_no_state_is_returned_that_was_not_sent(owner: Owner, client: Client) -> None:
    page = owner.browser.get(client.request_uri(state=None))
    assert answer_of(owner.answer(page, "allow")).keys() == {"code", "iss"}


@pytest.mark.standard("RFC 6749", "5.1", "Responses with tokens carry Cache-Control: no-store and Pragma: no-cache")
@pytest.mark.standard("RFC 6749", "5.2", "Errors of the token endpoint are JSON")
def test_every_answer_of_the_token_endpoint_is_json_that_is_not_kept(owner: Owner, client: Client) -> None:
    code = client.obtain_code(owner)
    exchanged = client.exchange(code)
    answers = [exchanged, client.refresh(exchanged.get_json()["refresh_token"]), client.exchange(code)]
    assert [answer.status_code for answer in answers] == [200, 200, 400]
    for answer in answers:
        assert answer.headers["Content-Type"].startswith("application/json")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Pragma"] == "no-cache"


@pytest.mark.standard("RFC 6749", "5.2", "error and error_description keep to the characters that the section allows")
def test_errors_of_the_token_endpoint_hold_no_character_that_they_must_not(client: Client) -> None:
    for value in HOSTILE:
        answers = [
            client.post("/api/oauth/token", grant_type=value),
            client.exchange(value),
            client.refresh(value, scope=value),
            client.refresh("x", client_id=value),
            client.refresh("x", client_secret=value),
        ]
        for answer in answers:
            assert answer.status_code in {400, 401}
            for name in ("error", "error_description"):
                assert DESCRIPTION.fullmatch(answer.get_json()[name])


@pytest.mark.standard("RFC 6749", "4.1.2.1", "error_description keeps to the characters that the section allows")
def test_errors_that_are_redirected_hold_no_character_that_they_must_not(owner: Owner, client: Client) -> None:
    names = ("response_type", "scope", "code_challenge", "code_challenge_method", "prompt")
    for name, value in product(names, HOSTILE):
        answer = answer_of(owner.browser.get(client.request_uri(**{name: value})))
        assert DESCRIPTION.fullmatch(answer["error"])
        assert DESCRIPTION.fullmatch(answer["error_description"])
        assert "code" not in answer


@pytest.mark.standard("RFC 6749", "2.2", "A client identifier is unique")
@pytest.mark.standard("RFC 6749", "10.10", "Client secrets are unguessable and different for each client")
def test_identifiers_and_secrets_are_different_for_each_client(app: Flask) -> None:
    owner = make_person(app)
    clients = [make_client(app, owner) for _ in range(5)]
    assert len({client.client_id for client in clients}) == 5
    assert len({client.client_secret for client in clients}) == 5
    assert all(len(client.client_secret or "") > 43 for client in clients)
