"""Statements of the hot paths: compiled once, then run by the database's own driver on a connection that each thread
keeps. SQLAlchemy's own way to run the same statement costs more than the statement (two to four times on SQLite).

Each is a transaction of its own. What fails is raised as SQLAlchemy's errors, so that callers know one kind.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any, cast

from sqlalchemy import ClauseElement, Dialect, Select, Update
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError, OperationalError

from portal.foundation.database import Database, current_database, note_change


class ConnectionLost(OperationalError):
    """The connection broke while a change was on its way: it was carried out, or it was not."""


_FORMAT: Dialect = PGDialect_psycopg(paramstyle="format")  # type: ignore[no-untyped-call]
"""Psycopg's own placeholders: it turns named ones into these at each call."""


class Prepared:
    """A SELECT or UPDATE with bound parameters, in which every value is of a type that the driver takes as it is."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | Update) -> None:
        self._statement = statement
        self._forms: dict[str, _Form] = {}

    def rows(self, parameters: Mapping[str, Any]) -> list[Any]:
        """Run a SELECT. A connection that was lost is replaced once: looking twice changes nothing.

        Returns:
            Tuples whose fields are named as the statement's columns.

        Raises:
            OperationalError: the database cannot be reached.
        """
        try:
            found: list[Any] = self._run(parameters, _fetch)
        except ConnectionLost:
            found = self._run(parameters, _fetch)
        return found

    def change(self, parameters: Mapping[str, Any]) -> int:
        """Run an UPDATE, and commit it.

        Returns:
            How many rows it has changed.

        Raises:
            ConnectionLost: nobody knows whether it was carried out; the next call has a new connection.
            OperationalError: the database cannot be reached, or a lock was not to be had; nothing was changed.
        """
        note_change()
        count: int = self._run(parameters, _count)
        return count

    def _form(self, database: Database) -> "_Form":
        dialect = database.autocommit.dialect
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self._statement, dialect)
        return form

    def _run(self, parameters: Mapping[str, Any], outcome: "Callable[[Any, _Form], Any]") -> Any:
        database = current_database()
        errors = database.autocommit.dialect.loaded_dbapi.Error
        form = self._form(database)
        for listener in database.listeners:
            listener(form.text)
        kept = None
        try:
            kept = _kept(database)
            return outcome(kept.cursor.execute(form.text, form.values(parameters)), form)
        except errors as error:
            if kept and kept.is_lost():
                kept.close()
                del database.kept.connection
                raise ConnectionLost(form.text, None, error, hide_parameters=True) from error
            raise DBAPIError.instance(form.text, None, error, errors, hide_parameters=True) from error


def _fetch(cursor: Any, form: "_Form") -> list[Any]:
    return [*map(form.row, cursor.fetchall())]


def _count(cursor: Any, _form: "_Form") -> int:
    count: int = cursor.rowcount
    return count


class _Kept:
    """The connection that a thread keeps."""

    def __init__(self, database: Database) -> None:
        self._proxied = database.autocommit.raw_connection()  # goes back to the pool when the thread ends
        self._driver = cast(Any, self._proxied.driver_connection)
        postgresql = database.autocommit.dialect.name == "postgresql"
        self.cursor = self._driver.cursor(binary=True) if postgresql else self._driver.cursor()

    def is_lost(self) -> bool:
        """Whether the server has ended it, or cannot be reached by it any more."""
        return bool(getattr(self._driver, "closed", False))

    def close(self) -> None:
        """Have the pool forget it."""
        self._proxied.invalidate()


def _kept(database: Database) -> _Kept:
    kept: _Kept | None = getattr(database.kept, "connection", None)
    if kept is None:
        kept = database.kept.connection = _Kept(database)
    return kept


class _Form:
    """A statement as one kind of database reads it."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        if dialect.name == "postgresql":
            dialect = _FORMAT
        compiled: Any = statement.compile(dialect=dialect)
        self.text: str = compiled.string
        self._parameters = [(name, compiled.params[name]) for name in compiled.positiontup]
        self.row: Callable[[Any], Any] = tuple
        if isinstance(statement, Select):
            kind: Any = namedtuple("Row", statement.selected_columns.keys())  # type: ignore[misc]
            self.row = kind._make

    def values(self, parameters: Mapping[str, Any]) -> list[Any]:
        return [parameters.get(name, default) for name, default in self._parameters]
