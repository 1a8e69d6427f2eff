"""Reuse is visible to the app's owner and to the user (RFC 9700 §4.14.2)."""

import pytest
import time_machine
from flask import Flask

from tests.factories import make_client, make_person
from tests.oauth.parties import Client, Owner


@pytest.mark.standard("ContextFile security rule", "37", "Reuse is visible to the app's owner and to the user")
@pytest.mark.parametrize(
    ("reuse", "words"),
    [("code", "An authorization code was used twice"), ("refresh_token", "A refresh token that had been replaced")],
)
def test_owner_and_user_see_that_an_authorization_was_ended_for_reuse(app: Flask, reuse: str, words: str) -> None:
    developer, owner = Owner(app, make_person(app)), Owner(app, make_person(app))
    client = Client(app, make_client(app, developer.person))
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        for person in (developer, owner):
            person.log_in()
        pages = [
            (developer, f"/developer/oauth-apps/{client.registered.client_id}"),
            (owner, "/settings/connected-apps"),
        ]
        code = client.obtain_code(owner)
        tokens = client.exchange(code).get_json()
        for person, path in pages:
            assert words not in person.browser.get(path).text
        if reuse == "code":
            client.exchange(code)
        else:
            client.refresh(tokens["refresh_token"])
            clock.shift(11)
            client.refresh(tokens["refresh_token"])
        for person, path in pages:
            assert words in person.browser.get(path).text


def test_the_owner_is_advised_to_use_pkce_when_a_request_came_without(app: Flask) -> None:
    developer, owner = Owner(app, make_person(app)).log_in(), Owner(app, make_person(app)).log_in()
    client = Client(app, make_client(app, developer.person))
    path = f"/developer/oauth-apps/{client.registered.client_id}"
    client.obtain_code(owner)
    assert "code_challenge</code>" not in developer.browser.get(path).text
    client.obtain_code(owner, code_challenge=None, code_challenge_method=None)
    assert "code_challenge</code>" in developer.browser.get(path).text
