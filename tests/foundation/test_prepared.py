import threading
from collections.abc import Callable

import psycopg
import pytest
from flask import Flask
from sqlalchemy import String, bindparam, cast, func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from portal.accounts.models import User
from portal.foundation.database import current_database, may_have_changed
from portal.foundation.prepared import ConnectionLost, Prepared
from tests.factories import make_person
from tests.fixtures.postgresql import cut_connections

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

NAME = Prepared(select(User.id, User.name).where(User.id == bindparam("key")))
RENAME = Prepared(
    update(User)
    .where(User.id == bindparam("key"), User.name != bindparam("new_name"))
    .values(name=bindparam("new_name"))
)


@pytest.fixture
def key(app: Flask) -> int:
    return make_person(app).id


def names(key: int) -> list[str]:
    return [row.name for row in NAME.rows({"key": key})]


def test_a_change_is_there_at_once_and_tells_how_many_rows_it_had(app: Flask, key: int) -> None:
    with app.app_context():
        assert names(key) == ["Ada Lovelace"]
        assert not may_have_changed()
        assert RENAME.change({"key": key, "new_name": "Ada King"}) == 1
        assert may_have_changed()
        assert RENAME.change({"key": key, "new_name": "Ada King"}) == 0
        assert names(key) == ["Ada King"]
        assert NAME.rows({"key": key})[0].id == key


def test_a_refused_change_is_the_error_that_every_caller_knows(app: Flask, key: int) -> None:
    other = make_person(app)
    to_email = Prepared(update(User).where(User.id == bindparam("key")).values(email=bindparam("new_email")))
    with app.app_context():
        with pytest.raises(IntegrityError) as refusal:
            to_email.change({"key": key, "new_email": other.email})
        assert other.email not in str(refusal.value).partition("DETAIL")[0]
        assert names(key) == ["Ada Lovelace"], "the connection is good for more"


def test_each_thread_keeps_a_connection_of_its_own_and_gives_it_back(app: Flask, key: int) -> None:
    found: list[list[str]] = []

    def look() -> None:
        with app.app_context():
            found.append(names(key))

    with app.app_context():
        names(key)
        pool = current_database().autocommit.pool
        before = pool.checkedout()  # type: ignore[attr-defined]  # both databases have a queue of them
        threads = [threading.Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [["Ada Lovelace"]] * 8
        assert pool.checkedout() == before  # type: ignore[attr-defined]


@on_postgresql
def test_a_look_does_not_notice_that_the_connection_was_cut(app: Flask, key: int, database_url: str) -> None:
    with app.app_context():
        names(key)
        cut_connections(database_url)
        assert names(key) == ["Ada Lovelace"]


@on_postgresql
def test_a_change_whose_connection_was_cut_says_so_and_the_next_has_another(
    app: Flask, key: int, database_url: str
) -> None:
    with app.app_context():
        names(key)
        cut_connections(database_url)
        with pytest.raises(ConnectionLost):
            RENAME.change({"key": key, "new_name": "Ada King"})
        assert RENAME.change({"key": key, "new_name": "Ada King"}) == 1


@on_postgresql
def test_a_migration_that_widens_a_column_stops_no_statement_that_was_prepared_before(
    app: Flask, key: int, database_url: str
) -> None:
    with app.app_context():
        names(key)
        RENAME.change({"key": key, "new_name": "Ada King"})
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute("ALTER TABLE users ALTER COLUMN name TYPE varchar(999)")
            assert names(key) == ["Ada King"]
            assert RENAME.change({"key": key, "new_name": "Ada Lovelace"}) == 1
            connection.execute("ALTER TABLE users ALTER COLUMN name TYPE varchar(80)")
        assert names(key) == ["Ada Lovelace"]


@on_postgresql
def test_a_statement_that_takes_too_long_is_ended(make_app: Callable[..., Flask], database_url: str) -> None:
    app = make_app(database_url=database_url.replace("postgresql://", "postgresql+psycopg://"), database_seconds=1)
    with app.app_context():
        sleep = Prepared(select(cast(func.pg_sleep(20), String).label("slept")))
        with pytest.raises(OperationalError, match="statement timeout"):
            sleep.rows({})
