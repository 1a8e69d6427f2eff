"""Answers in part, and pages that would be too large as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from portal.content.contexts import create_context
from tests.api.callers import Caller, assert_refused
from tests.api.test_access import EVERY, make_one_of_each


@contextmanager
def selects(app: Flask) -> Iterator[list[str]]:
    """What is read from the database meanwhile, as SQL."""
    seen: list[str] = []
    database = app.extensions["database"]

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    def note_kept(moment: str, statement: str) -> None:
        if moment == "before":
            seen.append(statement)

    event.listen(database.autocommit, "before_cursor_execute", note)
    database.listeners.append(note_kept)
    yield seen
    database.listeners.remove(note_kept)
    event.remove(database.autocommit, "before_cursor_execute", note)


def test_an_answer_has_the_fields_that_are_asked_for_in_their_usual_order(ada: Caller) -> None:
    made = ada.send("POST", "/contexts", json={"name": "Voice", "content": "Plain words."}).get_json()["data"]
    address = f"/contexts/{made['id']}"
    some = {name: made[name] for name in ("id", "name", "updated_at")}
    for path, expected in (
        (f"{address}?fields=name,id,updated_at,id", some),
        ("/contexts?fields=updated_at,id,name", [some]),
        (f"{address}?fields=content", {"content": "Plain words."}),
        ("/profile?fields=name", {"name": "Ada Lovelace"}),
    ):
        answer = ada.send("GET", path).get_json()["data"]
        assert answer == expected
        assert list(answer) == list(expected)


def test_every_list_and_every_object_can_be_asked_for_in_part(ada: Caller, subtests: pytest.Subtests) -> None:
    ids = make_one_of_each(ada)
    for operation in EVERY:
        if operation.method != "GET" or operation.path.endswith("/events"):
            continue
        with subtests.test(operation=str(operation)):
            path = operation.address(ids)
            whole = ada.send("GET", path).get_json()["data"]
            for name in whole[0] if isinstance(whole, list) else whole:
                part = ada.send("GET", f"{path}?fields={name}").get_json()["data"]
                expected = [{name: one[name]} for one in whole] if isinstance(whole, list) else {name: whole[name]}
                assert part == expected
            assert_refused(ada.send("GET", f"{path}?fields=user_id"), 400, "'user_id'", "id, ")


def test_contents_that_are_not_asked_for_are_not_read(app: Flask, ada: Caller) -> None:
    ada.send("POST", "/contexts", json={"name": "Voice", "content": "Plain words."})
    with selects(app) as seen:
        ada.send("GET", "/contexts?fields=id,name,size")
        ada.send("GET", "/contexts?limit=20")  # which cannot be too large
    assert len(seen) == 4  # each time the token, the page
    assert ["contexts.content" in text for text in seen] == [False] * 3 + [True]


def test_a_page_of_more_than_twenty_megabytes_is_refused_before_it_is_read(app: Flask, ada: Caller) -> None:
    with app.app_context():
        for number in range(21):
            create_context(ada.person.id, f"number {number}", "x" * 1_000_000)
    with selects(app) as seen:
        response = ada.send("GET", "/contexts?limit=21")
    assert_refused(response, 400, "21000000", "20000000", "limit", "fields")
    assert response.get_json()["error"] == "page_too_large"
    assert not [text for text in seen if "contexts.content" in text]
    assert ada.send("GET", "/contexts?fields=id,size").get_json()["meta"]["total"] == 21
    assert len(ada.send("GET", "/contexts?limit=2").get_json()["data"]) == 2
