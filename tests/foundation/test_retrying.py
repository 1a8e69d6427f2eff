import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest
from flask import Flask, request
from sqlalchemy import text

from portal.developer.playground_calls import Call, run
from portal.foundation.database import reading, transaction
from tests.fixtures.applications import MakeApp
from tests.fixtures.postgresql import cut_connections

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

RENAME = text("UPDATE shelves SET books = books + 1 WHERE id = :id")


@pytest.fixture
def shelves(make_app: MakeApp, database_url: str) -> Iterator[Flask]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE shelves (id int PRIMARY KEY, books int)")
        connection.execute("INSERT INTO shelves VALUES (1, 0), (2, 0)")
    yield make_app()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("DROP TABLE shelves")


def books(url: str) -> list[int]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT books FROM shelves ORDER BY id")]


def added(app: Flask, view: Callable[[], str]) -> None:
    app.add_url_rule("/shelves", view_func=view, endpoint="shelves")


def test_a_deadlock_is_nobodys_error(shelves: Flask, database_url: str) -> None:
    both_hold_one = threading.Barrier(2, timeout=10)
    calls: list[str] = []

    def move() -> str:
        first, second = list(request.args["order"])
        with transaction() as session:
            session.execute(RENAME, {"id": first})
            calls.append(first)
            if len(calls) <= 2:
                both_hold_one.wait()
            session.execute(RENAME, {"id": second})
        return "moved"

    added(shelves, move)
    statuses: list[int] = []
    threads = [
        threading.Thread(
            target=lambda order=order: statuses.append(shelves.test_client().get(f"/shelves?order={order}").status_code)
        )
        for order in ("12", "21")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200, 200]
    assert len(calls) == 3, "one of both was called again"
    assert books(database_url) == [2, 2]


def test_a_connection_that_is_cut_before_anything_was_changed_is_not_noticed(shelves: Flask, database_url: str) -> None:
    calls: list[int] = []

    def look() -> str:
        with reading() as session:
            session.execute(text("SELECT 1"))
            calls.append(1)
            if len(calls) == 1:
                cut_connections(database_url)
            return str(session.scalar(text("SELECT sum(books) FROM shelves")))

    added(shelves, look)
    response = shelves.test_client().get("/shelves")
    assert (response.status_code, response.text, len(calls)) == (200, "0", 2)


def test_what_was_committed_is_not_done_again(shelves: Flask, database_url: str) -> None:
    def add_and_look() -> str:
        with transaction() as session:
            session.execute(RENAME, {"id": 1})
        with reading() as session:
            session.execute(text("SELECT 1"))
            cut_connections(database_url)
            return str(session.scalar(text("SELECT 1")))

    added(shelves, add_and_look)
    response = shelves.test_client().get("/shelves")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert books(database_url) == [1, 0]


def test_an_error_that_will_not_pass_is_not_tried_again(shelves: Flask) -> None:
    calls: list[int] = []

    def fail() -> str:
        calls.append(1)
        with transaction() as session:
            session.execute(text("SET LOCAL statement_timeout = '50ms'"))
            session.execute(text("SELECT pg_sleep(5)"))
        return ""

    added(shelves, fail)
    assert shelves.test_client().get("/shelves").status_code == 503
    assert len(calls) == 1


def test_what_the_playground_has_sent_is_not_sent_again(shelves: Flask) -> None:
    sent: list[str] = []

    def take() -> str:
        sent.append(request.path)
        return "taken"

    def send() -> str:
        run(Call("GET", "/sent"))
        with reading() as session:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return "never"

    shelves.add_url_rule("/sent", view_func=take)
    added(shelves, send)
    assert shelves.test_client().get("/shelves").status_code == 503
    assert sent == ["/sent"]
