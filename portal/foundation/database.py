"""The database: two engines, one way to read and one to write, and the column types that all models share.

`transaction()` is what a use case opens, once. `reading()` sees what is committed and holds no lock. SQLite and
PostgreSQL behave alike through both. Knows no model of any room.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

from flask import Flask, current_app
from sqlalchemy import BigInteger, Connection, Engine, Integer, MetaData, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

from portal.foundation.credentials import new_id

_BIGINT = BigInteger().with_variant(Integer, "sqlite")  # INTEGER PRIMARY KEY is SQLite's own row id

RandomId = Annotated[int, mapped_column(_BIGINT, primary_key=True, default=new_id, autoincrement=False)]
"""A primary key of 63 random bits."""
Timestamp = Annotated[int, mapped_column(BigInteger)]
"""Seconds since the epoch."""


class Base(DeclarativeBase):
    """The root of every room's models."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database:
    """The two engines of one application: `writing` opens transactions, `autocommit` only reads."""

    def __init__(self, url: str) -> None:
        # Errors are logged; what a statement carried (addresses, digests, contents) must not be.
        options: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": not url.startswith("sqlite")}
        self.writing = create_engine(url, **options)
        # An engine of its own: setting the isolation level at each checkout doubles the cost of a SQLite SELECT.
        self.autocommit = create_engine(url, isolation_level="AUTOCOMMIT", **options)
        if self.writing.dialect.name == "sqlite":
            _make_sqlite_strict(self.writing, self.autocommit)

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.writing.dispose()
        self.autocommit.dispose()


def _make_sqlite_strict(writing: Engine, autocommit: Engine) -> None:
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
        for pragma in (
            "journal_mode = WAL",
            "foreign_keys = ON",
            "busy_timeout = 10000",
            # FULL: an answered rotation that a power cut undid would look like token reuse afterwards.
            "synchronous = FULL",
        ):
            connection.execute(f"PRAGMA {pragma}")

    for engine in (writing, autocommit):
        event.listen(engine, "connect", set_pragmas)

    @event.listens_for(writing, "begin")
    def _take_the_write_lock_first(connection: Connection) -> None:
        # A transaction that reads before it writes would otherwise fail when another one wrote in between.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def init_app(app: Flask, url: str) -> None:
    """Give the application its database."""
    app.extensions["database"] = Database(url)


def current_database() -> Database:
    """The database of the application that serves this request or command."""
    database: Database = current_app.extensions["database"]
    return database


@contextmanager
def transaction() -> Iterator[Session]:
    """One use case: everything in the block is committed together, or nothing is."""
    with Session(current_database().writing, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def transaction_connection() -> Iterator[Connection]:
    """`transaction()` for the hot paths, which need no unit of work."""
    with current_database().writing.begin() as connection:
        yield connection


@contextmanager
def reading() -> Iterator[Session]:
    """Look at what is committed, without a transaction."""
    with Session(current_database().autocommit, expire_on_commit=False, autoflush=False) as session:
        yield session


@contextmanager
def reading_connection() -> Iterator[Connection]:
    """`reading()` for the hot paths, which need no unit of work."""
    with current_database().autocommit.connect() as connection:
        yield connection


def insert_if_absent(session: Session, model: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row unless a unique constraint forbids it. True if it was inserted; two that race never fail."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(model.__table__).values(**values).on_conflict_do_nothing()
    # Without the option there is no row count where defaults come back with RETURNING, as on PostgreSQL.
    return session.connection().execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1


def insert_or_add(
    session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]], *, unique: Sequence[str], newest: str = ""
) -> None:
    """Insert rows; where there is one already, add to its `count`.

    Args:
        rows: all with the same columns; no two are equal in the unique ones.
        unique: columns of a unique constraint.
        newest: columns that become the new row's, space-separated.
    """
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(model.__table__).values(list(rows))
    count = model.__table__.c.count
    values = {name: statement.excluded[name] for name in newest.split()}
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=unique, set_={**values, "count": count + statement.excluded["count"]}
        )
    )
