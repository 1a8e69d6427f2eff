"""Registers each room's commands."""

from flask import Flask

from portal.operations import audit_commands, commands, worker


def init_app(app: Flask) -> None:
    """Add the commands to `flask --app app`."""
    app.cli.add_command(commands.database)
    app.cli.add_command(commands.apps)
    app.cli.add_command(audit_commands.audit_log)
    app.cli.add_command(commands.demo)
    app.cli.add_command(commands.bench_seed)
    app.cli.add_command(worker.worker)
