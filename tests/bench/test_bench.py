"""The benchmark itself: it runs, refuses wrong answers, and its gates name what was missed."""

import json
from collections import deque
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.bench.__main__ import bench
from tests.bench.driver import parse
from tests.bench.gates import missed
from tests.bench.measuring import Place, Reading
from tests.bench.report import cells_of
from tests.bench.workloads import WORKS, Rotation, Workloads

OURS = Place("postgresql", 1000, "refresh", 8, "portal")
THEIRS = OURS._replace(server="authlib")


def reading(place: Place, cpu_ms: float, wrong: int = 0) -> Reading:
    return Reading(place, 100, wrong, "500" if wrong else "", cpu_ms, 1000.0, 1.0, 2.0, 0.0)


def test_a_refresh_that_brings_no_new_token_is_wrong() -> None:
    chain = Rotation(deque(["first"]), str.encode, lambda *_: True)
    assert not chain.is_right(200, b'{"refresh_token": "first"}', "first")
    assert not chain.is_right(500, b'{"refresh_token": "second"}', "first")
    assert chain.is_right(200, b'{"refresh_token": "second"}', "first")
    assert chain.items == deque(["first", "second"])


@pytest.mark.parametrize(
    ("received", "answer"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1234", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345", (200, b"12345", True)),
        (b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", None),
        (b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", (404, b"ab", True)),
        (b"HTTP/1.1 204 No\r\nConnection: close\r\n\r\n", (204, b"", False)),
    ],
)
def test_an_answer_is_taken_when_it_is_whole(received: bytes, answer: tuple[int, bytes, bool] | None) -> None:
    assert parse(received) == answer


def test_a_missed_gate_is_named_with_what_is_wanted_and_what_was_got() -> None:
    cells = cells_of([reading(OURS, 1.0), reading(THEIRS, 2.0), reading(OURS._replace(tokens=10**6), 1.3)])
    assert missed(cells) == [
        "portal refresh ×8 on postgresql beside 1,000 tokens: wanted 5 × less CPU than authlib, got 2.00 ×",
        "portal refresh ×8 on postgresql beside 1,000,000 tokens: "
        "wanted at most 1.2 × the CPU beside 1,000 tokens, got 1.30 ×",
    ]


def test_a_fast_wrong_answer_reaches_no_gate() -> None:
    cells = cells_of([reading(OURS, 1.0, wrong=3), reading(THEIRS, 9.0)])
    assert missed(cells) == [
        "portal refresh ×8 on postgresql beside 1,000 tokens: wanted right answers alone, got 3 wrong of 100"
    ]


def test_the_median_of_the_rounds_counts() -> None:
    ours, theirs = cells_of(reading(place, cost) for cost in (1.0, 9.0, 2.0) for place in (OURS, THEIRS))
    assert (ours.cpu_ms, ours.spread, ours.ratios) == (2.0, 4.0, {"authlib": 1.0})
    assert theirs.ratios == {}


def test_every_kind_of_request_is_measured_and_answered_rightly(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    small = {"database": "sqlite", "tokens": 100, "connections": 2, "rounds": 1, "seconds": 0.1, "requests": 10}
    options = [part for name, value in small.items() for part in (f"--{name}", str(value))]
    done = CliRunner().invoke(bench, [*options, "--out", str(out)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    cells = json.loads(out.read_text())["cells"]
    assert [cell["work"] for cell in cells] == list(WORKS)
    for cell in cells:
        assert cell["requests"] > 0, cell
        assert cell["wrong"] == 0, cell["first_wrong"]


def test_the_peer_answers_what_it_is_measured_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'peer.sqlite3'}")
    peer = import_module("tests.bench.peer.server")
    seed = import_module("tests.bench.peer.seed").seed
    options = [part for name in ("codes", "refresh", "access", "revoke", "fill") for part in (f"--{name}", "1")]
    done = CliRunner().invoke(seed, options, catch_exceptions=False)
    workloads, browser = Workloads(json.loads(done.output)), peer.app.test_client()
    assert workloads.names() == ["exchange", "refresh", "introspection", "profile", "contexts", "revocation"]
    for work in workloads.names():
        request = workloads[work].next_request()
        assert request is not None
        answer = send(browser, request.raw)
        assert workloads[work].is_right(answer.status_code, answer.data, request.item), (work, answer.data)
    with peer.app.app_context():
        peer.db.engine.dispose()


def send(browser: FlaskClient, raw: bytes) -> TestResponse:
    """Send what would have gone over the wire."""
    head, _, body = raw.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ")
    return browser.open(path, method=method, data=body, headers=dict(line.split(": ", 1) for line in lines))
