"""The command that serves: `contextfile-connect serve`, where there is no app.py to run."""

import click
from flask import current_app

from portal.operations.serve import serve


@click.command("serve")
def serve_command() -> None:
    """Migrate the database, then serve until it is stopped (Ctrl+C, or SIGTERM)."""
    serve(current_app._get_current_object())  # type: ignore[attr-defined]
