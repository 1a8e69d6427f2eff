"""What the two databases' drivers do with a statement that is run again and again, with as little as possible between.

Knows no statement. Errors are the drivers' own.
"""

from collections.abc import Callable, Sequence
from itertools import count
from struct import Struct
from typing import Any, Protocol

import psycopg
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import DiagnosticField, ExecStatus, Format
from psycopg.pq.abc import PGresult
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.pool import PoolProxiedConnection

Row = Callable[[Sequence[Any]], Any]
_NUMBERED: Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
_BIGINT = Struct("!q").pack
_numbers = count()
_STALE = {b"0A000", b"26000"}
"""Nothing was done: a migration has changed the type of a column in the answer, or the statement was deallocated."""


class Driver(Protocol):
    """A connection that one thread uses."""

    def run(self, text: str, values: Sequence[Any], row: Row) -> tuple[list[Any], int]:
        """Run a statement and commit it; gives its rows, each as `row` makes it, and how many there are or changed."""

    def is_lost(self) -> bool:
        """Whether the server has ended it, or cannot be reached by it any more."""

    def forget(self) -> None:
        """Have the pool close it."""


def numbered(dialect: Dialect) -> Dialect:
    """The dialect with the placeholders that the database itself reads."""
    return _NUMBERED if dialect.name == "postgresql" else dialect


def driver_of(connection: PoolProxiedConnection) -> Driver:
    """What runs statements on a connection."""
    driver: Any = connection.driver_connection
    return _Postgresql(connection, driver) if isinstance(driver, psycopg.Connection) else _Sqlite(connection, driver)


class _Sqlite:
    def __init__(self, connection: PoolProxiedConnection, driver: Any) -> None:
        self._connection = connection
        self._cursor = driver.cursor()

    def run(self, text: str, values: Sequence[Any], row: Row) -> tuple[list[Any], int]:
        cursor = self._cursor.execute(text, values)
        return [*map(row, cursor.fetchall())], cursor.rowcount

    def is_lost(self) -> bool:
        return False

    def forget(self) -> None:
        self._connection.invalidate()


class _Postgresql:
    """Psycopg's adaptation on libpq's calls. Its cursors do the same by way of generators, for twice the time."""

    def __init__(self, connection: PoolProxiedConnection, driver: "psycopg.Connection[Any]") -> None:
        self._connection, self._driver = connection, driver
        self._prepared: dict[str, bytes] = connection.info.setdefault("prepared", {})  # lives as long as the connection
        self._transformer = Transformer(driver)

    def run(self, text: str, values: Sequence[Any], row: Row) -> tuple[list[Any], int]:
        written: Any = [_BIGINT(value) if isinstance(value, int) else _bytes_of(value) for value in values]
        result = self._execute(text, written)
        if result.status == ExecStatus.FATAL_ERROR and result.error_field(DiagnosticField.SQLSTATE) in _STALE:
            self._driver.pgconn.exec_(b"DEALLOCATE " + self._prepared.pop(text))
            result = self._execute(text, written)
        if result.status == ExecStatus.TUPLES_OK:
            self._transformer.set_pgresult(result)
            return self._transformer.load_rows(0, result.ntuples, row), result.ntuples
        if result.status != ExecStatus.COMMAND_OK:
            raise error_from_result(result, encoding="utf-8")
        return [], result.command_tuples or 0

    def _execute(self, text: str, written: Any) -> PGresult:
        name = self._prepared.get(text) or self._prepare(text)
        return self._driver.pgconn.exec_prepared(name, written, [Format.BINARY] * len(written), Format.BINARY)

    def _prepare(self, text: str) -> bytes:
        name = f"portal_{next(_numbers)}".encode()
        # Every number is sent with eight bytes, whatever its column has.
        result = self._driver.pgconn.prepare(name, text.replace("::INTEGER", "::BIGINT").encode())
        if result.status != ExecStatus.COMMAND_OK:
            raise error_from_result(result, encoding="utf-8")
        self._prepared[text] = name
        return name

    def is_lost(self) -> bool:
        return self._driver.closed

    def forget(self) -> None:
        self._connection.invalidate()


def _bytes_of(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
