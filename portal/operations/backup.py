"""Copies of the database: made while others write, checked before they are brought back. Knows no table of ours.

A copy appears under its name when it is complete, or not at all; nobody but its owner can read it.
"""

import os
import secrets
from pathlib import Path

import click
from sqlalchemy import inspect

from portal.foundation.database import current_database
from portal.operations import postgresql_backup, sqlite_backup


def copy_into(file: Path, programs: Path | None) -> None:
    """Copy the whole database, as it is at one moment.

    Args:
        programs: the folder of PostgreSQL's programs; None to look for them where programs are.

    Raises:
        click.ClickException: it says what is in the way, and the cure; there is no file then.
    """
    if file.exists():
        raise _exists(file)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}.partial")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        if _is_sqlite():
            sqlite_backup.copy(current_database().writing.url, draft)
        else:
            postgresql_backup.dump(current_database().writing.url, draft, programs)
        with draft.open("rb") as copied:
            os.fsync(copied.fileno())
        file.hardlink_to(draft)  # unlike a rename it replaces nothing
    except FileExistsError:
        raise _exists(file) from None
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)


def _exists(file: Path) -> click.ClickException:
    return click.ClickException(f"{file} exists already, and is not overwritten: give another name, or move it away")


def check(file: Path, programs: Path | None) -> None:
    """Make sure that a file is a whole copy of such a database.

    Raises:
        click.ClickException: it is not.
    """
    if _is_sqlite():
        sqlite_backup.check(file)
    else:
        postgresql_backup.check(file, programs)


def list_tables() -> list[str]:
    """The tables that there are."""
    return inspect(current_database().writing).get_table_names()


def bring_back(file: Path, programs: Path | None) -> None:
    """Let a copy take the place of everything that the database holds.

    Raises:
        click.ClickException: it could not be brought back; the database is as it was.
    """
    database = current_database()
    database.dispose()
    if _is_sqlite():
        sqlite_backup.bring_back(file, database.writing.url)
    else:
        postgresql_backup.bring_back(file, database.writing, programs)
    database.dispose()


def _is_sqlite() -> bool:
    return current_database().writing.dialect.name == "sqlite"
