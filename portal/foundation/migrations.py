"""The schema: brought up to date by Alembic, by one process at a time, in one transaction.

Knows no model; `portal/migrations/versions` holds the steps, in the order in which they were released.
"""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from flask import Flask
from sqlalchemy import Connection, text

from portal.foundation.database import Base, Database

_FOLDER = Path(__file__).parents[1] / "migrations"
logging.getLogger("alembic").setLevel(logging.WARNING)
_LOCK = 7_620_617_264_531_229
"""Any number: PostgreSQL's advisory lock for migrating (SQLite's transaction is a lock already)."""


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    config.attributes["metadata"] = Base.metadata
    return config


def migrate(app: Flask, revision: str = "head") -> None:
    """Bring the database to the newest revision, or an earlier one; a second process waits, then has nothing to do."""
    database: Database = app.extensions["database"]
    with database.writing.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(_config(connection), revision)


def check_models(app: Flask) -> None:
    """Compare the models with a migrated database.

    Raises:
        alembic.util.CommandError: they differ; a revision is missing.
    """
    database: Database = app.extensions["database"]
    with database.writing.begin() as connection:
        command.check(_config(connection))


def write_revision(app: Flask, message: str) -> None:
    """Write a new step from the difference between the models and a migrated database."""
    database: Database = app.extensions["database"]
    with database.writing.begin() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)
