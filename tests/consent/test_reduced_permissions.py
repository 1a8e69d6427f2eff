"""Taking back a part of what an app may do: at once, in every session, and never the other way."""

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.foundation.audit import SecurityEvent
from portal.foundation.database import reading
from portal.oauth.connected_clients import get_connected
from tests.consent.connected import AppPage, key_of
from tests.factories import make_person
from tests.oauth.parties import Client, Owner

ASKED = "profile:read contexts:read contexts:write"
KEPT = ("profile:read", "contexts:read")
WRITING = "Create, update, and delete context files"


@pytest.fixture
def page(owner: Owner, client: Client) -> AppPage:
    """The page of the client."""
    return AppPage(owner, client)


def write_context(client: Client, token: str) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"}
    return client.app.test_client().post("/api/v1/contexts", json={"name": "x"}, headers=headers)


@pytest.mark.parametrize("kept", [[], ["tasks:write"], ["", "nonsense"]])
def test_keeping_nothing_is_refused_at_the_field_and_changes_nothing(page: AppPage, kept: list[str]) -> None:
    tokens = page.client.obtain_tokens(page.owner, scope=ASKED)
    refused = page.keep(*kept)
    assert refused.status_code == 422
    assert refused.text.count("Leave at least one permission checked, or remove the app’s access.") == 2
    assert 'aria-describedby="scope-error"' in refused.text
    assert "<title>Error: " in refused.text
    assert page.client.introspect(tokens["access_token"])["scope"] == ASKED
    assert "Permissions reduced" not in page.history()


def test_it_needs_the_csrf_token(page: AppPage) -> None:
    tokens = page.client.obtain_tokens(page.owner, scope=ASKED)
    assert page.keep(*KEPT, csrf_token="wrong").status_code == 400
    assert page.client.introspect(tokens["access_token"])["scope"] == ASKED


def test_nobody_reduces_what_somebody_else_allowed(app: Flask, page: AppPage) -> None:
    tokens = page.client.obtain_tokens(page.owner, scope=ASKED)
    other = AppPage(Owner(app, make_person(app)).log_in(), page.client)
    assert other.keep(*KEPT).status_code == 404
    assert page.client.introspect(tokens["access_token"])["scope"] == ASKED


def test_permissions_cannot_be_added(app: Flask, page: AppPage) -> None:
    tokens = page.client.obtain_tokens(page.owner, scope=ASKED)
    assert page.keep(*KEPT, "tasks:write", "skills:execute").status_code == 303
    assert page.client.introspect(tokens["access_token"])["scope"] == " ".join(KEPT)
    with app.app_context():
        assert get_connected(page.owner.person.id, key_of(page.client)).scope == set(KEPT)


def test_keeping_everything_changes_nothing(page: AppPage) -> None:
    tokens = page.client.obtain_tokens(page.owner, scope=ASKED)
    assert page.keep(*ASKED.split()).status_code == 303
    assert page.client.introspect(tokens["access_token"])["scope"] == ASKED
    assert page.history() == ["Access allowed"]


@pytest.mark.standard("ContextFile security rule", "21", "Reduced permissions are a 403 at once")
def test_what_is_taken_out_is_gone_at_once_in_every_session_and_stays_so(app: Flask, page: AppPage) -> None:
    first = page.client.obtain_tokens(page.owner, scope=ASKED)
    second = page.client.obtain_tokens(page.owner, scope=ASKED)
    assert page.keep(*KEPT).headers["Location"] == page.address
    for tokens in (first, second):
        assert page.client.introspect(tokens["access_token"])["scope"] == " ".join(KEPT)
        assert write_context(page.client, tokens["access_token"]).status_code == 403
        assert page.client.call(tokens["access_token"]).status_code == 200
        assert page.client.refresh(tokens["refresh_token"]).get_json()["scope"] == " ".join(KEPT)
    assert WRITING not in page.section("permissions").text
    (reduced,) = (row.text for row in page.section("history").find("li") if "Permissions reduced" in row.text)
    assert f"No longer: {WRITING[0].lower()}{WRITING[1:]}" in reduced
    with app.app_context():
        assert get_connected(page.owner.person.id, key_of(page.client)).left_out == {"contexts:write"}


def test_a_code_that_is_not_redeemed_yet_is_reduced_too(page: AppPage) -> None:
    code = page.client.obtain_code(page.owner, scope=ASKED)
    page.keep(*KEPT)
    assert page.client.exchange(code).get_json()["scope"] == " ".join(KEPT)


def test_a_session_of_which_nothing_is_left_ends(page: AppPage) -> None:
    page.client.obtain_tokens(page.owner, scope=ASKED)
    only = page.client.obtain_tokens(page.owner, scope="contexts:write")
    page.keep(*KEPT)
    assert page.client.introspect(only["access_token"]) == {"active": False}
    assert len(page.sessions()) == 1


def test_an_app_with_one_permission_has_nothing_to_reduce(page: AppPage) -> None:
    page.client.obtain_tokens(page.owner, scope="profile:read")
    assert page.section("permissions").find("form") == []
    page.client.obtain_tokens(page.owner, scope=ASKED)
    boxes = page.section("permissions").find("input", type="checkbox")
    assert [box["value"] for box in boxes] == ASKED.split()


def test_the_log_names_the_scopes_the_account_and_the_app(app: Flask, page: AppPage) -> None:
    page.client.obtain_tokens(page.owner, scope=ASKED)
    page.keep("profile:read")
    with app.app_context(), reading() as session:
        event = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "app_narrowed")).one()
    assert (event.user_id, event.client_id) == (page.owner.person.id, key_of(page.client))
    assert (event.app, event.text) == ("Acme Notes", "contexts:read contexts:write")
