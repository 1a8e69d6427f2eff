"""Serving: migrate, then granian, the production server; and stopping so that nobody notices.

Told to stop by SIGTERM, the server first drains: for DRAIN_SECONDS it answers as ever, while `/readyz` and every
answer's `Connection: close` send proxies elsewhere. Then it listens no more, and what is under way is finished.
"""

import gc
import logging
import os
import signal
import sys
from multiprocessing import active_children
from threading import Timer
from typing import Any

from flask import Flask
from granian import Granian, _signals
from granian._granian import WorkerSignal
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from sqlalchemy.exc import OperationalError
from werkzeug.utils import import_string

from portal.accounts.demo_accounts import list_demo_accounts
from portal.config import Settings, SettingsError
from portal.foundation import draining, logs, shared_clock
from portal.foundation.migrations import migrate
from portal.operations.demo import make_demo, refuse_demo_accounts
from portal.operations.worker import start_beside

log = logging.getLogger(__name__)
_FINISH_SECONDS = 15
"""How long what is under way may take after the draining, before its process is killed."""
_MOMENT_SECONDS = 0.1
"""Between two signals to a process: Python notices one that comes while another is handled at the third one only."""
_COLLECT_AFTER = 20_000, 20, 20
"""Objects, and rounds: Python's own 700 are a few requests, and each round takes time from one."""
_HEADER_MILLISECONDS = 10_000
"""How long a client may take over a request's headers. For its body granian knows no bound: that is the proxy's."""


def serve(app: Flask) -> None:
    """Serve the application with its settings until it is stopped.

    Raises:
        SettingsError: the database cannot be reached, or a production start finds demo accounts in it.
    """
    settings: Settings = app.config["SETTINGS"]
    try:
        migrate(app)
    except OperationalError as error:
        reason = str(error.orig).partition("\n")[0]
        raise SettingsError(
            f"DATABASE_URL: the database cannot be used ({reason}); start it, or name another"
        ) from None
    if settings.production:
        refuse_demo_accounts(app)
    elif settings.demo_data:
        with app.app_context():
            make_demo()
    _announce(app, settings)
    app.extensions["database"].dispose()  # the workers are processes of their own
    start_beside(settings)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)  # a process that is not yet up when all are told to drain lives on
    _Server(
        "portal:create_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,  # what proxies speak to nodes
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_MILLISECONDS),
        workers=settings.workers,
        blocking_threads=settings.threads,
        respawn_failed_workers=True,  # one that dies is replaced, and the others go on
        workers_kill_timeout=_FINISH_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig=logs.SERVER_LOGGING,
        log_access=False,
    ).serve_for(settings.drain_seconds)


class _Server(Granian):  # type: ignore[misc,valid-type]  # one of two classes, by how Python was built
    """Granian, with a while between being told to stop and stopping."""

    _drain_seconds = 0.0
    _drains = False

    def serve_for(self, drain_seconds: int) -> None:
        """Serve until it is stopped, and then for this long."""
        self._drain_seconds = drain_seconds or _MOMENT_SECONDS
        self.serve(target_loader=_prepare)

    def signal_handler_interrupt(self, *about: Any, **more: Any) -> None:
        """Drain, then stop; at once when asked from the keyboard, or a second time."""
        stop = super().signal_handler_interrupt
        if self._drains or about[:1] != (signal.SIGTERM,):
            stop(*about, **more)
            return
        self._drains = True
        for process in active_children():
            if process.pid is not None:
                os.kill(process.pid, signal.SIGUSR1)
        timer = Timer(self._drain_seconds, stop)
        timer.daemon = True  # told a second time, nobody waits for it
        timer.start()


def _stop_once() -> WorkerSignal:
    """What ends a server process: the first SIGTERM, and nothing after it.

    Granian ends it by SIGINT as well, which Ctrl+C sends to all processes just when the first one tells them. One that
    gets two such signals at once may go on as if there had been none, until it is killed.
    """
    stop = WorkerSignal()

    def told(*_: Any) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stop.set()

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, told)
    return stop


def _prepare(target: str) -> draining.WSGI:
    """What each server process does first; gives its application."""
    _signals.set_sync_signals = _stop_once
    signal.signal(signal.SIGUSR1, lambda *_: draining.begin())
    app: Flask = import_string(target)()
    shared_clock.follow(app)
    # What was made for good is never looked through again; and requests leave little behind that only a look can find.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
    return draining.ending_connections(app)


def _announce(app: Flask, settings: Settings) -> None:
    if settings.log_format == "json":
        log.info("ContextFile is at %s", settings.issuer)
        return
    lines = [f"ContextFile is at {settings.issuer} (stop it with Ctrl+C)"]
    if settings.demo_data:
        with app.app_context():
            accounts = list_demo_accounts()
        lines += [f"  log in as {account.email} ({account.role}), password {account.password}" for account in accounts]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
