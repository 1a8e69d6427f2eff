"""What a client may ask of the screens: prompt, login_hint (OpenID Connect Core §3.1.2.1, used with RFC 6749)."""

import pytest
from flask import Flask
from sqlalchemy import update

from portal.foundation.database import transaction
from portal.oauth.models import Client as ClientRow
from tests.factories import make_client, make_person
from tests.oauth.parties import STATE, Client, Owner, answer_of, form_value


@pytest.mark.parametrize("prompt", ["nonsense", "none login", "Login", "consent nonsense"])
def test_an_unknown_or_contradictory_prompt_is_refused(owner: Owner, client: Client, prompt: str) -> None:
    assert answer_of(owner.browser.get(client.request_uri(prompt=prompt)))["error"] == "invalid_request"


@pytest.mark.standard("RFC 9700", "4.11.2", "Silent requests are the one exception, and are answered without a page")
def test_none_never_shows_a_page(app: Flask, owner: Owner, client: Client) -> None:
    visitor = app.test_client().get(client.request_uri(prompt="none"))
    assert answer_of(visitor).items() >= {"error": "login_required", "state": STATE}.items()
    assert answer_of(owner.browser.get(client.request_uri(prompt="none")))["error"] == "consent_required"


def test_none_redirects_nobody_for_a_client_that_nobody_answers_for(app: Flask, owner: Owner, client: Client) -> None:
    """RFC 9700 §4.11.2: whoever registers or publishes a client could redirect from here otherwise."""
    with app.app_context(), transaction() as session:
        session.execute(update(ClientRow).values(owner_id=None, origin="registration"))
    visitor = app.test_client().get(client.request_uri(prompt="none"))
    assert visitor.headers["Location"].startswith("/login")
    assert answer_of(owner.browser.get(client.request_uri(prompt="none")))["error"] == "consent_required"


def test_none_is_answered_with_a_code_for_what_was_allowed_before(owner: Owner, client: Client) -> None:
    client.obtain_code(owner, scope="profile:read contexts:read")
    answer = answer_of(owner.browser.get(client.request_uri(prompt="none", scope="profile:read")))
    assert client.exchange(answer["code"]).get_json()["scope"] == "profile:read"
    more = answer_of(owner.browser.get(client.request_uri(prompt="none", scope="profile:read tasks:write")))
    assert more["error"] == "consent_required"


@pytest.mark.standard(
    "ContextFile security rule", "19", "A public client that anybody could imitate always asks the user"
)
@pytest.mark.standard(
    "RFC 6749", "10.2", "Repeated requests are not granted unasked for a client that cannot be authenticated"
)
@pytest.mark.standard("RFC 8252", "8.6", "A request of a native app is not granted without the user")
@pytest.mark.parametrize("uri", ["http://127.0.0.1/callback", "com.example.app:/callback"])
def test_a_public_client_that_anybody_could_imitate_always_asks(app: Flask, owner: Owner, uri: str) -> None:
    """RFC 8252 §8.6."""
    registered = make_client(app, make_person(app), type="public", redirect_uris=(uri,))
    client = Client(app, registered, redirect_uri=uri)
    client.obtain_code(owner)
    assert answer_of(owner.browser.get(client.request_uri(prompt="none")))["error"] == "consent_required"


@pytest.mark.parametrize("prompt", ["consent", "select_account", "consent select_account"])
def test_consent_and_select_account_show_the_screen_with_its_way_to_switch(
    owner: Owner, client: Client, prompt: str
) -> None:
    client.obtain_code(owner)
    page = owner.browser.get(client.request_uri(prompt=prompt))
    assert "Use another account" in page.text


def test_login_asks_for_the_password_again_and_then_goes_on_once(app: Flask, client: Client) -> None:
    owner = Owner(app, make_person(app)).log_in()
    uri = client.request_uri(prompt="login")
    asked = owner.browser.get(uri, follow_redirects=True)
    assert asked.request.path == "/login"
    assert asked.status_code == 200
    assert owner.browser.get(uri).headers["Location"].startswith("/login"), "looking away is no log-in"
    form = {name: form_value(asked, name) for name in ("csrf_token", "next")}
    form |= {"email": owner.person.email, "password": owner.person.password}
    page = owner.browser.post("/login", data=form, follow_redirects=True)
    assert page.request.path == "/oauth/authorize"
    assert "code" in answer_of(owner.answer(page, "allow"))
    assert owner.browser.get(uri).headers["Location"].startswith("/login")


def test_a_log_in_for_one_request_does_not_count_for_another(app: Flask, client: Client) -> None:
    owner = Owner(app, make_person(app)).log_in()
    asked = owner.browser.get(client.request_uri(prompt="login"), follow_redirects=True)
    form = {name: form_value(asked, name) for name in ("csrf_token", "next")}
    form |= {"email": owner.person.email, "password": owner.person.password}
    assert owner.browser.post("/login", data=form).status_code == 303
    other = owner.browser.get(client.request_uri(prompt="login", state="another"))
    assert other.headers["Location"].startswith("/login")


def test_a_login_hint_is_where_the_form_begins(app: Flask, client: Client) -> None:
    page = app.test_client().get(client.request_uri(login_hint='uma@example.com"<b>'), follow_redirects=True)
    assert form_value(page, "email") == 'uma@example.com"<b>'
    assert "<b>" not in page.text
