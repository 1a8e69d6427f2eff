"""What each row of the Redirect URIs page tells and offers, and the question before adding one that was sent."""

from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from portal.foundation.database import transaction
from portal.oauth.models import Client
from portal.oauth.record_writing import DAY
from tests.accounts.documents import Element
from tests.accounts.stored import dump
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_buttons import landed, press
from tests.developer.app_form import APPS, edits, registered
from tests.factories import Person, make_client
from tests.fixtures.statements import cost

NOW = 1_800_000_000
HTTPS, SLASH = "https://client.example/callback", "https://client.example/callback/"
STALE = "nobody was sent here: safe to remove"


def make(app: Flask, ada: Person, *uris: str, kind: str = "confidential") -> str:
    return f"{APPS}/{make_client(app, ada, redirect_uris=uris, type=kind).client_id}/redirect-uris"


def rows(visitor: Visitor, address: str) -> dict[str, Element]:
    found = visitor.open(address).document.find("li", **{"class": "uri"})
    return {row.find("code")[0].text: row for row in found}


def test_each_is_marked_with_what_it_is_good_for(app: Flask, ada: Person, developer: Visitor) -> None:
    marks = {
        HTTPS: [],
        "http://localhost:3000/cb": ["For development"],
        "http://127.0.0.1/cb": ["For development", "Any port"],
        "http://[::1]:8080/cb": ["For development", "Any port"],
        "com.example.app:/cb": ["Private-use scheme"],
    }
    shown = rows(developer, make(app, ada, *marks))
    assert {uri: [badge.text for badge in row.find("span", **{"class": "badge"})] for uri, row in shown.items()} == (
        marks
    )


@pytest.mark.standard("RFC 8252", "7.3", "A loopback redirect URI of a native app is no makeshift")
def test_a_loopback_address_of_a_public_app_is_not_only_for_development(
    app: Flask, ada: Person, developer: Visitor
) -> None:
    (row,) = rows(developer, make(app, ada, "http://127.0.0.1/cb", kind="public")).values()
    assert [badge.text for badge in row.find("span", **{"class": "badge"})] == ["Any port"]


def test_a_variant_is_pointed_out_at_both(app: Flask, ada: Person, developer: Visitor) -> None:
    shown = rows(developer, make(app, ada, HTTPS, SLASH, "https://client.example/else"))
    assert f"Differs from {SLASH} only" in shown[HTTPS].text
    assert f"Differs from {HTTPS} only" in shown[SLASH].text
    assert "Differs from" not in shown["https://client.example/else"].text


def test_authorizations_of_30_days_are_counted_and_a_stale_one_is_called_safe_to_remove(
    app: Flask, ada: Person
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        address = make(app, ada, HTTPS, SLASH)
        keys = {row.uri: str(row.id) for row in registered(app)[0].redirect_uris}
        key, recorder = registered(app)[0].id, app.extensions["recorder"]
        recorder.count(key, "redirected", keys[SLASH])
        clock.shift(30 * DAY)
        developer = visit_signed_in(app, ada)
        recorder.count(key, "redirected", "0")
        shown = rows(developer, address)
        assert "No authorizations in 30 days" in shown[SLASH].text, "it was 30 days ago"
        assert STALE not in shown[HTTPS].text, "people use none of the addresses, which tells nothing of this one"
        for _ in range(2):
            recorder.count(key, "redirected", keys[HTTPS])
        shown = rows(developer, address)
        assert "2 authorizations in 30 days" in shown[HTTPS].text
        assert STALE in shown[SLASH].text
        assert STALE not in shown[HTTPS].text


def test_one_that_is_new_is_not_called_stale(app: Flask, ada: Person) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        address = make(app, ada, HTTPS, SLASH)
        client = registered(app)[0]
        clock.shift(30 * DAY - 1)
        app.extensions["recorder"].count(client.id, "redirected", str(client.redirect_uris[0].id))
        shown = rows(visit_signed_in(app, ada), address)
        assert "1 authorization in 30 days" in shown[HTTPS].text
        assert STALE not in shown[SLASH].text


def test_the_page_costs_the_same_for_one_and_for_twenty(app: Flask, ada: Person, developer: Visitor) -> None:
    one = make(app, ada, HTTPS)
    twenty = make(app, ada, *(f"https://client.example/{number}" for number in range(20)))
    assert cost(app, lambda: developer.open(one)) == cost(app, lambda: developer.open(twenty))


def test_a_test_opens_a_real_request_for_this_one_in_a_new_tab(app: Flask, ada: Person, developer: Visitor) -> None:
    address = make(app, ada, HTTPS, "http://127.0.0.1:3000/cb")
    states = set()
    for uri, row in rows(developer, address).items():
        (link,) = row.find("a")
        assert (link["target"], link["rel"]) == ("_blank", "noopener")
        sent = parse_qs(urlsplit(link["href"]).query)
        states.add(sent.pop("state")[0])
        assert sent == {
            "response_type": ["code"],
            "client_id": [registered(app)[0].client_id],
            "redirect_uri": [uri],
            "scope": ["profile:read"],
        }
        assert "Acme Notes wants to access" in developer.open(link["href"]).text
    assert len(states) == 2
    assert min(map(len, states)) >= 22


@pytest.mark.parametrize("kind", ["public", "confidential that requires PKCE"])
def test_a_test_asks_for_what_the_app_may_and_carries_what_it_must(
    app: Flask, ada: Person, developer: Visitor, kind: str
) -> None:
    address = make(app, ada, HTTPS, kind=kind.partition(" ")[0])
    with app.app_context(), transaction() as session:
        session.execute(update(Client).values(scope="skills:read tasks:read", require_pkce=kind != "public"))
    (row,) = rows(developer, address).values()
    (link,) = row.find("a")
    assert "scope=skills:read&" in link["href"]
    assert "code_challenge_method=S256" in link["href"]
    assert "Acme Notes wants to access" in developer.open(link["href"]).text


SENT = "https://preview.client.example/callback?a=1&b=2"


def test_one_that_was_sent_is_added_only_after_its_host_was_named(app: Flask, ada: Person, developer: Visitor) -> None:
    address = make(app, ada, HTTPS)
    before = dump(app)
    page = developer.open(f"{address}/add?uri=https://preview.client.example/callback?a=1%26b=2")
    assert page.document.find("p", **{"class": "confirm-host"})[0].text == "preview.client.example"
    assert "may have been a stranger’s" in page.text
    assert dump(app) == before
    assert f"Added {SENT}." in landed(developer, press(developer, page, "/redirect-uris")).text
    assert [row.uri for row in registered(app)[0].redirect_uris] == [HTTPS, SENT]
    assert ("redirect_uri", "Ada Lovelace", f"Added {SENT}") in edits(app)


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("http://evil.example/", "Use https://"),
        ("javascript:alert(1)", "private-use scheme"),
        ("https://evil.example/%00", "Percent-encode"),
        ("https://evil.example/%E2%80%AE", "Percent-encode"),
        ("https://evil.example:port/", "cannot be read"),
        ("https://[::1/", "cannot be read"),
        ("https://evil.example/" + "x" * 2000, "2000 are the most"),
        (HTTPS, "already in the list"),
        ("%3Cscript%3Ealert(1)%3C/script%3E", "Percent-encode"),
    ],
    ids=range(9),
)
def test_one_that_cannot_be_added_says_why_and_has_no_button(
    app: Flask, ada: Person, developer: Visitor, uri: str, words: str
) -> None:
    address = make(app, ada, HTTPS)
    page = developer.open(f"{address}/add?uri={uri}")
    assert page.title == "This redirect URI cannot be added"
    assert words in page.text
    assert not [form for form in page.document.find("form") if form["action"].endswith("/redirect-uris")]
    assert not [script for script in page.document.find("script") if not script["src"].startswith("/static/")]


@pytest.mark.parametrize("query", ["", "?uri=", "?uri=%20", "?other=1"])
def test_a_question_about_none_leads_to_the_list(app: Flask, ada: Person, developer: Visitor, query: str) -> None:
    address = make(app, ada, HTTPS)
    assert developer.request(f"{address}/add{query}").location == address
