"""Connected apps: what somebody has allowed, and taking it back."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from portal.foundation.audit import SecurityEvent
from portal.foundation.database import reading, transaction
from portal.oauth.models import Client as ClientRow
from tests.consent.connected import AppPage, key_of
from tests.factories import make_client, make_person
from tests.fixtures.statements import cost
from tests.oauth.parties import Client, Owner, form_value, meet

PAGE = "/settings/connected-apps"


def remove(owner: Owner, client: Client, **changes: str) -> int:
    form = {"csrf_token": form_value(owner.browser.get(PAGE), "csrf_token"), **changes}
    return owner.browser.post(f"{PAGE}/{key_of(client)}/remove", data=form).status_code


@pytest.mark.parametrize("key", ["x", "0", "-1", "9" * 30, "%00", str(2**63 - 1)])
def test_what_is_no_apps_key_removes_nothing_and_is_no_failure(owner: Owner, key: str) -> None:
    form = {"csrf_token": form_value(owner.browser.get(PAGE), "csrf_token")}
    assert owner.browser.post(f"{PAGE}/{key}/remove", data=form).status_code == 404


def test_visitors_are_asked_to_sign_in(app: Flask, client: Client) -> None:
    assert app.test_client().get(PAGE).headers["Location"] == f"/login?next={PAGE}"


@pytest.mark.standard("ContextFile security rule", "21", "A user can see what was allowed")
def test_an_app_is_listed_once_it_is_allowed(owner: Owner, client: Client) -> None:
    assert "Acme Notes" not in owner.browser.get(PAGE).text
    client.obtain_code(owner, scope="profile:read")
    client.obtain_code(owner, scope="contexts:read")
    page = owner.browser.get(PAGE).text
    assert page.count("Acme Notes") >= 1
    for words in ("View basic profile information", "View context files and their contents"):
        assert words in page


@pytest.mark.standard("ContextFile security rule", "21", "Removed access is a 401 at once")
def test_removing_access_kills_its_tokens_and_lists_it_no_more(owner: Owner, client: Client) -> None:
    """OWASP ASVS 10.7.3."""
    tokens = client.obtain_tokens(owner)
    assert remove(owner, client) == 303
    assert client.call(tokens["access_token"]).status_code == 401
    page = owner.browser.get(PAGE, follow_redirects=True).text
    assert "Remove access" not in page


def test_removing_needs_the_csrf_token(owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner)
    assert remove(owner, client, csrf_token="wrong") == 400
    assert client.call(tokens["access_token"]).status_code == 200


def test_nobody_removes_what_somebody_else_allowed(app: Flask, owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner)
    other = Owner(app, make_person(app)).log_in()
    assert remove(other, client) == 404
    assert client.call(tokens["access_token"]).status_code == 200


@pytest.mark.parametrize(
    ("origin", "client_id", "words"),
    [
        ("registration", None, "It registered itself."),
        ("document", "https://app.example/client.json", "Its description comes from app.example."),
    ],
)
def test_an_app_that_came_by_itself_is_marked_so(
    app: Flask, owner: Owner, client: Client, origin: str, client_id: str | None, words: str
) -> None:
    client.obtain_code(owner)
    assert words not in owner.browser.get(PAGE).text
    with app.app_context(), transaction() as session:
        row = session.scalars(select(ClientRow)).one()
        row.owner_id, row.origin, row.client_id = None, origin, client_id or row.client_id
    assert words in owner.browser.get(PAGE).text


def test_removing_twice_is_removing_once(app: Flask, owner: Owner, client: Client) -> None:
    """A double click, or two tabs, end well."""
    client.obtain_tokens(owner)
    assert [remove(owner, client) for _ in range(2)] == [303, 303]
    with app.app_context(), reading() as session:
        event = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "app_removed")).one()
    assert (event.user_id, event.client_id, event.app) == (owner.person.id, key_of(client), "Acme Notes")


def test_what_was_removed_is_kept_in_the_history_and_shown_again_when_it_is_allowed_again(
    owner: Owner, client: Client
) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        owner.log_in()
        client.obtain_tokens(owner)
        clock.shift(1)
        remove(owner, client)
        assert owner.browser.get(f"{PAGE}/{key_of(client)}").status_code == 404
        clock.shift(1)
        client.obtain_tokens(owner)
        assert AppPage(owner, client).history() == ["Access allowed", "Access removed", "Access allowed"]


def test_removing_is_one_click_and_one_confirmation_without_a_script(owner: Owner, client: Client) -> None:
    client.obtain_tokens(owner)
    for address in (PAGE, f"{PAGE}/{key_of(client)}"):
        page = owner.browser.get(address).text
        closed, _, opened = page.partition("</summary>")
        assert "Remove access" in closed[closed.rindex("<summary") :]
        assert "Its tokens stop working at once." in opened
        assert f'action="{PAGE}/{key_of(client)}/remove"' in opened


def test_an_app_says_where_it_may_send_people(app: Flask, owner: Owner) -> None:
    uris = ("https://one.example/a", "https://one.example/b", "com.example.notes:/back", "http://127.0.0.1:3000/cb")
    registered = make_client(app, make_person(app), type="public", redirect_uris=uris)
    Client(app, registered, redirect_uri=uris[0]).obtain_code(owner)
    page = owner.browser.get(PAGE).text
    assert "one.example, com.example.notes: (an app on this device), 127.0.0.1:3000" in page


def test_the_list_takes_as_many_statements_for_one_app_as_for_many(app: Flask, owner: Owner, client: Client) -> None:
    client.obtain_tokens(owner)
    once = cost(app, lambda: owner.browser.get(PAGE))
    for _ in range(3):
        meet(app)[1].obtain_tokens(owner)
    assert cost(app, lambda: owner.browser.get(PAGE)) == once == ["SELECT"] * 4, "who; incidents; apps; addresses"
