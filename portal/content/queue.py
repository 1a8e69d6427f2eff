"""The queue of runs, on huey: in a file beside a SQLite database, in tables of a PostgreSQL one.

It only says which run to look at. What is to be done, and what has been, stand in the run's own rows, so a message
that is lost or comes twice does no harm: huey forgets a message as soon as a worker has it.
"""

import logging
import sqlite3
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property

import psycopg
from flask import Flask, current_app
from huey import Huey, PostgresHuey, SqliteHuey
from huey.serializer import SignedSerializer
from sqlalchemy import select

from portal.config import Settings
from portal.content.execution import carry_out
from portal.content.generators import current_generator
from portal.content.run_models import QUEUED, Run
from portal.content.runs import get_run
from portal.foundation.database import reading
from portal.foundation.waiting_room import place_to_wait

log = logging.getLogger(__name__)
_LOOK_EVERY_SECONDS = 0.1


class _Signed:
    """Signs messages, because huey's are pickles: who could write to the queue alone could otherwise run code.

    Args:
        keys: the first one signs; a message that was signed with any of them is read.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._serializers = [SignedSerializer(secret=key, salt="runs") for key in keys]

    def serialize(self, message: object) -> bytes:
        """A message for the queue."""
        signed: bytes = self._serializers[0].serialize(message)
        return signed

    def deserialize(self, data: bytes) -> object:
        """A message from the queue.

        Raises:
            ValueError: none of the keys has signed it; its run is put into the queue again by `upkeep`.
        """
        for serializer in self._serializers[1:]:
            with suppress(ValueError):
                return serializer.deserialize(data)
        return self._serializers[0].deserialize(data)


class Queue:
    """One application's; connects when it is first used."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    @cached_property
    def huey(self) -> Huey:
        """The engine, which knows one task: carrying a run out."""
        settings = self._settings
        serializer = _Signed([settings.secret_key, *settings.earlier_secret_keys])
        if settings.database_url.startswith("sqlite"):
            path = str(settings.instance_path / "queue.sqlite3")
            huey = SqliteHuey("runs", filename=path, serializer=serializer, results=False)
        else:
            address = settings.database_url.replace("+psycopg", "", 1)
            # Its tables come with a migration: two workers that start at once would race to make them.
            huey = PostgresHuey(
                "runs", dsn=address, table_prefix="queue", create_tables=False, serializer=serializer, results=False
            )

        def carry_out_run(run_id: int) -> None:
            with self._app.app_context():
                if carry_out(run_id):
                    self.call_next(run_id)

        self._task = huey.task(name="carry_out_run")(carry_out_run)
        return huey

    def put(self, run_id: int) -> None:
        """Have a run looked at. Never fails: a run that is not in the queue is put there later (`upkeep`)."""
        try:
            _ = self.huey
            self._task(run_id)
        except (sqlite3.Error, psycopg.Error) as error:
            log.error("run %s waits: the queue cannot be written: %s", run_id, error)

    def can_be_read(self) -> bool:
        """Whether the engine answers. On PostgreSQL that is the database, in whose tables the queue is."""
        if not self._settings.database_url.startswith("sqlite"):
            return True
        try:
            self.huey.storage.queue_size()
        except sqlite3.Error:
            return False
        return True

    def close(self) -> None:
        """Close its connection, if it has one."""
        if "huey" in vars(self):
            self.huey.storage.close()

    def call_next(self, finished: int) -> None:
        """A place of its user's is free: have the one looked at that has waited longest for it."""
        owner = select(Run.user_id).where(Run.id == finished).scalar_subquery()
        waiting = select(Run.id).where(Run.user_id == owner, Run.finished_at.is_(None), Run.status == QUEUED)
        with reading() as session:
            next_one = session.scalar(waiting.order_by(Run.created_at, Run.id).limit(1))
        if next_one is not None:
            self.put(next_one)


def hand_over(run: Run, wait_seconds: float = 0) -> Run:
    """Have a run carried out, and wait for its end.

    A skill that is quickly carried out is, here and now, for who waits for it: the queue would only add to the time.

    Args:
        run: what was started.
        wait_seconds: how long to wait at most; not at all where too many wait already.

    Returns:
        The run with its steps, as it is then.
    """
    here = wait_seconds > 0 and run.kind == "skill" and current_generator().quick
    queue = current_queue()
    if run.finished_at is None and here and carry_out(run.id):
        queue.call_next(run.id)
    elif run.finished_at is None:
        queue.put(run.id)
        _wait(run.id, wait_seconds)
    return get_run(run.user_id, run.id) or run


def _wait(run_id: int, seconds: float) -> None:
    if seconds <= 0:
        return
    with place_to_wait() as has_place:
        ends = time.monotonic() + (seconds if has_place else 0)
        while time.monotonic() < ends and not _has_finished(run_id):
            time.sleep(_LOOK_EVERY_SECONDS)


def _has_finished(run_id: int) -> bool:
    with reading() as session:
        return session.scalar(select(Run.id).where(Run.id == run_id, Run.finished_at.is_(None))) is None


def current_queue() -> Queue:
    """The queue of the application that serves this request or worker."""
    queue: Queue = current_app.extensions["queue"]
    return queue


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its queue."""
    logging.getLogger("huey").setLevel(logging.WARNING)
    app.extensions["queue"] = Queue(app, settings)
