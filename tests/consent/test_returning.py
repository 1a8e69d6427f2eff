"""Returning users: what was decided before is not asked again, where nobody else can pass for the app."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from portal.accounts.password_change import change_password
from portal.consent import pages
from portal.foundation.database import transaction
from portal.oauth import authorization
from portal.oauth.connected_clients import list_connected
from portal.oauth.consents import reduce_scope, remove_consent
from portal.oauth.models import Client as ClientRow
from tests.factories import make_client, make_person
from tests.oauth.parties import STATE, Client, Owner, answer_of

ASKED = "profile:read contexts:read contexts:write"


def change_client(app: Flask, **values: str) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(ClientRow).values(values))


def asks(owner: Owner, client: Client, **changes: str | None) -> bool:
    """Whether the screen is shown; else a code was given at once."""
    response = owner.browser.get(client.request_uri(**changes))
    if response.status_code == 200:
        assert "wants to access" in response.text
        return True
    assert "code" in answer_of(response)
    return False


@pytest.mark.parametrize("scope", ["profile:read contexts:read", "contexts:read"])
def test_the_same_or_fewer_scopes_go_straight_through(owner: Owner, client: Client, scope: str) -> None:
    client.obtain_code(owner)
    response = owner.browser.get(client.request_uri(scope=scope))
    assert response.status_code == 303
    assert response.headers["Referrer-Policy"] == "no-referrer"
    answer = answer_of(response)
    assert answer["state"] == STATE
    tokens = client.exchange(answer["code"]).get_json()
    assert tokens["scope"] == scope
    assert client.call(tokens["access_token"]).status_code == (200 if "profile" in scope else 403)


def test_a_first_request_is_asked(owner: Owner, client: Client) -> None:
    assert asks(owner, client)


def test_more_scopes_are_asked_with_the_new_ones_first(owner: Owner, client: Client) -> None:
    client.obtain_code(owner)
    page = owner.browser.get(client.request_uri(scope=ASKED)).text
    new, old = page.index("New: it asks for more than before"), page.index("You have allowed already")
    assert new < page.index("Create, update, and delete context files") < old
    assert old < page.index("View context files and their contents")


def test_what_was_removed_is_asked_again(owner: Owner, client: Client) -> None:
    client.obtain_code(owner)
    page = owner.browser.get("/settings/connected-apps").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    path = "/settings/connected-apps/" + page.partition('action="/settings/connected-apps/')[2].partition('"')[0]
    assert owner.browser.post(path, data={"csrf_token": token}).status_code == 303
    assert asks(owner, client)


def test_what_was_allowed_before_the_password_was_changed_is_asked_again(
    app: Flask, owner: Owner, client: Client
) -> None:
    """Whoever knew the old one may have allowed it: an app of their own must not come back by a link alone."""
    client.obtain_code(owner, scope=ASKED)
    with app.app_context():
        change_password(owner.person.id, "a new password of mine")
    owner.log_in()
    silent = owner.browser.get(client.request_uri(prompt="none"))
    assert answer_of(silent)["error"] == "consent_required"
    page = owner.browser.get(client.request_uri())
    assert "You have allowed already" not in page.text
    owner.answer(page, "allow")
    assert not asks(owner, client)
    assert asks(owner, client, scope=ASKED), "of what was allowed before, nothing is left"


def test_somebody_elses_new_password_changes_nothing_for_me(app: Flask, owner: Owner, client: Client) -> None:
    other = Owner(app, make_person(app)).log_in()
    client.obtain_code(other)
    with app.app_context():
        change_password(other.person.id, "a new password of theirs")
    client.obtain_code(owner)
    client.obtain_code(other.log_in())
    assert not asks(owner, client)
    assert not asks(other, client)


@pytest.mark.parametrize("kept", [{"profile:read"}, set()])
def test_what_is_taken_back_in_this_moment_does_not_come_back(
    owner: Owner, client: Client, monkeypatch: pytest.MonkeyPatch, kept: set[str]
) -> None:
    client.obtain_code(owner)
    answer = authorization.answer

    def later(*arguments: Any, **named: Any) -> str:
        (app,) = list_connected(owner.person.id)
        if kept:
            reduce_scope(owner.person.id, app.key, frozenset(kept))
        else:
            remove_consent(owner.person.id, app.key)
        return answer(*arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(pages, "answer", later)
        assert owner.browser.get(client.request_uri()).status_code == 400
    assert asks(owner, client)


def test_somebody_elses_consent_is_not_mine(app: Flask, owner: Owner, client: Client) -> None:
    client.obtain_code(owner)
    assert asks(Owner(app, make_person(app)).log_in(), client)


@pytest.mark.parametrize(
    ("uri", "again"),
    [
        ("https://client.example/callback", False),
        ("http://127.0.0.1/callback", True),
        ("http://localhost:3000/callback", True),
        ("com.example.app:/callback", True),
    ],
)
def test_a_public_app_goes_through_only_at_an_address_that_nobody_else_has(
    app: Flask, owner: Owner, uri: str, again: bool
) -> None:
    """RFC 8252 §8.6."""
    registered = make_client(app, make_person(app), type="public", redirect_uris=(uri,))
    client = Client(app, registered, redirect_uri=uri)
    client.obtain_code(owner)
    assert asks(owner, client) is again


def test_a_confidential_app_goes_through_also_during_development(app: Flask, owner: Owner) -> None:
    uri = "http://localhost:3000/callback"
    client = Client(app, make_client(app, make_person(app), redirect_uris=(uri,)), redirect_uri=uri)
    client.obtain_code(owner)
    assert not asks(owner, client)


@pytest.mark.parametrize("prompt", ["consent", "select_account"])
def test_an_app_can_have_the_user_asked_anyway(owner: Owner, client: Client, prompt: str) -> None:
    client.obtain_code(owner)
    assert asks(owner, client, prompt=prompt)


def test_what_was_left_out_is_neither_asked_again_nor_given(app: Flask, owner: Owner, client: Client) -> None:
    change_client(app, optional_scope="contexts:write")
    page = owner.browser.get(client.request_uri(scope=ASKED))
    owner.answer(page, "allow")
    answer = answer_of(owner.browser.get(client.request_uri(scope=ASKED)))
    assert client.exchange(answer["code"]).get_json()["scope"] == "profile:read contexts:read"


def test_what_was_left_out_is_asked_again_once_the_app_needs_it(app: Flask, owner: Owner, client: Client) -> None:
    change_client(app, optional_scope="contexts:write")
    owner.answer(owner.browser.get(client.request_uri(scope=ASKED)), "allow")
    change_client(app, optional_scope="")
    assert asks(owner, client, scope=ASKED)


def test_what_became_optional_since_is_asked_once(app: Flask, owner: Owner, client: Client) -> None:
    client.obtain_code(owner)
    change_client(app, optional_scope="contexts:write")
    assert asks(owner, client, scope=ASKED), "nobody has decided about it"
    owner.answer(owner.browser.get(client.request_uri(scope=ASKED)), "allow")
    assert not asks(owner, client, scope=ASKED)


def test_a_suspended_app_goes_nowhere(app: Flask, owner: Owner, client: Client) -> None:
    client.obtain_code(owner)
    with app.app_context(), transaction() as session:
        session.execute(update(ClientRow).values(suspended_at=1))
    assert owner.browser.get(client.request_uri()).status_code == 400
