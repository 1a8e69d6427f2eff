"""Connected apps: what somebody has allowed, and taking it back."""

import pytest
from flask import Flask
from sqlalchemy import select

from portal.foundation.database import transaction
from portal.oauth.clients import find_client
from portal.oauth.models import Client as ClientRow
from tests.factories import make_person
from tests.oauth.parties import Client, Owner, form_value

PAGE = "/settings/connected-apps"


def key_of(client: Client) -> int:
    with client.app.app_context():
        found = find_client(client.registered.client_id)
    assert found
    return found.key


def remove(owner: Owner, client: Client, **changes: str) -> int:
    form = {"csrf_token": form_value(owner.browser.get(PAGE), "csrf_token"), **changes}
    return owner.browser.post(f"{PAGE}/{key_of(client)}/remove", data=form).status_code


@pytest.mark.parametrize("key", ["x", "0", "-1", "9" * 30, "%00", str(2**63 - 1)])
def test_what_is_no_apps_key_removes_nothing_and_is_no_failure(owner: Owner, key: str) -> None:
    form = {"csrf_token": form_value(owner.browser.get(PAGE), "csrf_token")}
    assert owner.browser.post(f"{PAGE}/{key}/remove", data=form).status_code in {303, 404}


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
    assert remove(other, client) == 303
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
