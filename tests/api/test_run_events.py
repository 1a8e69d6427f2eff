"""A run's progress, as events."""

import json
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.api.callers import Caller
from tests.api.running import run_letter, start_chain
from tests.fixtures.runs import work_off

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
Seen = tuple[str, str, dict[str, Any]]
UNTIL_RUN = ("retry", "step", "step", "run")
"""What a stream of a task’s run begins with, piece by piece."""


def follow(caller: Caller, run_id: str, last: str | None = None) -> TestResponse:
    headers = {} if last is None else {"Last-Event-ID": last}
    return caller.send("GET", f"/runs/{run_id}/events", headers=headers)


def events(text: str) -> list[Seen]:
    """Type, id and data of each event (HTML Standard §9.2.6)."""
    found: list[Seen] = []
    for block in text.split("\n\n"):
        fields = dict(line.partition(": ")[::2] for line in block.split("\n") if not line.startswith(":"))
        if "data" in fields:
            found.append((fields["event"], fields.get("id", ""), json.loads(fields["data"])))
    return found


def test_a_finished_run_is_told_whole_and_the_stream_ends(app: Flask, ada: Caller) -> None:
    run = start_chain(ada)
    work_off(app)
    run = ada.send("GET", f"/runs/{run['id']}").get_json()["data"]
    response = follow(ada, run["id"])
    assert response.mimetype == "text/event-stream"
    assert response.headers["Cache-Control"] == "no-store"
    steps = run.pop("steps")
    seen = events(response.text)
    assert [kind for kind, _, _ in seen] == ["step", "step", "run"]
    assert [data for _, _, data in seen] == [*steps, run]
    assert [bool(number) for _, number, _ in seen] == [False, False, True]


def test_who_comes_back_gets_only_what_came_since_and_is_told_when_there_is_no_more(app: Flask, ada: Caller) -> None:
    run = start_chain(ada)
    response = follow(ada, run["id"])
    pieces = response.iter_encoded()
    first = events("".join(next(pieces).decode() for _ in UNTIL_RUN))
    response.close()
    (kind, revision, _) = first[-1]
    assert kind == "run"
    work_off(app)
    rest = events(follow(ada, run["id"], revision).text)
    assert [kind for kind, _, _ in rest] == ["step", "step", "run"]
    assert rest[-1][2]["status"] == "succeeded"
    ended = follow(ada, run["id"], rest[-1][1])
    assert (ended.status_code, ended.data) == (204, b"")


def test_a_change_is_told_while_the_stream_is_open(ada: Caller) -> None:
    run = start_chain(ada)
    pieces = follow(ada, run["id"]).iter_encoded()
    text = "".join(next(pieces).decode() for _ in UNTIL_RUN)
    ada.send("POST", f"/runs/{run['id']}/cancel")
    text += "".join(piece.decode() for piece in pieces)
    states = [(kind, data["status"]) for kind, _, data in events(text)]
    pending, cancelled = ("step", "pending"), ("step", "cancelled")
    assert states == [pending, pending, ("run", "queued"), cancelled, cancelled, ("run", "cancelled")]


def test_every_text_arrives_as_it_was_written(ada: Caller) -> None:
    text = "a\u2028b\u0085c\x0bd\r\ne\x1ef"
    run = run_letter(ada, json={"input": text}).get_json()["data"]
    assert events(follow(ada, run["id"]).text)[-1][2]["input"] == text


def test_an_id_that_was_never_sent_begins_anew(ada: Caller, subtests: pytest.Subtests) -> None:
    run = run_letter(ada).get_json()["data"]
    for last in ("", "x", "-1", "1.5", "9" * 30, "²"):
        with subtests.test(last=last):
            assert [kind for kind, _, _ in events(follow(ada, run["id"], last).text)] == ["step", "run"]
