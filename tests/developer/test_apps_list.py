"""The list of a developer's apps: whose they are, what each tells at a glance, search and pages."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from portal.foundation.credentials import new_id
from portal.foundation.database import transaction
from portal.oauth.models import Client, ClientSecret, Consent
from portal.oauth.record_writing import DAY
from tests.accounts.documents import Element, Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_form import APPS
from tests.developer.events import key_of, note_failures
from tests.factories import Person, make_client, make_person
from tests.fixtures.statements import cost

NOW = 1_800_000_000


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still, early in a day."""
    with time_machine.travel(NOW // DAY * DAY + 60, tick=False) as clock:
        yield clock


def names(page: Page) -> list[str]:
    return [heading.text for row in page.document.find("li", **{"class": "app-row"}) for heading in row.find("h2")]


def row(visitor: Visitor, name: str = "Acme Notes") -> Element:
    rows = visitor.open(APPS).document.find("li", **{"class": "app-row"})
    (found,) = [row for row in rows if row.find("h2")[0].text == name]
    return found


def change(app: Flask, **values: object) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(Client).values(**values))


def test_only_the_developers_own_apps_are_listed_and_searched(app: Flask, developer: Visitor) -> None:
    make_client(app, make_person(app), name="Somebody else's")
    for address in (APPS, f"{APPS}?q=somebody", f"{APPS}?page=2"):
        page = developer.open(address)
        assert "Register your first app" in page.text
        assert "Somebody else's" not in page.text


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "1.5", "٢", "%00", "9" * 9, "9" * 40, "1&page=2"])
def test_a_page_that_is_not_there_is_one_that_is(app: Flask, ada: Person, developer: Visitor, page: str) -> None:
    make_client(app, ada)
    assert names(developer.open(f"{APPS}?page={page}")) == ["Acme Notes"]


@pytest.mark.parametrize(
    "search", ["100%", "_c_e", "a\\c", "zzz", "'", "<script>alert(1)</script>", "\ufffd", "x" * 5000]
)
def test_what_is_not_found_is_named_and_leads_back(app: Flask, ada: Person, developer: Visitor, search: str) -> None:
    make_client(app, ada)
    answer = developer.request(APPS, query_string={"q": search})
    page = Page(answer)
    assert names(page) == []
    assert f"No app matches “{search[:200]}”" in page.text
    assert "0 of 1 app" in page.text
    assert page.document.by_id("q")["value"] == search[:200]
    assert APPS in page.links
    assert not [script for script in page.document.find("script") if not script["src"].startswith("/static/")]


@pytest.mark.parametrize("query", [b"q=%00acme%E2%80%AE", b"q=%20ACME%20", b"q=acme&q=zzz"])
def test_a_search_is_read_without_what_cannot_be_seen(
    app: Flask, ada: Person, developer: Visitor, query: bytes
) -> None:
    make_client(app, ada)
    assert names(developer.open(f"{APPS}?{query.decode()}")) == ["Acme Notes"]


@pytest.mark.parametrize("search", ["pOCKET", "50% OFF", "{}", "WRITER.example", "https://writer.example/cb_1"])
def test_an_app_is_found_by_name_description_client_id_and_redirect_uri(
    app: Flask, ada: Person, developer: Visitor, search: str
) -> None:
    make_client(app, ada)
    client_id = make_client(app, ada, name="Pocket", redirect_uris=("https://writer.example/cb_1",)).client_id
    with app.app_context(), transaction() as session:
        session.execute(update(Client).where(Client.client_id == client_id).values(description="Now 50% off"))
    page = Page(developer.request(APPS, query_string={"q": search.format(client_id[7:].upper())}))
    assert names(page) == ["Pocket"]
    assert "1 of 2 apps" in page.text


def test_apps_are_paged_the_latest_first_and_the_search_stays(
    app: Flask, ada: Person, developer: Visitor, clock: time_machine.Traveller
) -> None:
    for number in range(45):
        clock.shift(1)
        make_client(app, ada, name=f"App {number:02}")
    first, last = developer.open(APPS), developer.open(f"{APPS}?page=3")
    assert names(first) == [f"App {number:02}" for number in range(44, 24, -1)]
    assert names(last) == [f"App {number:02}" for number in range(4, -1, -1)]
    assert "45 apps" in first.text
    assert "Page 1 of 3" in first.text
    assert f"{APPS}?page=2" in first.links
    assert names(developer.open(f"{APPS}?page=4")) == names(last)
    found = developer.open(f"{APPS}?q=app%201&page=1")
    assert "10 of 45 apps" in found.text
    assert not [link for link in found.links if "page=" in link]
    assert f"{APPS}?q=app&page=3" in developer.open(f"{APPS}?q=app&page=2").links


def test_the_list_costs_the_same_for_1_app_and_for_45_on_any_page(app: Flask, ada: Person, developer: Visitor) -> None:
    make_client(app, ada)
    statements = cost(app, lambda: developer.open(APPS))
    assert statements == ["SELECT"] * 3, "who is signed in; how many apps; the apps"
    for number in range(44):
        make_client(app, ada, name=f"App {number}")
    for query in ("", "?page=2", "?page=3", "?page=99", "?q=app", "?q=zzz"):
        assert cost(app, lambda query=query: developer.open(APPS + query)) == statements  # type: ignore[misc]


def test_a_new_app_tells_what_it_is_and_warns_of_nothing(app: Flask, ada: Person, developer: Visitor) -> None:
    make_client(app, ada, type="public")
    shown = row(developer).text
    for words in ("Unverified", "Single-page, mobile or desktop app", "Public", "0 users", "Not used yet"):
        assert words in shown
    assert "Warning" not in shown
    assert "Suspended" not in shown


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"suspended_at": NOW}, "Suspended"),
        ({"verified_at": NOW}, "Verified"),
        ({"origin": "registration"}, "Registered itself"),
        ({"origin": "document"}, "Metadata document"),
    ],
)
def test_an_app_is_marked_with_how_it_came_and_stands(
    app: Flask, ada: Person, developer: Visitor, values: dict[str, object], words: str
) -> None:
    make_client(app, ada)
    assert words not in [badge.text for badge in row(developer).find("span")]
    change(app, **values)
    assert words in [badge.text for badge in row(developer).find("span")]


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "Active today"), (1, "Active yesterday"), (14, "14 days ago"), (15, "Last active 31 Dec 2026")],
)
def test_users_and_last_activity(app: Flask, ada: Person, clock: time_machine.Traveller, days: int, words: str) -> None:
    key = key_of(app, make_client(app, ada).client_id)
    recorder, people = app.extensions["recorder"], [make_person(app) for _ in range(2)]
    with app.app_context(), transaction() as session:
        for person in people:
            session.add(
                Consent(id=new_id(), user_id=person.id, client_id=key, scope="x", pkce=True, created_at=1, updated_at=1)
            )
    shown = row(visit_signed_in(app, ada)).text
    assert "2 users" in shown
    assert "Nothing in 90 days" in shown
    clock.move_to(NOW // DAY * DAY - days * DAY + 60)
    recorder.count(key, ["allowed", "exchanged", "refreshed", "allowed"][days % 4])
    clock.move_to(NOW // DAY * DAY + 60)
    recorder.count(key, "denied")
    assert words in row(visit_signed_in(app, ada)).text


@pytest.mark.parametrize(
    ("seconds", "warned"), [(None, False), (0, False), (1, True), (7 * DAY, True), (7 * DAY + 1, False)]
)
def test_a_secret_about_to_retire_is_warned_of(
    app: Flask, ada: Person, developer: Visitor, seconds: int | None, warned: bool
) -> None:
    make_client(app, ada)
    now = NOW // DAY * DAY + 60
    with app.app_context(), transaction() as session:
        session.execute(update(ClientSecret).values(expires_at=None if seconds is None else now + seconds))
    assert ("A client secret stops working on" in row(developer).text) == warned


@pytest.mark.parametrize(
    ("worked", "failed", "endpoint", "days", "words"),
    [
        (0, 0, "refresh", 0, None),
        (28, 12, "refresh", 0, "12 of 40 refreshes failed since yesterday."),
        (0, 1, "refresh", 1, "1 of 1 refreshes failed since yesterday."),
        (0, 3, "refresh", 2, None),
        (0, 3, "token", 0, None),
        (19, 1, "refresh", 0, None),
        (18, 1, "refresh", 0, "1 of 19 refreshes failed"),
    ],
)
def test_failing_refreshes_are_warned_of_when_more_fail_than_ordinarily(
    app: Flask,
    ada: Person,
    clock: time_machine.Traveller,
    worked: int,
    failed: int,
    endpoint: str,
    days: int,
    words: str | None,
) -> None:
    client_id = make_client(app, ada).client_id
    key = key_of(app, client_id)
    clock.shift(-days * DAY)
    for _ in range(worked):
        app.extensions["recorder"].count(key, "refreshed")
    note_failures(app, client_id, *["refresh_token_expired"] * failed, endpoint=endpoint)
    clock.shift(days * DAY)
    shown = row(visit_signed_in(app, ada)).text
    assert (words in shown) if words else ("failed since" not in shown)
