"""Serving: migrate, then granian, the production server."""

import logging
import sys

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from portal.accounts.demo_accounts import list_demo_accounts
from portal.config import Settings
from portal.foundation.migrations import migrate
from portal.operations.demo import make_demo, refuse_demo_accounts
from portal.operations.worker import start_beside


def serve(app: Flask) -> None:
    """Serve the application with its settings until it is stopped.

    Raises:
        SettingsError: a production start finds demo accounts in its database.
    """
    settings: Settings = app.config["SETTINGS"]
    migrate(app)
    if settings.production:
        refuse_demo_accounts(app)
    elif settings.demo_data:
        with app.app_context():
            make_demo()
    _announce(app, settings)
    app.extensions["database"].dispose()  # the workers are processes of their own
    start_beside(settings)
    Granian(
        "app:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        log_level=LogLevels.warning,
        log_access=False,
    ).serve()


def _announce(app: Flask, settings: Settings) -> None:
    lines = [f"ContextFile is at {settings.issuer} (stop it with Ctrl+C)"]
    if settings.demo_data:
        with app.app_context():
            accounts = list_demo_accounts()
        lines += [f"  log in as {account.email} ({account.role}), password {account.password}" for account in accounts]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    logging.getLogger("_granian").setLevel(logging.WARNING)
