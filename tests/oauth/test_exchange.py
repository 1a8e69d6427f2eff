"""Redeeming a code (RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9700 §4.5)."""

import base64
from urllib.parse import quote_plus

import pytest
import time_machine
from flask import Flask

from tests.factories import make_client, make_person
from tests.oauth.parties import Client, Owner, assert_error


@pytest.mark.standard("ContextFile security rule", "30", "A success of the token endpoint is JSON and no-store")
@pytest.mark.standard(
    "RFC 6749", "5.1", "The response has access_token, token_type and expires_in, as JSON and no-store"
)
def test_a_good_exchange_answers_with_both_tokens(owner: Owner, client: Client) -> None:
    """RFC 6749 §5.1."""
    response = client.exchange(client.obtain_code(owner))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    body = response.get_json()
    assert body["access_token"].startswith("cf_at_")
    assert body["refresh_token"].startswith("cf_rt_")
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, "profile:read contexts:read")
    assert client.call(body["access_token"]).status_code == 200


@pytest.mark.standard(
    "ContextFile security rule", "24", "A second use of a code fails and revokes what the first was given"
)
@pytest.mark.standard(
    "RFC 6749", "4.1.2", "A code is used once; a second use is denied and revokes the tokens of the first"
)
@pytest.mark.standard("RFC 6749", "10.5", "Codes are for one use")
@pytest.mark.standard("RFC 9700", "4.5.3", "A replayed code is refused")
def test_a_second_use_fails_and_revokes_what_the_first_was_given(owner: Owner, client: Client) -> None:
    """RFC 6749 §4.1.2, RFC 9700 §4.5."""
    code = client.obtain_code(owner)
    tokens = client.exchange(code).get_json()
    assert_error(client.exchange(code), "invalid_grant", "used before", "mounts or reloads twice")
    assert client.call(tokens["access_token"]).status_code == 401
    assert_error(client.refresh(tokens["refresh_token"]), "invalid_grant")


@pytest.mark.standard("ContextFile security rule", "26", "A code is good for 60 seconds")
@pytest.mark.standard("RFC 6749", "4.1.2", "Codes expire shortly after they are issued, within ten minutes at most")
def test_a_code_is_good_for_a_minute(owner: Owner, client: Client) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        owner.log_in()
        late, in_time = client.obtain_code(owner), client.obtain_code(owner)
        clock.shift(59)
        assert client.exchange(in_time).status_code == 200
        clock.shift(1)
        assert_error(client.exchange(late), "invalid_grant", "expired")


@pytest.mark.standard(
    "ContextFile security rule", "27", "Another client's attempt fails and leaves the code to its owner"
)
@pytest.mark.standard("RFC 6749", "4.1.3", "A code must have been issued to the client that presents it")
def test_another_clients_attempt_fails_and_leaves_the_code_to_its_owner(
    app: Flask, owner: Owner, client: Client
) -> None:
    """OAuth 2.1 §4.1.3."""
    code = client.obtain_code(owner)
    thief = Client(app, make_client(app, make_person(app)), verifier=client.verifier)
    assert_error(thief.exchange(code), "invalid_grant")
    assert client.exchange(code).status_code == 200


@pytest.mark.standard("ContextFile security rule", "28", "A wrong or missing code_verifier is refused")
@pytest.mark.standard("ContextFile security rule", "29", "A different redirect_uri is an invalid_grant")
@pytest.mark.standard("ContextFile security rule", "30", "An error of the token endpoint is JSON and no-store")
@pytest.mark.standard("RFC 6749", "4.1.3", "redirect_uri must be repeated if the request had it, and be identical")
@pytest.mark.standard(
    "RFC 6749", "5.2", "Errors are invalid_request, invalid_grant and unsupported_grant_type, with status 400"
)
@pytest.mark.standard("RFC 7636", "4.6", "A code_verifier that does not match is an invalid_grant")
@pytest.mark.standard("RFC 9700", "2.1.1", "A code_verifier is enforced where there was a code_challenge")
@pytest.mark.standard("RFC 9700", "4.5.3", "An injected code is refused for its code_verifier")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"redirect_uri": "https://client.example/other"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"code": None}, "invalid_request"),
        ({"code": "cf_ac_nonsense"}, "invalid_grant"),
        ({"code": "ünï"}, "invalid_grant"),
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": 'é"'}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_exchange_fails_and_a_right_one_still_works(
    owner: Owner, client: Client, changes: dict[str, str | None], error: str
) -> None:
    code = client.obtain_code(owner)
    assert_error(client.exchange(code, **changes), error)
    assert client.exchange(code).status_code == 200


@pytest.mark.standard("ContextFile security rule", "28", "A code_verifier without a code_challenge is refused")
@pytest.mark.standard(
    "RFC 9700", "4.8.2", "PKCE downgrade: a code_verifier is accepted only if there was a code_challenge"
)
def test_a_verifier_without_a_challenge_is_refused(owner: Owner, client: Client) -> None:
    """RFC 9700 §4.8.2: a downgrade."""
    code = client.obtain_code(owner, code_challenge=None, code_challenge_method=None)
    assert_error(client.exchange(code), "invalid_request")


@pytest.mark.standard("RFC 6749", "4.1.3", "redirect_uri may be left out where the request left it out")
def test_the_redirect_uri_may_be_left_out_if_the_request_left_it_out(owner: Owner, client: Client) -> None:
    """RFC 6749 §4.1.3."""
    assert client.exchange(client.obtain_code(owner, redirect_uri=None), redirect_uri=None).status_code == 200


@pytest.mark.standard("RFC 6749", "4.1.3", "What is no code is an invalid_grant")
def test_tokens_of_other_kinds_are_no_codes(owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner)
    for token in (tokens["access_token"], tokens["refresh_token"]):
        assert_error(client.exchange(token), "invalid_grant")
    assert client.call(tokens["access_token"]).status_code == 200


@pytest.mark.standard("RFC 6749", "3.2.1", "A public client names itself with client_id")
@pytest.mark.standard("RFC 7636", "4.5", "The client sends the code_verifier with the code")
def test_a_public_client_exchanges_with_its_verifier_alone(owner: Owner, public: Client) -> None:
    code = public.obtain_code(owner)
    assert_error(public.exchange(code, code_verifier=None), "invalid_request")
    assert public.exchange(code).status_code == 200


def basic(client_id: str, secret: str) -> dict[str, str]:
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


@pytest.mark.standard("RFC 6749", "2.3.1", "HTTP Basic must be supported, with form-encoded values")
def test_basic_works_and_its_values_are_form_decoded(owner: Owner, client: Client) -> None:
    """RFC 6749 §2.3.1."""
    registered = client.registered
    assert registered.client_secret
    encoded = "".join(f"%{byte:02x}" for byte in registered.client_secret.encode())
    header = {"Authorization": "Basic " + base64.b64encode(f"{registered.client_id}:{encoded}".encode()).decode()}
    form = {"grant_type": "authorization_code", "redirect_uri": client.redirect_uri, "code_verifier": client.verifier}
    for headers in (basic(registered.client_id, registered.client_secret), header):
        code = client.obtain_code(owner)
        response = client.app.test_client().post("/api/oauth/token", data={**form, "code": code}, headers=headers)
        assert response.status_code == 200, response.text


@pytest.mark.standard("ContextFile security rule", "31", "Two ways to authenticate at once are an invalid_request")
@pytest.mark.standard("RFC 6749", "2.3", "At most one authentication method in a request")
def test_two_ways_to_authenticate_at_once_are_refused(client: Client) -> None:
    """RFC 6749 §2.3."""
    registered = client.registered
    assert registered.client_secret
    headers = basic(registered.client_id, registered.client_secret)
    post = client.app.test_client().post
    form = {"grant_type": "refresh_token", "refresh_token": "x"}
    both = post("/api/oauth/token", data={**form, "client_secret": registered.client_secret}, headers=headers)
    assert_error(both, "invalid_request", "not in both")
    other = post("/api/oauth/token", data={**form, "client_id": "cf_app_other"}, headers=headers)
    assert_error(other, "invalid_request", "client_id in the body")


@pytest.mark.parametrize(
    ("redirect_uri", "words"),
    [
        ("http://client.example/callback", "The scheme differs: http was sent, https"),
        ("https://client.example/callback/", "Only the slash at the end"),
        (None, "It is missing"),
    ],
)
def test_a_redirect_uri_that_differs_is_told_with_the_difference(
    owner: Owner, client: Client, redirect_uri: str | None, words: str
) -> None:
    response = client.exchange(client.obtain_code(owner), redirect_uri=redirect_uri)
    assert_error(response, "invalid_grant", "Repeat the redirect_uri", words)


def test_a_verifier_of_another_request_is_told_as_such(owner: Owner, client: Client) -> None:
    response = client.exchange(client.obtain_code(owner), code_verifier="w" * 43)
    assert_error(response, "invalid_grant", "code_verifier", "code_challenge")
