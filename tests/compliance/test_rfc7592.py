"""Dynamic Client Registration Management."""

from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask

from portal.foundation import clock
from tests.oauth.parties import Owner, assert_error
from tests.oauth.registrations import manage, party, registered, replacement

METHODS = ["GET", "PUT", "DELETE"]


@pytest.mark.standard("RFC 7592", "2", "The token is a bearer token in the Authorization header, and nowhere else")
@pytest.mark.parametrize("method", METHODS)
def test_the_token_is_read_from_the_header_alone(app: Flask, method: str) -> None:
    registration = registered(app)
    path, token = urlsplit(registration["registration_client_uri"]).path, registration["registration_access_token"]
    browser = app.test_client()
    answers = [
        browser.open(path, method=method, query_string={"access_token": token}, json=replacement(registration)),
        browser.open(path, method=method, headers={"Authorization": f"Basic {token}"}, json=replacement(registration)),
    ]
    for answer in answers:
        assert_error(answer, "invalid_token", status=401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    assert manage(app, registration, "GET").status_code == 200


@pytest.mark.standard("RFC 7592", "5", "The registration access token does not expire while the client is active")
def test_the_token_lives_as_long_as_its_client(app: Flask, owner: Owner) -> None:
    registration = registered(app)
    party(app, registration).obtain_tokens(owner)
    with time_machine.travel(clock.now() + 5 * 365 * 86400, tick=False):
        assert manage(app, registration, "GET").status_code == 200


@pytest.mark.standard("RFC 7592", "2.3", "After a deletion the token opens nothing any more")
@pytest.mark.parametrize("method", METHODS)
def test_a_deleted_clients_token_is_dead(app: Flask, method: str) -> None:
    registration = registered(app)
    assert manage(app, registration, "DELETE").status_code == 204
    assert_error(manage(app, registration, method, replacement(registration)), "invalid_token", status=401)


@pytest.mark.standard("RFC 7592", "2.2", "An update with a bad value is a 400 that names it, and changes nothing")
def test_a_bad_update_is_told_and_changes_nothing(app: Flask) -> None:
    registration = registered(app)
    before = manage(app, registration, "GET").get_json()
    bad = replacement(registration, redirect_uris=["javascript:alert(1)"])
    assert_error(manage(app, registration, "PUT", bad), "invalid_redirect_uri")
    assert manage(app, registration, "GET").get_json() == before


@pytest.mark.standard("RFC 7592", "3", "registration_client_uri is an address of the issuer's, the client's own")
def test_the_address_is_the_clients_own(app: Flask) -> None:
    one, other = registered(app), registered(app)
    assert one["registration_client_uri"] != other["registration_client_uri"]
    assert one["registration_client_uri"].startswith("http://127.0.0.1:5000/")
    assert manage(app, one, "GET").get_json()["client_id"] == one["client_id"]
