"""The database: two engines, one way to read and one to write, and the column types that all models share.

`transaction()` is what a use case opens, once. `reading()` sees what is committed and holds no lock. SQLite and
PostgreSQL behave alike through both. Knows no model of any room.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import local
from typing import Annotated, Any

from flask import Flask, current_app, g
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


LOCK_SECONDS = 10
"""How long a statement waits for another's lock, and a thread for a connection; SQLite's writers wait as long."""
CONNECT_SECONDS = 5
SPARE_CONNECTIONS = 8
"""Of each engine, for the threads that serve nobody: postman, recorder, worker."""


class Database:
    """The two engines of one application: `writing` opens transactions, `autocommit` only reads."""

    def __init__(self, url: str, threads: int, statement_seconds: int) -> None:
        # Errors are logged; what a statement carried (addresses, digests, contents) must not be.
        options: dict[str, Any] = {"hide_parameters": True}
        if not url.startswith("sqlite"):
            options |= _postgresql_options(statement_seconds)
        self.writing = create_engine(url, pool_size=threads, **options)
        # An engine of its own: setting the isolation level at each checkout doubles the cost of a SQLite SELECT.
        # Each thread keeps a connection of it, and takes another one for what is not of the hot paths.
        self.autocommit = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=2 * threads, **options)
        if self.writing.dialect.name == "sqlite":
            _make_sqlite_strict(self.writing, self.autocommit)
        self.kept = local()
        """The connection that each thread keeps for the hot paths; see `prepared`."""
        self.listeners: list[Callable[[str, str], None]] = []
        """Told `before` and `after` each statement that a kept connection runs, past the engines and their events."""

    def dispose(self) -> None:
        """Close every pooled connection, and let those go that threads keep."""
        self.kept = local()
        self.writing.dispose()
        self.autocommit.dispose()


def _postgresql_options(statement_seconds: int) -> dict[str, Any]:
    """Nothing waits for ever."""
    limits = {
        "statement_timeout": statement_seconds,
        "lock_timeout": LOCK_SECONDS,
        "idle_in_transaction_session_timeout": 2 * statement_seconds,
    }
    return {
        "max_overflow": SPARE_CONNECTIONS,
        "pool_timeout": LOCK_SECONDS,
        "pool_pre_ping": True,  # a connection that the server has dropped is replaced before it is used
        "connect_args": {
            "connect_timeout": CONNECT_SECONDS,
            "options": " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items()),
            "keepalives_idle": 30,
            "tcp_user_timeout": 1000 * statement_seconds,  # a host that is gone without a word
        },
    }


def _make_sqlite_strict(writing: Engine, autocommit: Engine) -> None:
    def set_pragmas(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
        for pragma in (
            "journal_mode = WAL",
            "foreign_keys = ON",
            f"busy_timeout = {1000 * LOCK_SECONDS}",
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


def init_app(app: Flask, url: str, threads: int = 4, statement_seconds: int = 30) -> None:
    """Give the application its database.

    Args:
        threads: how many of a process serve; each gets a connection of each engine.
        statement_seconds: how long PostgreSQL may take for one statement.
    """
    app.extensions["database"] = Database(url, threads, statement_seconds)


def current_database() -> Database:
    """The database of the application that serves this request or command."""
    database: Database = current_app.extensions["database"]
    return database


@contextmanager
def transaction() -> Iterator[Session]:
    """One use case: everything in the block is committed together, or nothing is."""
    with Session(current_database().writing, expire_on_commit=False) as session, session.begin():
        yield session
        session.flush()
        note_change()


def note_change() -> None:
    """From here on, nobody may take it that what this request wanted was not done."""
    g.may_have_changed = True


def may_have_changed() -> bool:
    """Whether something of this request was committed, or may have been."""
    return bool(g.get("may_have_changed"))


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
