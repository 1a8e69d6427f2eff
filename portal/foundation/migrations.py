"""The schema: brought up to date one revision at a time, by one process at a time, while others serve.

Knows no model; `portal/migrations/versions` holds the revisions, named by their order. Each only adds what the release
before it can live with, so old and new nodes run on one schema. There is no way back, and none is needed: a release
also runs on a schema that is ahead of it.
"""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from portal.foundation.database import Base, Database

log = logging.getLogger(__name__)
_FOLDER = Path(__file__).parents[1] / "migrations"
_LOCK = 7_620_617_264_531_229
"""Any number: PostgreSQL's advisory lock for migrating (SQLite's transaction is a lock already)."""
LOCK_SECONDS = 1
"""How long a revision waits for a table that a transaction holds: whoever comes after it waits as long."""
LONGEST_WAIT_SECONDS = 600
"""How long in all, for such a transaction or for another process that migrates."""
_PAUSE_SECONDS = 0.5
_TELL_EVERY_SECONDS = 10
_BUSY = {"55P03", "40P01"}
"""PostgreSQL's lock_not_available and deadlock_detected."""


@dataclass(frozen=True)
class Schema:
    """The database's newest revision (None: it has none), and the one that this release brings."""

    found: str | None
    needed: str

    @property
    def is_behind(self) -> bool:
        """Whether this release cannot run on it yet."""
        return self.found is None or not re.fullmatch(r"\d{4}", self.found) or self.found < self.needed

    @property
    def is_ahead(self) -> bool:
        """Whether a newer release has been here, whose schema this one runs on too."""
        return not self.is_behind and self.found != self.needed


def read_schema(app: Flask) -> Schema:
    """Look at a database's revision.

    Raises:
        OperationalError: the database does not answer.
    """
    database: Database = app.extensions["database"]
    with database.autocommit.connect() as connection:
        return Schema(_revision_of(connection), _revisions()[-1])


def migrate(app: Flask, revision: str = "head") -> None:
    """Bring the database to the newest revision, or an earlier one. Where it is that far, nothing is locked.

    Raises:
        OperationalError: the database does not answer, or a table stayed held for LONGEST_WAIT_SECONDS.
    """
    database: Database = app.extensions["database"]
    wanted = _revisions()[-1] if revision == "head" else revision
    ends = time.monotonic() + LONGEST_WAIT_SECONDS
    told = time.monotonic() - _TELL_EVERY_SECONDS
    while Schema(found := read_schema(app).found, wanted).is_behind:
        reason = _step(database, wanted, last=time.monotonic() >= ends)
        if reason:
            if time.monotonic() >= told + _TELL_EVERY_SECONDS:
                told = time.monotonic()
                log.warning("the schema stays at revision %s for now: %s", found or "none", reason)
            time.sleep(_PAUSE_SECONDS)
    if revision == "head" and found and found > wanted:
        log.warning("the schema is at revision %s, of a newer release; this one needs %s and goes on", found, wanted)


def check_models(app: Flask) -> None:
    """Compare the models with a migrated database.

    Raises:
        alembic.util.CommandError: they differ; a revision is missing.
    """
    database: Database = app.extensions["database"]
    with database.writing.begin() as connection:
        command, config = _alembic(connection)
        command.check(config)


def write_revision(app: Flask, message: str) -> None:
    """Write a new step from the difference between the models and a migrated database."""
    database: Database = app.extensions["database"]
    with database.writing.begin() as connection:
        command, config = _alembic(connection)
        command.revision(config, message=message, autogenerate=True, rev_id=f"{int(_revisions()[-1]) + 1:04}")


def _alembic(connection: Connection) -> tuple[Any, Any]:
    """Alembic's commands, and what they need to know."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of itself while it is imported
    # Most starts have nothing to migrate, and Alembic takes a tenth of a start's time.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = Base.metadata
    return command, config


def _revisions() -> list[str]:
    """All that this release brings, the oldest first."""
    return sorted(path.name[:4] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def _revision_of(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _step(database: Database, wanted: str, *, last: bool) -> str | None:
    """Take the next revision's step; returns why it could not be taken just now.

    Args:
        last: whether to raise that instead.
    """
    try:
        with _alone(database) as connection:
            if connection is None:
                reason = "another process migrates"
            else:
                found = _revision_of(connection)
                if connection.dialect.name == "postgresql":
                    connection.commit()  # a revision has a transaction of its own, or none where it must not
                coming = (one for one in _revisions() if (found or "") < one <= wanted)
                command, config = _alembic(connection)
                command.upgrade(config, next(coming, wanted))
                return None
    except OperationalError as error:
        if last or not _is_busy(error):
            raise
        reason = "a transaction holds a table that has to be changed"
    if last:
        raise TimeoutError(f"{reason}, for {LONGEST_WAIT_SECONDS} seconds; look for one that hangs and start it again")
    return reason


@contextmanager
def _alone(database: Database) -> Iterator[Connection | None]:
    """A connection on which nobody else migrates meanwhile; None if somebody does."""
    if database.writing.dialect.name == "sqlite":
        with database.writing.begin() as connection:
            yield connection
        return
    with database.writing.connect() as connection:
        try:
            connection.execute(text(f"SET lock_timeout = '{LOCK_SECONDS}s'"))
            connection.execute(text("SET statement_timeout = 0"))
            # Never waited for: who waits in a statement has a snapshot, and CREATE INDEX CONCURRENTLY waits for those.
            mine = connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK})
            connection.commit()
            yield connection if mine else None
        finally:
            connection.invalidate()  # closed, and with it end its settings and its lock


def _is_busy(error: OperationalError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in _BUSY or "database is locked" in str(error.orig)
