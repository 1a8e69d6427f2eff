"""Whether a process can serve, for proxies: what is missing is named, and nothing else is said."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from portal.foundation import draining
from portal.foundation.database import transaction
from tests.fixtures.applications import MakeApp
from tests.fixtures.loopback import free_port

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def readiness(app: Flask) -> tuple[int, object]:
    answer = app.test_client().get("/readyz")
    return answer.status_code, answer.get_json()


def unready(*missing: str) -> tuple[int, object]:
    return 503, {"status": "unready", "missing": list(missing)}


READY = (200, {"status": "ready", "missing": []})


@on_one_database
def test_without_its_database_a_process_lives_and_is_not_ready(make_app: MakeApp) -> None:
    for address in (
        f"postgresql://portal:hunter2@127.0.0.1:{free_port()}/portal",
        "sqlite:////no/such/folder/portal.sqlite3",
    ):
        app = make_app(database_url=address)
        assert readiness(app) == unready("database")
        assert app.test_client().get("/healthz").status_code == 200


@on_one_database
def test_a_database_that_is_not_migrated_is_not_enough(make_app: MakeApp, tmp_path: Path) -> None:
    assert readiness(make_app(database_url=f"sqlite:///{tmp_path / 'empty.sqlite3'}")) == unready("migrations")


def set_revision(app: Flask, revision: str) -> str:
    with app.app_context(), transaction() as session:
        before: str = session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    return before


def test_an_earlier_revision_is_not_enough_and_a_later_one_is(app: Flask) -> None:
    newest = set_revision(app, "0001")
    try:
        assert readiness(app) == unready("migrations")
        set_revision(app, "9999")
        assert readiness(app) == READY
    finally:
        set_revision(app, newest)
    assert readiness(app) == READY


@on_one_database
def test_a_queue_that_cannot_be_read_is_named(make_app: MakeApp, tmp_path: Path) -> None:
    (tmp_path / "queue.sqlite3").mkdir()
    assert readiness(make_app()) == unready("queue")


@on_one_database
def test_a_process_that_stops_lives_and_is_not_ready(app: Flask) -> None:
    draining.begin()
    try:
        assert readiness(app) == (503, {"status": "stopping", "missing": []})
        assert app.test_client().get("/healthz").status_code == 200
    finally:
        draining._begun.clear()


@on_one_database
def test_a_store_of_limits_that_is_gone_makes_it_worse_and_no_more(make_app: MakeApp) -> None:
    app = make_app(redis_url=f"redis://:hunter2@127.0.0.1:{free_port()}/0", rate_limits=True)
    assert readiness(app) == (200, {"status": "degraded", "missing": ["shared limits"]})


def is_for_machines(answer: TestResponse) -> bool:
    return "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store" and answer.is_json


@on_one_database
def test_answers_are_neither_stored_nor_bound_to_a_session(client: FlaskClient) -> None:
    for path in ("/healthz", "/readyz"):
        assert is_for_machines(client.get(path))
        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405


@on_one_database
def test_each_change_is_logged_once(make_app: MakeApp, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "queue.sqlite3").mkdir()
    app = make_app()
    for _ in range(3):
        readiness(app)
    (tmp_path / "queue.sqlite3").rmdir()
    for _ in range(3):
        readiness(app)
    said = [record.getMessage() for record in caplog.records if record.name == "portal.operations.health"]
    assert said == ["not ready: queue", "ready again"]
