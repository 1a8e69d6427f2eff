"""Activity: what happened to an app, with each failure's cause in words."""

import re

import pytest
import time_machine
from flask import Flask

from portal.developer.activity import _REUSE
from portal.foundation import audit
from portal.foundation.audit import EDITS
from portal.foundation.credentials import new_id
from portal.foundation.database import transaction
from portal.oauth.client_events import CAUSES, REUSES
from portal.oauth.event_models import ClientEvent
from tests.accounts.documents import Element, Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_form import APPS
from tests.developer.events import key_of, note_edits, note_failures, note_mismatches
from tests.developer.test_app_pages import HOSTILE, assert_inert
from tests.factories import REDIRECT_URI, Person, make_client, make_person
from tests.fixtures.statements import cost
from tests.oauth.parties import Client, Owner

NOON = 20_000 * 86400 + 12 * 3600


@pytest.fixture
def client_id(app: Flask, ada: Person) -> str:
    return make_client(app, ada).client_id


def entries(page: Page) -> list[Element]:
    return [element for element in page.document.find("li") if element["class"].startswith("entry ")]


def read(developer: Visitor, client_id: str, query: str = "") -> Page:
    return developer.open(f"{APPS}/{client_id}/activity{query}")


@pytest.mark.parametrize("page", ["activity", "usage", "usage.csv"])
def test_somebody_elses_activity_and_usage_are_not_there(app: Flask, client_id: str, page: str) -> None:
    stranger = visit_signed_in(app, make_person(app))
    assert stranger.request(f"{APPS}/{client_id}/{page}").status_code == 404
    assert Visitor.of(app).request(f"{APPS}/{client_id}/{page}").status_code == 303


def test_before_anything_happened_it_says_what_would_show(app: Flask, developer: Visitor, client_id: str) -> None:
    with app.extensions["database"].writing.begin() as connection:
        connection.exec_driver_sql("DELETE FROM security_events")
    page = read(developer, client_id)
    assert "Nothing has happened yet" in page.text
    assert entries(page) == []
    assert page.document.find("select") == []


def test_edits_and_failures_of_this_app_show_the_newest_first(app: Flask, ada: Person, client_id: str) -> None:
    other = make_client(app, ada).client_id
    with time_machine.travel(NOON - 86400, tick=False) as clock:
        note_edits(app, client_id, "Name from “Acme” to “Acme Notes”")
        note_edits(app, other, "of another app")
        clock.shift(86400)
        note_failures(app, client_id, "secret_wrong", "secret_wrong", text="The client secret is wrong.")
        developer = visit_signed_in(app, ada)
        page = read(developer, client_id, "?group=failures")
        (failed,) = entries(page)
        for words in (CAUSES["secret_wrong"], "token", "2 times", "last 12:00 UTC", "The client secret is wrong."):
            assert words in failed.text
        for words in ("203.0.113.0/24", "0123456789abcdef"):
            assert words in failed.text
        page = read(developer, client_id)
    edit = next(entry for entry in entries(page) if "Name from" in entry.text)
    assert "by Ada Lovelace" in edit.text
    assert entries(page).index(edit) > [entry.text for entry in entries(page)].index(failed.text)
    assert "of another app" not in page.text
    days = [heading.text for heading in page.document.find("h2")]
    assert days.index("4 Oct 2024") < days.index("3 Oct 2024")


def test_edits_of_before_the_security_log_are_among_the_later_ones_page_by_page(
    app: Flask, developer: Visitor, client_id: str
) -> None:
    key = key_of(app, client_id)
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(60):
            if number % 2:
                note_edits(app, client_id, f"number {number}.")
            else:
                old = ClientEvent(id=new_id(), client_id=key, at=NOON + number, kind="edited", text=f"number {number}.")
                with app.app_context(), transaction() as session:
                    session.add(old)
            clock.shift(1)
    texts, query = [], "?group=edits"
    while query:
        page = read(developer, client_id, query)
        texts += [entry.text for entry in entries(page) if "number" in entry.text]
        older = [link for link in page.links if "older_than" in link]
        query = f"?{older[0].partition('?')[2]}" if older else ""
    assert [re.findall(r"number (\d+)\.", text) for text in texts] == [[str(number)] for number in range(59, -1, -1)]


def test_what_users_do_with_the_app_is_not_its_owners_to_read(app: Flask, developer: Visitor, client_id: str) -> None:
    before = read(developer, client_id).text
    kinds = audit.KINDS.keys() - set(EDITS)
    with app.app_context(), transaction() as session:
        for kind in kinds:
            audit.record(session, kind, user_id=1, client_id=key_of(app, client_id), app="Acme", actor="Uma", text="x")
    assert {"app_allowed", "app_denied", "code_reuse", "signed_in"} <= kinds
    assert read(developer, client_id).text == before


@pytest.mark.standard("ContextFile security rule", "37", "Reuse is visible to the app's owner and to the user")
@pytest.mark.parametrize("reuse", REUSES)
def test_reuse_is_called_what_it_is_with_what_was_done_and_what_to_do(app: Flask, ada: Person, reuse: str) -> None:
    client, owner = Client(app, make_client(app, ada)), Owner(app, make_person(app))
    with time_machine.travel(NOON, tick=False) as clock:
        owner.log_in()
        code = client.obtain_code(owner)
        tokens = client.exchange(code).get_json()
        if reuse == "code_reuse":
            client.exchange(code)
        else:
            client.refresh(tokens["refresh_token"])
            clock.shift(11)
            client.refresh(tokens["refresh_token"])
        developer = visit_signed_in(app, ada)
        (entry,) = entries(read(developer, client.registered.client_id, "?group=failures"))
    assert entry["class"] == "entry entry--reuse"
    assert CAUSES[reuse] in entry.text
    assert "A mistake or a theft" in entry.text
    assert "revoked" in _REUSE[reuse]["done"]
    for words in _REUSE[reuse].values():
        assert words in entry.text


def test_a_redirect_mismatch_shows_sent_and_registered_with_the_difference_marked(
    app: Flask, ada: Person, developer: Visitor
) -> None:
    uris = (REDIRECT_URI, "http://127.0.0.1:3000/callback")
    client_id = make_client(app, ada, redirect_uris=uris).client_id
    sent = "http://localhost:3000/callback"
    app.test_client().get("/oauth/authorize", query_string={"client_id": client_id, "redirect_uri": sent})
    (entry,) = entries(read(developer, client_id, "?group=failures"))
    assert [cell.text for cell in entry.find("dd")] == [sent, uris[1]]
    assert [mark.text for mark in entry.find("mark")] == ["localhost", "127.0.0.1"]
    assert "The host differs: localhost was sent, 127.0.0.1 is registered." in entry.text


def test_a_sent_redirect_uri_can_be_added_after_a_confirmation(app: Flask, developer: Visitor, client_id: str) -> None:
    note_mismatches(app, client_id, "https://new.example/cb?a=1&b=2")
    (link,) = [link for link in read(developer, client_id).document.find("a") if "Add this redirect URI" in link.text]
    assert link["href"] == f"{APPS}/{client_id}/redirect-uris/add?uri=https://new.example/cb?a%3D1%26b%3D2"
    assert "new.example" in developer.open(link["href"]).text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("http://new.example/cb", "Use https://"),
        ("https://new.example/" + "x" * 3000, "too long"),
        ("https://user@new.example/", "Leave out the user name"),
        (REDIRECT_URI, "It is registered by now."),
    ],
)
def test_what_cannot_be_added_says_why(app: Flask, developer: Visitor, client_id: str, sent: str, words: str) -> None:
    note_mismatches(app, client_id, sent[:2000])
    page = read(developer, client_id)
    assert words in page.text
    assert "Add this redirect URI" not in page.text


@pytest.mark.standard("ContextFile security rule", "64", "What strangers send is inert on the Activity page")
@pytest.mark.parametrize("text", [*HOSTILE, "https://[", "https://a\u202eb.example/\u2066", "é" * 2000, "\r\n\t", "//"])
def test_what_a_stranger_sends_is_shown_and_does_nothing(
    app: Flask, developer: Visitor, client_id: str, text: str
) -> None:
    note_mismatches(app, client_id, text, f"https://client.example/callback?{text}"[:2000])
    note_failures(app, client_id, "invalid_request", text=text)
    note_edits(app, client_id, text, actor=text[:80])
    page = read(developer, client_id)
    assert len(entries(page)) == 5
    assert_inert(page)
    sent = [element.text for element in page.document.find("code")]
    assert not {"\u202e", "\u2066"} & set("".join(sent))
    assert [link for link in page.links if link.startswith("http")] == []


def test_a_page_takes_as_many_statements_for_one_event_as_for_many(
    app: Flask, developer: Visitor, client_id: str
) -> None:
    few = cost(app, lambda: read(developer, client_id))
    note_edits(app, client_id, *map(str, range(60)))
    note_mismatches(app, client_id, *(f"https://client.example/{number}" for number in range(20)))
    app.extensions["recorder"].write()
    assert cost(app, lambda: read(developer, client_id)) == few
