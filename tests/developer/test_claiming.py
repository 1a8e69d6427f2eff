"""Apps that registered themselves become the app of whoever holds their registration access token."""

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from portal.foundation import clock
from portal.oauth.client_verification import verify_client
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import make_client, make_person
from tests.fixtures.applications import MakeApp
from tests.oauth.parties import Owner
from tests.oauth.registrations import manage, party, registered

CLAIM = "/developer/oauth-apps/claim"


def claim(visitor: Visitor, client_id: str, token: str) -> TestResponse:
    """Fill in the form and send it."""
    return visitor.send(CLAIM, client_id=client_id, token=token)


@pytest.mark.parametrize("wrong", ["client_id", "token", "both", "empty"])
def test_without_the_right_token_nothing_is_claimed(app: Flask, wrong: str) -> None:
    developer = visit_signed_in(app, make_person(app))
    one, other = registered(app), registered(app)
    client_id = {"client_id": "cf_app_nonsense", "empty": ""}.get(wrong, one["client_id"])
    token = {"client_id": one["registration_access_token"], "empty": ""}.get(wrong, other["registration_access_token"])
    answer = claim(developer, client_id, token)
    assert answer.status_code == 422
    assert token not in answer.text or not token
    assert manage(app, one, "GET").status_code == 200


def test_an_app_that_has_an_owner_is_not_there_to_be_claimed(app: Flask) -> None:
    registration = registered(app)
    first, second = (visit_signed_in(app, make_person(app)) for _ in range(2))
    token = registration["registration_access_token"]
    assert claim(first, registration["client_id"], token).status_code == 303
    assert claim(second, registration["client_id"], token).status_code == 422
    portal_app = make_client(app, make_person(app)).client_id
    assert claim(second, portal_app, token).status_code == 422


def test_a_claimed_app_is_the_developers_and_marked_in_the_list(app: Flask) -> None:
    owner = Owner(app, make_person(app)).log_in()
    developer = visit_signed_in(app, make_person(app, name="Dana Developer"))
    registration = registered(app, client_name="Self-made")
    claim(developer, registration["client_id"], registration["registration_access_token"])
    assert "Self-made" in developer.open(f"/developer/oauth-apps/{registration['client_id']}").text
    assert "egistered itself" in developer.open("/developer/oauth-apps").text
    client = party(app, registration)
    assert "Registered by Dana Developer" in owner.browser.get(client.request_uri(scope="profile:read")).text
    assert client.obtain_tokens(owner, scope="profile:read")["access_token"], "its secret is as it was"


def test_what_was_verified_of_its_former_maker_is_not_the_developers(app: Flask) -> None:
    developer, registration = visit_signed_in(app, make_person(app)), registered(app)
    with app.app_context():
        verify_client(registration["client_id"], verified=True)
    claim(developer, registration["client_id"], registration["registration_access_token"])
    assert "Unverified" in developer.open(f"/developer/oauth-apps/{registration['client_id']}").text


def test_it_is_no_longer_managed_with_its_token(app: Flask) -> None:
    developer, registration = visit_signed_in(app, make_person(app)), registered(app)
    claim(developer, registration["client_id"], registration["registration_access_token"])
    for method in ("GET", "PUT", "DELETE"):
        assert manage(app, registration, method, {}).status_code == 401


def test_it_counts_among_the_developers_apps(make_app: MakeApp) -> None:
    app = make_app(most_apps=1)
    person = make_person(app)
    make_client(app, person)
    registration = registered(app)
    answer = claim(visit_signed_in(app, person), registration["client_id"], registration["registration_access_token"])
    assert "You have 1 app" in answer.text


def test_a_claimed_app_that_nobody_uses_yet_is_kept(make_app: MakeApp) -> None:
    app = make_app(registration_unused_days=1)
    developer, registration = visit_signed_in(app, make_person(app)), registered(app)
    claim(developer, registration["client_id"], registration["registration_access_token"])
    with time_machine.travel(clock.now() + 2 * 86400):
        registered(app)
    assert developer.open(f"/developer/oauth-apps/{registration['client_id']}")
