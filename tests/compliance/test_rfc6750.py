"""Bearer Token Usage."""

import re

import pytest
import time_machine
from flask import Flask

from tests.oauth.parties import Client, Owner

PROFILE = "/api/v1/profile"
ATTRIBUTE = re.compile(r'(\w+)="([^"\\]*)"')


def attributes(challenge: str) -> dict[str, str]:
    """The parameters of a challenge, none of which comes twice."""
    assert challenge.startswith("Bearer ")
    found = ATTRIBUTE.findall(challenge)
    assert ATTRIBUTE.sub("", challenge).replace(",", "").split() == ["Bearer"]
    assert len({name for name, _ in found}) == len(found)
    return dict(found)


@pytest.mark.standard("RFC 6750", "2.1", "The Authorization header with Bearer is supported, in any case of the scheme")
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_token_in_the_header_opens_the_api(owner: Owner, client: Client, scheme: str) -> None:
    token = client.obtain_tokens(owner)["access_token"]
    answer = client.app.test_client().get(PROFILE, headers={"Authorization": f"{scheme} {token}"})
    assert answer.status_code == 200


@pytest.mark.standard("ContextFile security rule", "49", "A token in the query is refused")
@pytest.mark.standard("RFC 6750", "2.3", "Tokens in the query should not be used, and are not read")
@pytest.mark.standard("RFC 6750", "2.2", "Tokens in a form are not read: the resource supports the header alone")
@pytest.mark.standard("RFC 9700", "4.3.2", "Access tokens are not taken from the query")
def test_a_token_anywhere_else_is_no_token(owner: Owner, client: Client) -> None:
    token = client.obtain_tokens(owner, scope="profile:read contexts:write")["access_token"]
    browser = client.app.test_client()
    browser.set_cookie("access_token", token)
    answers = [
        browser.get(PROFILE, query_string={"access_token": token}),
        browser.post("/api/v1/contexts", data={"access_token": token}),
        browser.get(PROFILE, headers={"Authorization": f"Basic {token}"}),
    ]
    for answer in answers:
        assert answer.status_code == 401
        assert "error" not in attributes(answer.headers["WWW-Authenticate"])


@pytest.mark.standard("ContextFile security rule", "49", "A request without credentials is told no error code")
@pytest.mark.standard("RFC 6750", "3", "WWW-Authenticate has the scheme Bearer and at least one attribute, each once")
@pytest.mark.standard("RFC 6750", "3.1", "A request without authentication gets no error code")
def test_who_sends_no_token_is_told_no_error_code(app: Flask) -> None:
    answer = app.test_client().get(PROFILE)
    assert answer.status_code == 401
    assert attributes(answer.headers["WWW-Authenticate"]).keys() == {"realm", "resource_metadata"}


@pytest.mark.standard("RFC 6750", "3.1", "An expired, revoked, malformed or other token is a 401 with invalid_token")
@pytest.mark.standard("RFC 6750", "3", "error and error_description keep to the characters that the section allows")
def test_a_token_that_is_not_good_is_an_invalid_token(owner: Owner, client: Client) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        owner.log_in()
        tokens, revoked = client.obtain_tokens(owner), client.obtain_tokens(owner)["access_token"]
        client.revoke(revoked)
        expired = tokens["access_token"]
        clock.shift(3600)
        wrong = [expired, revoked, tokens["refresh_token"], client.obtain_code(owner), "x", "cf_at_" + "0" * 60]
        for token in wrong:
            answer = client.call(token)
            assert answer.status_code == 401
            challenge = attributes(answer.headers["WWW-Authenticate"])
            assert challenge["error"] == "invalid_token"
            assert re.fullmatch(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+", challenge["error_description"])


@pytest.mark.standard("RFC 6750", "3.1", "insufficient_scope names the scope that is needed")
def test_a_scope_that_is_missing_is_named(owner: Owner, client: Client) -> None:
    token = client.obtain_tokens(owner, scope="profile:read")["access_token"]
    answer = client.call(token, "/api/v1/contexts")
    challenge = attributes(answer.headers["WWW-Authenticate"])
    assert (answer.status_code, challenge["error"], challenge["scope"]) == (403, "insufficient_scope", "contexts:read")


@pytest.mark.standard("RFC 6750", "5.2", "A token is issued for a time that expires_in tells")
def test_a_token_lives_as_long_as_was_told(owner: Owner, client: Client) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        owner.log_in()
        tokens = client.obtain_tokens(owner)
        clock.shift(tokens["expires_in"] - 1)
        assert client.call(tokens["access_token"]).status_code == 200
        clock.shift(1)
        assert client.call(tokens["access_token"]).status_code == 401
