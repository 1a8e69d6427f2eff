"""Copies of a PostgreSQL database, by its own programs: pg_dump, and pg_restore in one transaction."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import URL, Connection, Engine, inspect, text
from sqlalchemy.exc import ProgrammingError

_ASIDE = "before_restore"
"""The schema in which tables wait until those that take their place are there."""


def dump(url: URL, file: Path, programs: Path | None) -> None:
    """Copy the database into an empty file, in pg_dump's custom format.

    Raises:
        click.ClickException: pg_dump is missing, too old for the server, or failed.
    """
    options = ("--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s", f"--file={file}")
    _run("pg_dump", *options, programs=programs, url=url)


def check(file: Path, programs: Path | None) -> None:
    """Unpack a copy without keeping any of it.

    Raises:
        click.ClickException: it is damaged, or none of ours.
    """
    contents = _run("pg_restore", "--list", str(file), programs=programs)
    if not all(f" {table} " in contents for table in ("alembic_version", "authorizations")):
        raise click.ClickException(f"{file} is of another program's database: give a file that `db backup` wrote")
    _run("pg_restore", f"--file={os.devnull}", str(file), programs=programs)


def bring_back(file: Path, engine: Engine, programs: Path | None) -> None:
    """Put the tables that there are aside, fill the place that they leave, and drop them then.

    Raises:
        click.ClickException: pg_restore failed; the tables are back in their place.
    """
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    with _tables_aside(engine):
        _run("pg_restore", *options, str(file), programs=programs, url=engine.url)


@contextmanager
def _tables_aside(engine: Engine) -> Iterator[None]:
    with engine.begin() as connection:
        place = connection.scalar(text("SELECT current_schema()"))
        tables = inspect(connection).get_table_names()
        try:
            connection.execute(text(f"CREATE SCHEMA {_ASIDE}"))
        except ProgrammingError:
            raise click.ClickException(
                f"an earlier restore was cut off, or this user may not CREATE in the database: what it replaced is in "
                f"the schema {_ASIDE}. Look there, DROP SCHEMA {_ASIDE} CASCADE, and try again."
            ) from None
        _move(connection, tables, place, _ASIDE)
    try:
        yield
    except BaseException:
        with engine.begin() as connection:
            _move(connection, tables, _ASIDE, place)
            connection.execute(text(f"DROP SCHEMA {_ASIDE}"))
        raise
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {_ASIDE} CASCADE"))


def _move(connection: Connection, tables: list[str], source: str, target: str) -> None:
    quote = connection.dialect.identifier_preparer.quote
    for table in tables:
        connection.execute(text(f"ALTER TABLE {quote(source)}.{quote(table)} SET SCHEMA {quote(target)}"))


def _run(program: str, *arguments: str, programs: Path | None, url: URL | None = None) -> str:
    """Run one of PostgreSQL's programs; returns what it printed.

    Args:
        url: the database to connect to. Its password goes by the environment: process lists show arguments.
    """
    found = shutil.which(program, path=str(programs) if programs else None)
    if found is None:
        raise click.ClickException(
            f"{program} is missing{f' in {programs}' if programs else ''}. On Debian: apt install postgresql-client; "
            "or name its folder with --programs. It must be as new as the server."
        )
    command, environment = [found, *arguments], dict(os.environ)
    if url is not None:
        parts = conninfo_to_dict(url.set(drivername="postgresql").render_as_string(hide_password=False))
        if password := parts.pop("password", None):
            environment["PGPASSWORD"] = str(password)
        command.append(f"--dbname={make_conninfo('', **parts)}")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    if done.returncode != 0:
        last = " ".join(done.stderr.split()[-60:])
        raise click.ClickException(f"{program} failed: {last or f'it ended with {done.returncode}'}")
    return done.stdout
