"""An app's Redirect URIs page: what is refused first, then adding and removing one without touching the others."""

from urllib.parse import urlencode

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete

from portal.foundation import clock
from portal.foundation.database import transaction
from portal.oauth.models import Client
from tests.accounts.documents import Page
from tests.accounts.stored import dump
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_buttons import landed, press
from tests.developer.app_form import APPS, edits, registered
from tests.factories import Person, make_client, make_person
from tests.fixtures.applications import MakeApp

FIRST, SECOND = "https://client.example/callback", "https://client.example/other"


@pytest.fixture
def client_id(app: Flask, ada: Person) -> str:
    return make_client(app, ada, redirect_uris=(FIRST, SECOND)).client_id


def page_of(client_id: str) -> str:
    return f"{APPS}/{client_id}/redirect-uris"


def uris(app: Flask) -> list[str]:
    return [row.uri for row in registered(app)[0].redirect_uris]


def key(app: Flask, uri: str) -> int:
    (row,) = [row for row in registered(app)[0].redirect_uris if row.uri == uri]
    return row.id


def add(visitor: Visitor, client_id: str, uri: str | None) -> Page:
    answer = press(visitor, visitor.open(page_of(client_id)), "/redirect-uris", uri=uri)
    return Page(answer) if answer.status_code == 422 else landed(visitor, answer)


def faults(page: Page) -> list[str]:
    """The messages at the field; the summary says the same."""
    (field,) = page.document.find("input", name="uri")
    assert field["aria-invalid"] == "true"
    texts = [page.document.by_id(name).text for name in field["aria-describedby"].split()]
    messages = [text.removeprefix("Error: ") for text in texts if text.startswith("Error: ")]
    assert page.summary == messages
    return messages


def test_nobody_else_can_see_or_change_them(app: Flask, client_id: str) -> None:
    stranger = visit_signed_in(app, make_person(app))
    token = stranger.open("/").document.find("input", name="csrf_token")[0]["value"]
    before = dump(app)
    own, form = page_of(client_id), {"csrf_token": token, "uri": "https://stranger.example/"}
    assert stranger.request(own).status_code == 404
    assert stranger.request(f"{own}/add?uri=https://stranger.example/").status_code == 404
    assert stranger.request(own, "POST", data=form).status_code == 404
    assert stranger.request(f"{own}/{key(app, FIRST)}/remove", "POST", data=form).status_code == 404
    assert dump(app) == before


def test_an_address_that_is_only_opened_and_a_form_without_its_token_change_nothing(
    app: Flask, developer: Visitor, client_id: str
) -> None:
    own = page_of(client_id)
    assert developer.request(f"{own}/{key(app, FIRST)}/remove").status_code == 405
    assert developer.request(own, "POST", data={"uri": "https://new.example/"}).status_code == 400
    assert developer.request(f"{own}/{key(app, FIRST)}/remove", "POST").status_code == 400
    assert uris(app) == [FIRST, SECOND]


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        (None, "Type the redirect URI"),
        ("  ", "Type the redirect URI"),
        ("http://client.example/cb", "Use https://"),
        ("https://client.example/cb#x", "Leave out the fragment"),
        ("https://*.client.example/", "Wildcards"),
        ("https://me@client.example/", "user name"),
        ("https:///cb", "Name the host"),
        ("myapp:/cb", "reversed"),
        ("https://client.example/\0", "U+0000"),
        ("https://client.example/\u202e", "U+202E"),
        ("https://client.example/" + "x" * 2000, "2000"),
        (FIRST, f"{FIRST} is already in the list"),
    ],
    ids=range(12),
)
def test_a_bad_one_is_told_what_is_wrong_at_the_field(
    app: Flask, developer: Visitor, client_id: str, uri: str | None, words: str
) -> None:
    page = add(developer, client_id, uri)
    (message,) = faults(page)
    assert words in message
    assert page.document.find("input", name="uri")[0]["value"] == (uri or "").strip()
    assert uris(app) == [FIRST, SECOND]
    assert [kind for kind, _, _ in edits(app)] == ["registered"]


def test_a_repeated_field_counts_once(app: Flask, developer: Visitor, client_id: str) -> None:
    add(developer, client_id, ["https://a.example/", "https://b.example/"])  # type: ignore[arg-type]
    assert uris(app) == [FIRST, SECOND, "https://a.example/"]


def test_no_more_than_the_setting_allows_and_the_message_says_how_many(make_app: MakeApp) -> None:
    app = make_app(most_redirect_uris=2)
    ada = make_person(app)
    client_id = make_client(app, ada, redirect_uris=(FIRST, SECOND)).client_id
    (message,) = faults(add(visit_signed_in(app, ada), client_id, "https://third.example/"))
    assert message.startswith("The app has 2 redirect URIs, and 2 are the most.")
    assert uris(app) == [FIRST, SECOND]


@pytest.mark.standard("RFC 6749", "3.1.2.2", "The last redirect URI is not removed")
def test_the_last_one_stays_and_the_message_says_why(app: Flask, ada: Person, developer: Visitor) -> None:
    client_id = make_client(app, ada, redirect_uris=(FIRST,)).client_id
    page = landed(developer, press(developer, developer.open(page_of(client_id)), f"/{key(app, FIRST)}/remove"))
    assert f"{FIRST} is the only one, and an app needs one." in page.text
    assert uris(app) == [FIRST]


def test_two_tabs_that_add_the_same_one_add_it_once(app: Flask, developer: Visitor, client_id: str) -> None:
    tabs = [developer.open(page_of(client_id)) for _ in range(2)]
    first, second = (press(developer, tab, "/redirect-uris", uri="https://new.example/") for tab in tabs)
    assert first.status_code == 303
    assert faults(Page(second)) == ["https://new.example/ is already in the list. Once is enough: leave this one out."]
    assert uris(app) == [FIRST, SECOND, "https://new.example/"]


def test_removing_one_that_is_gone_says_so(app: Flask, developer: Visitor, client_id: str) -> None:
    tabs, gone = [developer.open(page_of(client_id)) for _ in range(2)], f"/{key(app, SECOND)}/remove"
    assert f"Removed {SECOND}." in landed(developer, press(developer, tabs[0], gone)).text
    page = landed(developer, press(developer, tabs[1], gone))
    assert "was removed already. Nothing was changed." in page.text
    assert uris(app) == [FIRST]


@pytest.mark.parametrize("number", ["0", "9223372036854775807"])
def test_removing_one_that_never_was_changes_nothing(
    app: Flask, developer: Visitor, client_id: str, number: str
) -> None:
    page = developer.open(page_of(client_id))
    token = page.document.find("input", name="csrf_token")[0]["value"]
    answer = developer.request(f"{page_of(client_id)}/{number}/remove", "POST", data={"csrf_token": token})
    assert "was removed already" in landed(developer, answer).text
    too_large = f"{page_of(client_id)}/9223372036854775808/remove"
    assert developer.request(too_large, "POST", data={"csrf_token": token}).status_code == 404
    assert uris(app) == [FIRST, SECOND]


def test_an_app_that_was_deleted_meanwhile_is_not_there(app: Flask, developer: Visitor, client_id: str) -> None:
    page = developer.open(page_of(client_id))
    with app.app_context(), transaction() as session:
        session.execute(delete(Client))
    assert press(developer, page, "/redirect-uris", uri="https://new.example/").status_code == 404


def test_one_is_added_at_the_end_and_works_at_once(app: Flask, developer: Visitor, client_id: str) -> None:
    page = add(developer, client_id, " com.example.app:/cb ")
    assert "Added com.example.app:/cb. It works at once." in page.text
    assert uris(app) == [FIRST, SECOND, "com.example.app:/cb"]
    assert ("redirect_uri", "Ada Lovelace", "Added com.example.app:/cb") in edits(app)


def test_one_is_removed_and_the_others_keep_their_keys_and_order(
    app: Flask, developer: Visitor, client_id: str
) -> None:
    add(developer, client_id, "https://third.example/")
    kept = {uri: key(app, uri) for uri in (SECOND, "https://third.example/")}
    landed(developer, press(developer, developer.open(page_of(client_id)), f"/{key(app, FIRST)}/remove"))
    assert {row.uri: row.id for row in registered(app)[0].redirect_uris} == kept
    assert ("redirect_uri", "Ada Lovelace", f"Removed {FIRST}") in edits(app)
    add(developer, client_id, FIRST)
    assert uris(app) == [*kept, FIRST]


def test_adding_one_needs_a_recent_log_in_and_keeps_what_was_typed(
    app: Flask, developer: Visitor, client_id: str
) -> None:
    page = developer.open(page_of(client_id))
    with time_machine.travel(clock.now() + 301):
        answer = press(developer, page, "/redirect-uris", uri="https://client.example/third")
        assert answer.status_code == 303
        back = f"{page_of(client_id)}/add?uri=https://client.example/third"
        assert answer.location == "/login?" + urlencode({"next": back}, safe="/:?")
        assert uris(app) == [FIRST, SECOND]
        assert "https://client.example/third" in developer.open(back).text
