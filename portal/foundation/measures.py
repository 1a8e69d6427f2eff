"""What this process does, in numbers: requests by endpoint and time, and what rooms count.

Counted in memory, so that a request pays about a microsecond for it, and shared with the node's other processes a
second later. What is counted, and what it is called outside, is the business of `portal.operations.metrics`.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock, Timer

from flask import Flask, Response, current_app, request

from portal.config import Settings
from portal.foundation.figures import Figures, Shelf

log = logging.getLogger(__name__)
WRITE_AFTER_SECONDS = 1.0
ENDPOINT = "portal.endpoint"
"""The key of the environ for the name under which a request is counted: one of few, never an address."""
UNKNOWN = "unknown"
"""The endpoint of an address that there is not."""


class Measures:
    """One process's."""

    def __init__(self, shelf: Shelf) -> None:
        self.role = "server"
        self.gauges: Callable[[], Mapping[str, float]] = dict
        """What is now; asked whenever figures are written."""
        self._shelf = shelf
        self._mine = Figures()
        self._lock = Lock()
        self._writing = Lock()
        self._timer: Timer | None = None
        self._closed = False
        self._is_lost = False

    def end(self, endpoint: str, status_class: int, seconds: float) -> None:
        """Note a request that was answered.

        Args:
            endpoint: its name; one of a bounded set, never an address.
            status_class: the first digit of the status.
        """
        with self._lock:
            self._mine.note(endpoint, status_class, seconds)
            if self._timer is None:
                self._write_soon()

    def count(self, *words: str, times: int = 1) -> None:
        """Count something.

        Args:
            words: what, and which of its kind; each one of a bounded set, without spaces.
        """
        key = " ".join(words)
        with self._lock:
            self._mine.counts[key] = self._mine.counts.get(key, 0) + times
            if self._timer is None:
                self._write_soon()

    def _write_soon(self) -> None:
        if self._closed:
            return
        timer = Timer(WRITE_AFTER_SECONDS, self.write)
        timer.daemon = False  # a process that is told to stop waits for it
        try:
            timer.start()
        except RuntimeError as error:  # no thread is to be had; the next request tries again
            log.error("figures wait: %s", error)
        else:
            self._timer = timer

    def write(self) -> None:
        """Share what was counted so far. What cannot be written is kept, and logged once."""
        with self._writing:
            with self._lock:
                self._timer = None
                figures = self._copy()
            try:
                self._shelf.put(figures, self.role)
            except OSError as error:
                if not self._is_lost:
                    log.error("other processes cannot read this one’s figures: %s", error)
                self._is_lost = True
            else:
                self._is_lost = False

    def of_the_node(self) -> tuple[Figures, list[str]]:
        """The figures of all of this node's processes, and the roles of those that run."""
        self.write()
        try:
            found, roles = self._shelf.others()
        except OSError:  # `write` has logged it
            found, roles = Figures(), []
        with self._lock:
            mine = self._copy()
        found.add(mine)
        return found, roles

    def _copy(self) -> Figures:
        """For use outside the lock."""
        requests = {endpoint: row.copy() for endpoint, row in self._mine.requests.items()}
        return replace(self._mine, requests=requests, counts=self._mine.counts.copy(), gauges=dict(self.gauges()))

    def close(self) -> None:
        """Write nothing more by itself."""
        with self._lock:
            self._closed = True
            if self._timer:
                self._timer.cancel()
                self._timer = None


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its measures, and each request the name of its endpoint."""
    app.extensions["measures"] = Measures(Shelf(settings.instance_path / "metrics"))

    @app.after_request
    def name_endpoint(response: Response) -> Response:
        request.environ[ENDPOINT] = request.endpoint or UNKNOWN
        return response


def current_measures() -> Measures:
    """The measures of the application that serves this request."""
    measures: Measures = current_app.extensions["measures"]
    return measures
