"""Walking through a list, page by page."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
import time_machine

from portal.content.contexts import create_context
from tests.api.callers import Caller, assert_refused


def make(ada: Caller, *names: str) -> None:
    for number, name in enumerate(names):
        moment = 1_700_000_000 + number // 2  # two at the same one
        with time_machine.travel(moment, tick=False), ada.app.app_context():
            create_context(ada.person.id, name, "")


def walk(ada: Caller, query: str) -> list[list[str]]:
    """The names on each page, by cursors alone."""
    pages, cursor = [], ""
    while True:
        answer = ada.send("GET", f"/contexts?{query}{cursor}").get_json()
        pages.append([item["name"] for item in answer["data"]])
        assert answer["meta"]["page"] == len(pages)
        if answer["meta"]["next_cursor"] is None:
            return pages
        cursor = f"&cursor={answer['meta']['next_cursor']}"


def test_pages_can_be_asked_for_by_number_and_say_how_much_there_is(ada: Caller) -> None:
    make(ada, "a", "b", "c")
    first = ada.send("GET", "/contexts?limit=2").get_json()
    second = ada.send("GET", "/contexts?limit=2&page=2").get_json()
    beyond = ada.send("GET", "/contexts?limit=2&page=1000000").get_json()
    assert first["meta"].items() >= {"total": 3, "page": 1, "limit": 2}.items()
    assert second["meta"] == {"total": 3, "page": 2, "limit": 2, "next_cursor": None}
    assert beyond == {"data": [], "meta": {"total": 3, "page": 1000000, "limit": 2, "next_cursor": None}}
    assert {item["name"] for item in first["data"] + second["data"]} == {"a", "b", "c"}


def test_cursors_lead_through_a_list_in_every_order(ada: Caller, subtests: pytest.Subtests) -> None:
    make(ada, "b", "Ä 😀", "a", "B", "c")
    everything = {"b", "Ä 😀", "a", "B", "c"}
    for sort in ("-created_at", "created_at", "-updated_at", "updated_at", "name", "-name"):
        with subtests.test(sort=sort):
            whole = walk(ada, f"sort={sort}")
            pages = walk(ada, f"sort={sort}&limit=2")
            assert [len(page) for page in pages] == [2, 2, 1]
            assert [name for page in pages for name in page] == whole[0]
            assert set(whole[0]) == everything


def test_what_is_made_or_deleted_meanwhile_moves_no_page(ada: Caller) -> None:
    make(ada, "1", "2", "3", "4", "5", "6")
    first = ada.send("GET", "/contexts?limit=2").get_json()
    ada.send("POST", "/contexts", json={"name": "7", "content": ""})
    ada.send("DELETE", f"/contexts/{first['data'][1]['id']}")
    second = ada.send("GET", f"/contexts?limit=2&cursor={first['meta']['next_cursor']}").get_json()
    assert {item["name"] for item in second["data"]} == {"3", "4"}
    assert second["meta"]["total"] == 6


def test_a_cursor_is_good_for_its_own_list_only(ada: Caller, subtests: pytest.Subtests) -> None:
    make(ada, "a", "b", "c")
    cursor = ada.send("GET", "/contexts?limit=1").get_json()["meta"]["next_cursor"]
    for path in ("/contexts?limit=2", "/contexts?fields=id", "/contexts?sort=-created_at"):
        assert ada.send("GET", f"{path}&cursor={cursor}").status_code == 200
    for path in ("/contexts?sort=created_at", "/contexts?query=a", "/contexts?context_type=brand", "/tasks?limit=1"):
        with subtests.test(path=path):
            response = ada.send("GET", f"{path}&cursor={cursor}")
            assert_refused(response, 400, "begin without")
            assert response.get_json()["error"] == "invalid_cursor"


def test_a_cursor_that_somebody_wrote_themselves_is_refused_and_does_no_harm(
    ada: Caller, subtests: pytest.Subtests
) -> None:
    make(ada, "a", "b")
    cursor = ada.send("GET", "/contexts?limit=1").get_json()["meta"]["next_cursor"]
    of_list = json.loads(_decoded(cursor))[0]
    places: list[object] = [
        [of_list, 2, "a name", 5],
        [of_list, 2, 2**63, 5],
        [of_list, 2, -1, 5],
        [of_list, 2, 1.5, 5],
        [of_list, 2, True, 5],
        [of_list, 2, 5, 2**63],
        [of_list, 0, 5, 5],
        [of_list, 2, 5],
        [1, 2, 5, 5],
        {"of_list": of_list},
        None,
    ]
    written = [_encoded(json.dumps(place).encode()) for place in places]
    for text in (*written, "", "x", "é", "====", cursor[:-2], _encoded(b"\xff\xfe"), _encoded(b"[" * 1000)):
        with subtests.test(text=text[:60]):
            assert_refused(ada.send("GET", f"/contexts?cursor={text}"), 400)
    by_name = json.loads(_decoded(ada.send("GET", "/contexts?limit=1&sort=name").get_json()["meta"]["next_cursor"]))[0]
    for value in (5, "\0", "n" * 201):
        text = _encoded(json.dumps([by_name, 2, value, 5]).encode())
        assert_refused(ada.send("GET", f"/contexts?sort=name&cursor={text}"), 400)


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).decode()


def _decoded(cursor: str) -> bytes:
    return urlsafe_b64decode(cursor + "==")
