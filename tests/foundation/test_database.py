import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from portal.foundation import database as db
from portal.foundation.database import insert_if_absent, reading, reading_connection, transaction


class Base(DeclarativeBase):
    """Tables of this test only."""


class Shelf(Base):
    __tablename__ = "test_shelf"
    id: Mapped[db.RandomId]
    name: Mapped[str] = mapped_column(unique=True)
    books: Mapped[int] = mapped_column(default=0)


@pytest.fixture
def shelves(new_database_url: str) -> Iterator[Flask]:
    """An application with nothing but a database."""
    app = Flask(__name__)
    db.init_app(app, new_database_url)
    engine = app.extensions["database"].writing
    Base.metadata.create_all(engine)
    with app.app_context():
        yield app
    Base.metadata.drop_all(engine)
    app.extensions["database"].dispose()


@pytest.fixture
def new_database_url(database_url: str) -> str:
    return database_url.replace("postgresql://", "postgresql+psycopg://")


def names() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Shelf.name).order_by(Shelf.name)))


def test_a_transaction_that_fails_leaves_nothing(shelves: Flask) -> None:
    def half_done() -> None:
        with transaction() as session:
            session.add(Shelf(name="first"))
            session.flush()
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        half_done()
    assert names() == []


def test_a_transaction_that_fails_late_undoes_what_went_before(shelves: Flask) -> None:
    with transaction() as session:
        session.add(Shelf(name="taken"))

    def second_is_taken() -> None:
        with transaction() as session:
            session.add(Shelf(name="new"))
            session.flush()
            session.add(Shelf(name="taken"))

    with pytest.raises(IntegrityError):
        second_is_taken()
    assert names() == ["taken"]


def test_nobody_sees_what_is_not_committed(shelves: Flask) -> None:
    with transaction() as session:
        session.add(Shelf(name="unfinished"))
        session.flush()
        assert names() == []
    assert names() == ["unfinished"]


def test_what_was_read_in_a_transaction_may_be_used_after_it(shelves: Flask) -> None:
    with transaction() as session:
        shelf = Shelf(name="kept")
        session.add(shelf)
    assert shelf.name == "kept"
    assert shelf.id >= 0


def test_parallel_transactions_that_read_before_they_write_all_succeed(shelves: Flask) -> None:
    with transaction() as session:
        session.add(Shelf(name="counted"))
    faults: list[Exception] = []

    def add_ten() -> None:
        try:
            with shelves.app_context():
                for _ in range(10):
                    with transaction() as session:
                        shelf = session.scalars(select(Shelf).with_for_update()).one()
                        shelf.books += 1
        except Exception as error:  # noqa: BLE001  # a thread hands every fault to the test
            faults.append(error)

    threads = [threading.Thread(target=add_ten) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with reading_connection() as connection:
        assert connection.scalar(select(Shelf.books)) == 40


def test_inserting_what_exists_changes_nothing_and_says_so(shelves: Flask) -> None:
    with transaction() as session:
        assert insert_if_absent(session, Shelf, {"id": 1, "name": "only", "books": 3})  # type: ignore[arg-type]
        assert not insert_if_absent(session, Shelf, {"id": 2, "name": "only", "books": 9})  # type: ignore[arg-type]
    with reading() as session:
        assert session.scalars(select(Shelf.books)).all() == [3]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("engine", ["writing", "autocommit"])
def test_sqlite_keeps_foreign_keys_waits_for_locks_and_writes_ahead(shelves: Flask, engine: str) -> None:
    with getattr(shelves.extensions["database"], engine).connect() as connection:

        def pragma(name: str) -> object:
            return connection.scalar(text(f"PRAGMA {name}"))

        assert pragma("foreign_keys") == 1
        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == 2
        assert pragma("busy_timeout") == 10_000
