"""`contextfile-connect …`, and `python -m portal …`: every command, wherever the package is installed."""

from typing import Any

import click
from flask.cli import FlaskGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from portal import create_app
from portal.operations.deployment_files import write_deployment_files
from portal.operations.exposition import read_version

_UNDEFINED_TABLE = "42P01"
"""PostgreSQL's undefined_table."""


class _Commands(FlaskGroup):
    def invoke(self, ctx: click.Context) -> Any:
        """Carry the command out; a database that is away, or empty, is told in a line."""
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            reason = " ".join(str(error.orig).split())
            if "no such table" in reason or getattr(error.orig, "sqlstate", None) == _UNDEFINED_TABLE:
                raise click.ClickException("the database has no tables yet: run `db upgrade`") from None
            if isinstance(error, ProgrammingError):
                raise
            raise click.ClickException(f"the database cannot be used: {reason}; `doctor` says more") from None


main = _Commands(
    name="contextfile-connect",
    create_app=create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    help="Connect with ContextFile. Settings come from the environment; `doctor` checks them.",
)

main.params.clear()  # which application, and debugging: what `flask` asks is settled here
click.version_option(read_version(), message="%(version)s")(main)
main.add_command(write_deployment_files)  # before there is any setting, so without an application

if __name__ == "__main__":
    main()
