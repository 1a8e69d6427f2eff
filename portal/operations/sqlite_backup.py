"""Copies of a SQLite database, by its online backup: https://www.sqlite.org/backup.html."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import click
from sqlalchemy import URL

_PAGES_AT_ONCE = 5_000
_OURS = "SELECT count(*) = 2 FROM sqlite_master WHERE name IN ('alembic_version', 'authorizations')"


def copy(url: URL, file: Path) -> None:
    """Copy the database into an empty file; whoever writes meanwhile waits for nothing.

    Raises:
        click.ClickException: there is no database, or it cannot be read.
    """
    path = Path(url.database or "")
    if not path.exists():
        raise click.ClickException(f"there is no database at {path}: start the server once, or correct DATABASE_URL")
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(file)) as target:
            # A read that is open keeps the moment: with each write of others the copy would begin again otherwise.
            source.execute("BEGIN")
            source.execute(_OURS).fetchone()
            source.backup(target, pages=_PAGES_AT_ONCE, progress=_tell)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
    except sqlite3.Error as error:
        raise click.ClickException(f"{path} cannot be copied: {error}") from None


def _tell(_status: int, remaining: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{100 * (total - remaining) // max(1, total)} %", err=True, nl=remaining == 0)


def check(file: Path) -> None:
    """Look at every page of a copy.

    Raises:
        click.ClickException: it is damaged, or none of ours.
    """
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file.absolute()))}?mode=ro", uri=True)) as copied:
            found = [text for (text,) in copied.execute("PRAGMA integrity_check(3)")]
            is_ours = copied.execute(_OURS).fetchone() == (1,)
    except sqlite3.Error as error:
        found, is_ours = [str(error)], False
    if found != ["ok"]:
        raise click.ClickException(
            f"{file} is damaged, or no copy of a SQLite database: {'; '.join(found)}. Take an earlier one."
        )
    if not is_ours:
        raise click.ClickException(f"{file} is a database of another program: give a file that `db backup` wrote")


def bring_back(file: Path, url: URL) -> None:
    """Overwrite the database in one transaction.

    Raises:
        click.ClickException: it could not be written.
    """
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(url.database or "")) as target:
            source.backup(target, pages=_PAGES_AT_ONCE, progress=_tell)
    except sqlite3.Error as error:
        raise click.ClickException(f"{url.database} cannot be written: {error}") from None
