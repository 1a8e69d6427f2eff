"""The database for operators: its schema, and copies of it. `flask --app app db …`."""

import time
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from portal.foundation import migrations
from portal.operations import backup as copies
from portal.operations.terminal import ask

database = AppGroup("db", help="The database's schema, and copies of it.")
_PROGRAMS = click.option(
    "--programs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of pg_dump and pg_restore; by default they are looked for where programs are.",
)


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]


@database.command("upgrade", short_help="Bring the schema to the newest revision.")
def upgrade() -> None:
    """Bring the schema to the newest revision; safe to run from several nodes at once."""
    migrations.migrate(current_app)
    click.echo("The schema is up to date.")


@database.command("check")
def check() -> None:
    """Say whether the models need a revision that is not written yet."""
    migrations.check_models(current_app)


@database.command("revision")
@click.argument("message")
def revision(message: str) -> None:
    """Write a revision from the difference between models and schema."""
    migrations.write_revision(current_app, message)


@database.command("backup", short_help="Copy the database into a file, while it is in use.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_PROGRAMS
def backup(file: Path, programs: Path | None) -> None:
    """Copy the whole database into FILE, as it is at one moment, while the server goes on reading and writing.

    FILE must not exist yet, and only its owner can read it. SECRET_KEY is not in it: keep that elsewhere.
    """
    began = time.monotonic()
    copies.copy_into(file, programs)
    size = file.stat().st_size / 1_000_000
    click.echo(f"{file}: {size:,.1f} MB in {time.monotonic() - began:.1f} s")


@database.command("restore", short_help="Bring such a file into an empty database.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also into a database that holds something, all of which goes.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_PROGRAMS
def restore(file: Path, replace: bool, yes: bool, programs: Path | None) -> None:
    """Bring FILE, which `db backup` wrote, into an empty database, and its schema up to date.

    Stop the servers before, and start them afterwards. A file that is damaged, or none of ours, changes nothing.
    """
    copies.check(file, programs)
    tables = copies.list_tables()
    if tables and not replace:
        raise click.UsageError(
            f"the database holds {len(tables)} tables already. Restore into an empty one, or give --replace."
        )
    if tables:
        ask(f"All that the database holds now goes, and {file} takes its place.", yes=yes)
    began = time.monotonic()
    copies.bring_back(file, programs)
    migrations.migrate(_app())
    click.echo(f"{file} is restored in {time.monotonic() - began:.1f} s, and the schema is up to date.")
