"""Registers each room's commands."""

from flask import Flask

from portal.operations import (
    app_commands,
    audit_commands,
    commands,
    database_commands,
    deployment_files,
    purge,
    serve_command,
    token_commands,
    user_commands,
    worker,
)
from portal.operations.doctor.command import doctor


def init_app(app: Flask) -> None:
    """Add the commands to `flask --app app`."""
    app.cli.add_command(doctor)
    app.cli.add_command(database_commands.database)
    app.cli.add_command(user_commands.users)
    app.cli.add_command(app_commands.apps)
    app.cli.add_command(token_commands.tokens)
    app.cli.add_command(audit_commands.audit_log)
    app.cli.add_command(commands.demo)
    app.cli.add_command(commands.bench_seed)
    app.cli.add_command(serve_command.serve_command)
    app.cli.add_command(deployment_files.write_deployment_files)
    app.cli.add_command(purge.purge_command)
    app.cli.add_command(worker.worker)
