"""The worker: carries out what is in the queue of runs, and looks after what other workers left.

`flask worker` is one; the server starts one beside itself unless WORKER says otherwise.
"""

import logging
import os
import subprocess
import sys
import time
from threading import Event, Thread

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from huey.consumer import Consumer
from sqlalchemy.exc import OperationalError

from portal.config import Settings, current_settings
from portal.content.queue import Queue
from portal.content.upkeep import resume_runs
from portal.foundation import migrations, shared_clock
from portal.operations.purge import list_dead, purge

log = logging.getLogger(__name__)
_STOP_SECONDS = 5
_POLL_SECONDS = 0.25
_PURGE_EVERY_SECONDS = 3600
_RESTART_SECONDS = 1.0


class OnceAMinute(logging.Filter):
    """Lets errors of reading through once a minute, by their cause alone: each thread has four a second."""

    _again = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is logged."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None or not record.getMessage().startswith("Error reading "):
            return True
        if time.monotonic() < self._again:
            return False
        self._again = time.monotonic() + 60
        cause = " ".join(str(error).split())
        record.msg, record.args = f"{record.getMessage().rstrip('.')}: {type(error).__name__}: {cause}", ()
        record.exc_info = None
        return True


@click.command("worker")
@click.option("--beside", is_flag=True, hidden=True, help="Stop when standard input ends.")
@with_appcontext
def worker(beside: bool) -> None:
    """Carry out runs until it is stopped (Ctrl+C, or SIGTERM)."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if not beside:
        migrations.migrate(app)
        announced = f"Carrying out runs, {current_settings().worker_threads} at once"
        if current_settings().log_format == "json":
            log.info(announced)
        else:
            click.echo(f"{announced} (stop with Ctrl+C)")
    work(app, beside=beside)


def work(app: Flask, *, beside: bool) -> None:
    """Carry out runs until it is stopped.

    Args:
        app: the application.
        beside: whether to stop as well when standard input ends, which is when the server that started it is gone.
    """
    shared_clock.follow(app)
    settings: Settings = app.config["SETTINGS"]
    queue: Queue = app.extensions["queue"]
    stopping: Event = app.extensions["stopping"]
    app.extensions["measures"].role = "worker"
    for name in ("Worker", "Scheduler"):
        logging.getLogger(f"huey.consumer.{name}").addFilter(OnceAMinute())
    consumer = Consumer(
        queue.huey,
        workers=settings.worker_threads,
        periodic=False,
        initial_delay=_POLL_SECONDS,
        max_delay=_POLL_SECONDS,
        shutdown_timeout=_STOP_SECONDS,
        graceful_signal="TERM",
    )
    for duty in (_look_after, _purge):
        Thread(target=duty, args=(app, stopping), daemon=True).start()
    if beside:
        Thread(target=_stop_with_the_server, args=(consumer,), daemon=True).start()
    Thread(target=_tell, args=(consumer, stopping), daemon=True).start()
    consumer.run()
    ends = time.monotonic() + _STOP_SECONDS
    for _, thread in consumer.worker_threads:
        thread.join(max(0.0, ends - time.monotonic()))
    # A generation that does not answer would keep the process; its run goes on elsewhere when the lease has ended.
    os._exit(0)


def _tell(consumer: Consumer, stopping: Event) -> None:
    """Have what is being carried out given back as soon as the consumer is told to stop."""
    consumer.stop_flag.wait()
    stopping.set()


def _stop_with_the_server(consumer: Consumer) -> None:
    sys.stdin.buffer.read()
    consumer.stop_flag.set()


def _look_after(app: Flask, stopping: Event) -> None:
    with app.app_context():
        every = max(0.5, current_settings().run_lease_seconds / 3)
        while True:
            try:
                resume_runs()
            except OperationalError as error:
                log.warning("runs cannot be looked after just now: %s", " ".join(str(error.orig).split()))
            except Exception:  # and goes on
                log.exception("runs cannot be looked after just now")
            app.extensions["measures"].write()
            if stopping.wait(every):
                return


def _purge(app: Flask, stopping: Event) -> None:
    with app.app_context():
        while True:
            for dead in list_dead():
                try:
                    for _, _, gone, done in purge([dead], stopping):
                        if done and gone:
                            log.info("purged: %s %s", gone, dead.what)
                except Exception:  # a database that is away comes back; and the other kinds have no part in it
                    log.exception("%s cannot be purged just now", dead.what)
            if stopping.wait(_PURGE_EVERY_SECONDS):
                return


def start_beside(settings: Settings) -> None:
    """Start a worker as a process beside the server, and another whenever it ends; it ends with the server."""
    if settings.worker == "inside":
        # The first one now, and not in the thread: the server is about to fork its processes, and one that got hold
        # of the pipe by which a start is noticed would keep the thread waiting.
        Thread(target=_keep_one, args=(_start(),), daemon=True).start()


def _start() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "--app", "portal", "worker", "--beside"]
    # Nobody writes to its standard input: it ends when this process does, however that ends. In a session of its own,
    # so that Ctrl+C reaches the server alone.
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603  # as it stands


def _keep_one(process: subprocess.Popen[bytes]) -> None:
    while True:
        log.warning("the worker has ended with %s and is started again", process.wait())
        time.sleep(_RESTART_SECONDS)
        process = _start()
