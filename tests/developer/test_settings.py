"""What an app may ask for: refusals first, then what is saved, and what is remembered of it."""

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, update

from portal.foundation import clock
from portal.foundation.database import transaction
from portal.oauth.models import Client
from portal.oauth.scopes import SCOPES, write
from tests.accounts.documents import Page
from tests.accounts.stored import dump
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_buttons import form_of, landed, press, values_of
from tests.developer.app_form import APPS, edits, registered
from tests.factories import Person, make_client, make_person

ALL = write(frozenset(SCOPES))
NOTHING = {f"scope_{name.replace(':', '_')}": "not asked" for name in SCOPES}


@pytest.fixture
def address(app: Flask, ada: Person) -> str:
    return f"{APPS}/{make_client(app, ada).client_id}/settings"


def save(visitor: Visitor, address: str, **fields: str | None) -> Page:
    """Send the form with these changes; PKCE stays unchecked unless it is among them."""
    answer = press(visitor, visitor.open(address), "/settings", **{"require_pkce": None, **fields})
    return Page(answer) if answer.status_code == 422 else landed(visitor, answer)


def test_nobody_else_can_see_or_change_them(app: Flask, address: str) -> None:
    stranger = visit_signed_in(app, make_person(app))
    token = stranger.open("/").document.find("input", name="csrf_token")[0]["value"]
    before = dump(app)
    assert stranger.request(address).status_code == 404
    for path, form in ((address, NOTHING), (f"{address}/kind", {"kind": "native"})):
        assert stranger.request(path, "POST", data={"csrf_token": token, **form}).status_code == 404
    assert dump(app) == before


def test_a_form_without_its_token_changes_nothing(app: Flask, developer: Visitor, address: str) -> None:
    before = dump(app)
    assert developer.request(address, "POST", data=NOTHING).status_code == 400
    assert developer.request(f"{address}/kind", "POST", data={"kind": "native"}).status_code == 400
    assert developer.request(f"{address}/kind").status_code == 405
    assert dump(app) == before


def test_an_app_must_be_able_to_ask_for_something(app: Flask, developer: Visitor, address: str) -> None:
    page = save(developer, address, **NOTHING)
    assert page.status == 422
    assert page.summary == [
        "Without any scope the app can ask for nothing. Make at least one required or optional, such as profile:read."
    ]
    assert registered(app)[0].scope == ALL


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "Choose for tasks:write"), ("", "Choose for tasks:write"), ("admin\0\ufffd", "no choice for tasks:write")],
)
def test_a_choice_that_is_none_is_refused_by_the_scopes_name(
    app: Flask, developer: Visitor, address: str, value: str | None, words: str
) -> None:
    page = save(developer, address, scope_tasks_write=value, scope_tasks_read="optional")
    assert page.status == 422
    (message,) = page.summary
    assert words in message
    (row,) = page.document.find("div", **{"aria-describedby": "scope_tasks_write-error"})
    assert message in row.text
    kept = values_of(form_of(page, "/settings"))
    assert kept["scope_tasks_read"] == "optional", "what was chosen elsewhere stays"
    assert registered(app)[0].optional_scope == ""


@pytest.mark.parametrize("value", ["admin", "", None])
def test_a_kind_that_is_none_is_refused(app: Flask, developer: Visitor, address: str, value: str | None) -> None:
    page = Page(press(developer, developer.open(address), "/settings/kind", kind=value))
    assert page.status == 422
    assert len(page.summary) == 1
    assert registered(app)[0].kind == "web"
    assert values_of(form_of(page, "/settings"))["scope_profile_read"] == "required", "the other form is as things are"


def test_saving_what_is_so_already_says_so_and_writes_nothing(app: Flask, developer: Visitor, address: str) -> None:
    before = dump(app)
    assert "Nothing was changed" in save(developer, address).text
    assert "Nothing was changed" in landed(developer, press(developer, developer.open(address), "/kind")).text
    assert dump(app) == before


def test_an_app_that_was_deleted_meanwhile_is_not_there(app: Flask, developer: Visitor, address: str) -> None:
    page = developer.open(address)
    with app.app_context(), transaction() as session:
        session.execute(delete(Client))
    assert press(developer, page, "/settings").status_code == 404
    assert press(developer, page, "/settings/kind", kind="native").status_code == 404


def test_scopes_are_withdrawn_required_and_optional_and_the_edit_is_remembered(
    app: Flask, developer: Visitor, address: str
) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(Client).values(default_scope="profile:read tasks:write"))
    page = save(developer, address, scope_tasks_write="not asked", scope_contexts_write="optional")
    change = "contexts:write was required, is optional; tasks:write was required, is not asked"
    assert f"Saved: {change}." in page.text
    (client,) = registered(app)
    assert client.scope == ALL.replace(" tasks:write", "")
    assert client.optional_scope == "contexts:write"
    assert client.default_scope == "profile:read"
    assert ("edited", "Ada Lovelace", change) in edits(app)
    shown = values_of(form_of(page, "/settings"))
    assert (shown["scope_tasks_write"], shown["scope_contexts_write"]) == ("not asked", "optional")
    save(developer, address, scope_tasks_write="required", scope_contexts_write="required")
    assert (registered(app)[0].scope, registered(app)[0].optional_scope) == (ALL, "")


def test_two_who_save_at_once_are_both_remembered_with_what_they_found(
    app: Flask, developer: Visitor, address: str
) -> None:
    tabs = [developer.open(address) for _ in range(2)]
    for tab in tabs:
        press(developer, tab, "/settings", require_pkce=None, scope_tasks_write="optional")
    assert len([kind for kind, _, _ in edits(app) if kind == "edited"]) == 1, "the second changed nothing"


@pytest.mark.standard("RFC 7636", "4.4.1", "A developer may make PKCE a condition")
def test_pkce_is_required_and_optional_again(app: Flask, developer: Visitor, address: str) -> None:
    page = save(developer, address, require_pkce="y")
    assert "Saved: PKCE was optional, is required." in page.text
    assert registered(app)[0].require_pkce
    assert "checked" in page.document.by_id("require_pkce").attributes
    assert "Saved: PKCE was required, is optional." in save(developer, address).text
    assert not registered(app)[0].require_pkce


def test_pkce_becomes_optional_only_after_a_recent_log_in(app: Flask, developer: Visitor, address: str) -> None:
    save(developer, address, require_pkce="y")
    with time_machine.travel(clock.now() + 301):
        answer = press(developer, developer.open(address), "/settings", require_pkce=None)
        assert answer.location == f"/login?next={address}"
        assert registered(app)[0].require_pkce
        assert "Nothing was changed" in save(developer, address, require_pkce="y").text


def test_a_public_apps_pkce_is_always_on_and_cannot_be_changed(app: Flask, ada: Person, developer: Visitor) -> None:
    address = f"{APPS}/{make_client(app, ada, type='public').client_id}/settings"
    box = developer.open(address).document.by_id("require_pkce").attributes
    assert {"checked", "disabled"} <= box.keys()
    assert "Always on: a public app has no client secret" in developer.open(address).text
    for sent in (None, "y"):
        assert "Nothing was changed" in save(developer, address, require_pkce=sent).text
