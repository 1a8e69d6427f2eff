"""What calls tell about clients: counts by day, failures, the last use of secrets.

Noted in memory, so that no hot path pays for it, and written together two seconds later; a process that is killed
in between loses them. A flood fills neither memory nor database: equal failures of an hour are one row with a
count, a client has so many rows at most, and what exceeds them is counted only.
"""

import logging
from collections import Counter
from dataclasses import replace
from threading import Lock, Timer

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from portal.foundation import clock
from portal.foundation.database import transaction
from portal.foundation.measures import Measures
from portal.foundation.public_addresses import network_of
from portal.oauth.record_writing import DAY, HOUR, SEVERAL, Failure, Repeats, write_notes

log = logging.getLogger(__name__)
WRITE_AFTER_SECONDS = 2
MOST_NOTES = 2000
"""In memory at once, of each sort."""
MOST_STRANGE = 200
"""Of them, failures of clients that are not known to exist: anybody can make up client IDs."""
MOST_DIFFERENT = 30
"""Failures of one client, endpoint, cause and network that are told apart in an hour; further ones are one."""


class Recorder:
    """One process's notes."""

    def __init__(self, app: Flask) -> None:
        self.write_after_seconds: float = WRITE_AFTER_SECONDS
        self._app = app
        self._measures: Measures = app.extensions["measures"]
        self._lock = Lock()
        self._writing = Lock()
        self._timer: Timer | None = None
        self._counts: Counter[tuple[int, int, str, str]] = Counter()
        self._failures: dict[Failure, Repeats] = {}
        self._owned: set[str] = set()
        self._strange = 0
        self._told_apart: dict[tuple[object, ...], set[int]] = {}
        self._hour = 0
        self._used: dict[int, tuple[int, str]] = {}
        self._known_used: dict[int, tuple[int, str]] = {}

    def count(self, client_key: int, what: str, detail: str = "", *, times: int = 1) -> None:
        """Count one, or several, of today's.

        Args:
            what: one of COUNTED.
            detail: which of its kind.
        """
        self._measures.count("noted", what, times=times)
        key = client_key, clock.now() // DAY, what, detail
        with self._lock:
            if key in self._counts or len(self._counts) < MOST_NOTES:
                self._counts[key] += times
                self._write_soon()

    def fail(self, failure: Failure, reference: str) -> None:
        """Note a call that failed.

        Args:
            reference: the id of the request.
        """
        failure = replace(failure, origin=network_of(failure.origin))
        with self._lock:
            if failure.client_id in self._owned:
                failure = self._sample(failure)
            elif self._strange < MOST_STRANGE:
                self._strange += 1
            else:
                return
            repeats = self._failures.get(failure)
            if repeats is None:
                if len(self._failures) >= MOST_NOTES:
                    return
                repeats = self._failures[failure] = Repeats()
            repeats.count, repeats.at, repeats.reference = repeats.count + 1, clock.now(), reference
            self._write_soon()

    def _sample(self, failure: Failure) -> Failure:
        """The failure, or what stands for it when ever new ones come: the log must not be pushed out."""
        hour = clock.now() // HOUR
        if hour != self._hour:
            self._hour, self._told_apart = hour, {}
        key = failure.client_id, failure.endpoint, failure.cause, failure.origin
        if key not in self._told_apart and len(self._told_apart) >= MOST_NOTES:
            return replace(failure, text="", origin=SEVERAL, sent="")
        known = self._told_apart.setdefault(key, set())
        if len(known) >= MOST_DIFFERENT and hash(failure) not in known:
            return replace(failure, text="", sent="")
        known.add(hash(failure))
        return failure

    def use(self, secret_key: int, remote: str) -> None:
        """Note that a client authenticated with a secret; one a day and network is written.

        Args:
            remote: the caller's address; only its network is kept.
        """
        use = clock.now() // DAY, network_of(remote)
        with self._lock:
            if self._known_used.get(secret_key) == use:
                return
            if len(self._known_used) >= MOST_NOTES:
                self._known_used.clear()
            self._known_used[secret_key] = use
            self._used[secret_key] = clock.now(), use[1]
            self._write_soon()

    def _write_soon(self) -> None:
        if self._timer is None:
            self._timer = Timer(self.write_after_seconds, self.write)
            self._timer.daemon = False  # a worker that is told to stop waits for it
            self._timer.start()

    def write(self) -> None:
        """Write what was noted so far. What cannot be written is lost, and logged."""
        with self._writing:
            with self._lock:
                if self._timer:
                    self._timer.cancel()
                self._timer = None
                counts, failures, used = self._counts, self._failures, self._used
                self._counts, self._failures, self._used, self._strange = Counter(), {}, {}, 0
            if not counts and not failures and not used:
                return
            try:
                with self._app.app_context(), transaction() as session:
                    owned = write_notes(session, counts, failures, used)
                self._owned = owned | (self._owned if len(self._owned) < MOST_NOTES * 10 else set())
            except SQLAlchemyError as error:
                log.error("counts and failures of the last seconds are lost: %s", getattr(error, "orig", None) or error)

    def close(self) -> None:
        """Forget what was not written, and write nothing more."""
        with self._lock:
            if self._timer:
                self._timer.cancel()


def init_app(app: Flask) -> None:
    """Give the application its recorder."""
    app.extensions["recorder"] = Recorder(app)


def current_recorder() -> Recorder:
    """The recorder of the application that serves this request."""
    recorder: Recorder = current_app.extensions["recorder"]
    return recorder
