from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from portal.foundation import audit
from portal.foundation.database import transaction
from tests.accounts.documents import Element
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person
from tests.fixtures.statements import cost

HISTORY = "/settings/history"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        yield clock


def record(portal: Flask, person: Person, kind: str, *, app: str = "", text: str = "", actor: str = "") -> None:
    with portal.test_request_context(environ_base={"REMOTE_ADDR": "203.0.113.77"}), transaction() as session:
        audit.record(session, kind, user_id=person.id, app=app, text=text, actor=actor)


def entries(visitor: Visitor, path: str = HISTORY) -> list[Element]:
    return [item for item in visitor.open(path).document.find("li") if item["class"].startswith("event")]


def test_nobody_reads_somebody_elses(app: Flask, ada: Person) -> None:
    record(app, make_person(app), "name_changed")
    visitor = visit_signed_in(app, ada)
    assert entries(visitor) == []
    assert "Nothing has happened yet" in visitor.open(HISTORY).text


@pytest.mark.parametrize(
    "position", ["", "x", "1", "1-", "-1-1", "9" * 30 + "-1", "1-9999999999999999999", "1-1; DROP"]
)
def test_a_position_that_cannot_be_read_is_none(app: Flask, ada: Person, position: str) -> None:
    record(app, ada, "name_changed")
    answer = visit_signed_in(app, ada).request(HISTORY, query_string={"older_than": position})
    assert answer.status_code == 200


@pytest.mark.standard("ContextFile security rule", "64", "What is written into the history is inert in it")
def test_names_and_texts_are_shown_as_they_are(app: Flask, ada: Person) -> None:
    nasty = "<script>alert(1)</script>\u202e"
    record(app, ada, "app_allowed", app=nasty, text=nasty, actor=nasty)
    visitor = visit_signed_in(app, ada)
    (entry,) = entries(visitor)
    assert entry.text.count("<script>alert(1)</script>") == 3
    assert "<script>alert" not in visitor.open(HISTORY).source
    assert len([bdi for bdi in entry.find("bdi") if bdi.text.startswith("<script>")]) == 3


def test_each_kind_of_event_is_told_in_words(app: Flask, ada: Person) -> None:
    for kind in audit.KINDS:
        record(app, ada, kind, app="Acme Notes")
    visitor = visit_signed_in(app, ada)
    shown = {entry.find("h2")[0].text for entry in entries(visitor)}
    assert shown == {f"{words}: Acme Notes" for words in audit.KINDS.values()}
    assert "203.0.113.0/24" in visitor.open(HISTORY).text
    assert "203.0.113.77" not in visitor.open(HISTORY).text


def test_it_is_read_page_by_page_and_each_entry_once(app: Flask, ada: Person, clock: time_machine.Traveller) -> None:
    for number in range(65):
        clock.shift(number % 2)  # two in each second
        record(app, ada, "name_changed", text=f"number {number}.")
    visitor, path, seen = visit_signed_in(app, ada), HISTORY, []
    while path:
        page = visitor.open(path)
        seen.append([entry.text for entry in entries(visitor, path)])
        path = next((link["href"] for link in page.document.find("a") if link.text == "Older"), "")
    assert [len(texts) for texts in seen] == [30, 30, 5]
    assert all(sum(f"number {number}." in text for texts in seen for text in texts) == 1 for number in range(65))
    assert "number 64." in " ".join(seen[0][:2])


def test_its_length_does_not_change_its_cost(app: Flask, ada: Person) -> None:
    visitor = visit_signed_in(app, ada)
    empty = cost(app, lambda: visitor.request(HISTORY))
    for _ in range(40):
        record(app, ada, "signed_in")
    assert cost(app, lambda: visitor.request(HISTORY)) == empty


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("app_allowed", "profile:read tasks:write", "View basic profile information; create, update, and delete tasks"),
        ("app_narrowed", "skills:execute", "No longer: run skills to generate content"),
        ("email_changed", "a@people.example → b@people.example", "a@people.example → b@people.example"),
    ],
)
def test_scopes_are_put_into_words(app: Flask, ada: Person, kind: str, text: str, words: str) -> None:
    record(app, ada, kind, text=text)
    (entry,) = entries(visit_signed_in(app, ada))
    assert words in entry.text


def test_what_happened_in_one_second_stands_in_its_order(app: Flask, ada: Person) -> None:
    with time_machine.travel(1_800_000_000.1, tick=False) as clock:
        for name in ("one", "two", "three", "four"):
            record(app, ada, "name_changed", text=name)
            clock.shift(0.000_01)
    texts = [entry.text for entry in entries(visit_signed_in(app, ada))]
    assert [name for text in texts for name in ("one", "two", "three", "four") if name in text] == [
        "four", "three", "two", "one"
    ]  # fmt: skip
