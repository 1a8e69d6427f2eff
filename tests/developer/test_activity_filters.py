"""Activity: filtered by what happened, by endpoint and cause; a page at a time in either direction."""

import pytest
import time_machine
from flask import Flask

from portal.oauth.activity import PAGE_SIZE
from portal.oauth.record_writing import DAY, FAILURE_DAYS
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_form import APPS
from tests.developer.events import note_edits, note_failures, note_mismatches
from tests.developer.test_activity import NOON, entries
from tests.factories import Person, make_client


@pytest.fixture
def path(app: Flask, ada: Person) -> str:
    return f"{APPS}/{make_client(app, ada).client_id}/activity"


def client_id_of(path: str) -> str:
    return path.split("/")[3]


def titles(page: Page) -> list[str]:
    return [entry.find("h3")[0].text for entry in entries(page)]


def link(page: Page, text: str) -> str | None:
    found = [link["href"] for link in page.document.find("a") if link.text == text]
    return found[0] if found else None


def test_edits_and_failures_can_be_read_apart(app: Flask, developer: Visitor, path: str) -> None:
    note_edits(app, client_id_of(path), "Name from A to B")
    note_failures(app, client_id_of(path), "secret_wrong")
    page = developer.open(path)
    assert len(entries(page)) == 3  # and the registration
    assert sorted(titles(developer.open(link(page, "Edits") or ""))) == ["Edited", "Registered"]
    failures = developer.open(link(page, "Failed calls") or "")
    assert titles(failures) == ["The client secret is wrong or was replaced"]
    assert [mark.text for mark in failures.document.find("a", **{"aria-current": "true"})] == [
        "Developer → OAuth Apps",
        "Failed calls",
    ]


def test_failures_can_be_narrowed_to_an_endpoint_and_a_cause_by_a_form(
    app: Flask, developer: Visitor, path: str
) -> None:
    client_id = client_id_of(path)
    note_failures(app, client_id, "secret_wrong", "code_expired")
    note_failures(app, client_id, "secret_wrong", endpoint="revoke")
    note_mismatches(app, client_id, "https://new.example/")
    page = developer.open(path)
    endpoints, causes = page.form.find("select")
    assert [option["value"] for option in endpoints.find("option")] == ["", "authorize", "token", "revoke"]
    assert [option["value"] for option in causes.find("option")] == [
        "",
        "redirect_uri_mismatch",
        "secret_wrong",
        "code_expired",
    ]
    assert page.form["method"] == "get"
    both = developer.open(f"{path}?endpoint=revoke&cause=secret_wrong")
    assert titles(both) == ["The client secret is wrong or was replaced"]
    chosen = [option["value"] for option in both.form.find("option") if "selected" in option.attributes]
    assert chosen == ["revoke", "secret_wrong"]
    assert len(entries(developer.open(f"{path}?endpoint=token"))) == 2
    nothing = developer.open(f"{path}?endpoint=revoke&cause=code_expired")
    assert "Nothing fits this filter" in nothing.text
    assert link(nothing, "Show everything") == path


def test_failures_older_than_30_days_are_not_shown_even_before_they_are_purged(
    app: Flask, ada: Person, path: str
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        developer = visit_signed_in(app, ada)
        note_failures(app, client_id_of(path), "secret_wrong")
        note_edits(app, client_id_of(path), "long ago")
        developer.open(path)
        for later, shown in ((FAILURE_DAYS * DAY, True), (1, False)):
            clock.shift(later)
            developer = visit_signed_in(app, ada)
            page = developer.open(path)
            assert ("The client secret is wrong" in page.text) is shown
            assert "long ago" in page.text
            assert ("No failed call in 30 days" in developer.open(f"{path}?group=failures").text) is not shown


def test_the_list_is_paged_in_both_directions_without_gaps_or_repeats(
    app: Flask, developer: Visitor, path: str
) -> None:
    texts = [f"edit number {number}." for number in range(2 * PAGE_SIZE + 7)]
    with time_machine.travel(NOON, tick=False) as clock:
        for number, text in enumerate(texts):
            note_edits(app, client_id_of(path), text)
            clock.shift(int(number % 7 == 3))  # several in a second
    page, seen, pages = developer.open(f"{path}?group=edits"), [], []
    assert link(page, "Newer") is None
    assert link(page, "Newest") is None
    while True:
        seen += [entry.find("bdi")[0].text for entry in entries(page)]
        pages.append([entry.text for entry in entries(page)])
        older = link(page, "Older")
        if not older:
            break
        page = developer.open(older)
    assert sorted(text for text in seen if "number" in text) == sorted(texts)
    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 8]
    for expected in reversed(pages[:-1]):
        page = developer.open(link(page, "Newer") or "")
        assert [entry.text for entry in entries(page)] == expected
    assert link(page, "Newer") is None
    assert [entry.text for entry in entries(developer.open(link(page, "Newest") or ""))] == pages[0]


@pytest.mark.parametrize(
    "query",
    [
        "older_than=",
        "older_than=x.y",
        "older_than=1",
        "older_than=-1.-1",
        "older_than=%00",
        "older_than=٣.٣",
        f"older_than=1.{2**63}",
        f"older_than={'9' * 40}.1",
        "newer_than=1e3.5",
        "group=nobody&endpoint=nothing&cause=none",
        "group=edits&group=failures",
        "cause=%FF",
    ],
)
def test_what_cannot_be_read_in_the_address_is_ignored(developer: Visitor, path: str, query: str) -> None:
    assert titles(developer.open(f"{path}?{query}")) == ["Registered"]


def test_beyond_either_end_a_page_leads_back(developer: Visitor, path: str) -> None:
    for query in ("older_than=1.1", f"newer_than={10**18 - 1}.1"):
        page = developer.open(f"{path}?{query}")
        assert "Nothing more on this side" in page.text
        assert link(page, "Newest") == path
