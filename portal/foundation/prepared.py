"""Statements of the hot paths: compiled once, prepared by the database, run on a connection that each thread keeps.

SQLAlchemy's own way to run the same statement costs several times what the statement does. Each is a transaction of
its own. What fails is raised as SQLAlchemy's errors, so that callers know one kind.
"""

from collections import namedtuple
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Dialect, Select, Update
from sqlalchemy.exc import DBAPIError, OperationalError

from portal.foundation.database import Database, current_database, note_change
from portal.foundation.drivers import Driver, driver_of, numbered


class ConnectionLost(OperationalError):
    """The connection broke while a change was on its way: it was carried out, or it was not."""


class Prepared:
    """A SELECT or UPDATE with bound parameters: numbers, texts and bytes, which the driver takes as they are."""

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
            return self._run(parameters)[0]
        except ConnectionLost:
            return self._run(parameters)[0]

    def change(self, parameters: Mapping[str, Any]) -> int:
        """Run an UPDATE, and commit it.

        Returns:
            How many rows it has changed.

        Raises:
            ConnectionLost: nobody knows whether it was carried out; the next call has a new connection.
            OperationalError: the database cannot be reached, or a lock was not to be had; nothing was changed.
        """
        note_change()
        return self._run(parameters)[1]

    def _form(self, dialect: Dialect) -> "_Form":
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = _Form(self._statement, dialect)
        return form

    def _run(self, parameters: Mapping[str, Any]) -> tuple[list[Any], int]:
        database = current_database()
        dialect = database.autocommit.dialect
        form, errors = self._form(dialect), dialect.loaded_dbapi.Error
        driver = None
        try:
            driver = _kept(database)
            for listener in database.listeners:
                listener("before", form.text)
            outcome = driver.run(form.text, form.values(parameters), form.row)
            for listener in database.listeners:
                listener("after", form.text)
        except errors as error:
            if driver and driver.is_lost():
                driver.forget()
                del database.kept.driver
                raise ConnectionLost(form.text, None, error, hide_parameters=True) from error
            raise DBAPIError.instance(form.text, None, error, errors, hide_parameters=True) from error
        return outcome


class _Form:
    """A statement as one kind of database reads it."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | Update, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=numbered(dialect))
        self.text: str = compiled.string
        self._parameters = [(name, compiled.params[name]) for name in compiled.positiontup]
        self.row: Any = tuple
        if isinstance(statement, Select):
            kind: Any = namedtuple("Row", statement.selected_columns.keys())  # type: ignore[misc]
            self.row = kind._make

    def values(self, parameters: Mapping[str, Any]) -> list[Any]:
        return [parameters.get(name, default) for name, default in self._parameters]


def _kept(database: Database) -> Driver:
    driver: Driver | None = getattr(database.kept, "driver", None)
    if driver is None:
        # It goes back to the pool when the thread ends.
        driver = database.kept.driver = driver_of(database.autocommit.raw_connection())
    return driver
