"""Processes of the application that end by SIGKILL at a chosen boundary of a request.

A boundary is the moment before or after a statement or a COMMIT reaches the database; a kept connection commits each
statement with it. `python -m tests.races.doomed`
imports the application once and forks for each request that it reads, so that a death costs no start.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import event

from tests.fixtures.applications import build
from tests.fixtures.servers import ROOT


class Doomed:
    """Where the processes come from."""

    def __init__(self) -> None:
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.races.doomed"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def post(self, app: Flask, path: str, form: dict[str, str], *, dies: str) -> list[str]:
        """Have a new process answer a POST with the settings of `app`, and die at a boundary; empty: not at all.

        Returns the boundaries that it reached.
        """
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        settings = app.config["SETTINGS"].model_dump(mode="json")
        self._nursery.stdin.write(json.dumps({"settings": settings, "path": path, "form": form, "dies": dies}) + "\n")
        self._nursery.stdin.flush()
        report = json.loads(self._nursery.stdout.readline())
        assert report["signal"] == (signal.SIGKILL if dies else 0), report
        reached: list[str] = report["reached"]
        return reached

    def close(self) -> None:
        """No more of them."""
        self._nursery.communicate()


def watch(app: Flask, reached: Callable[[str], None]) -> None:
    """Call `reached` at each boundary, such as `before UPDATE`, for the rest of the application's life."""
    database = app.extensions["database"]
    for engine in (database.writing, database.autocommit):
        for moment in ("before", "after"):
            event.listen(engine, f"{moment}_cursor_execute", _naming(moment, reached))
    database.listeners.append(lambda moment, statement: reached(f"{moment} {statement.split(maxsplit=1)[0]}"))
    dialect = database.writing.dialect
    # SQLAlchemy has an event before the driver's commit, but none after it. What opens a transaction is a statement
    # of our own on SQLite; PostgreSQL's driver sends it along with the next one.
    dialect.do_commit = _between(dialect.do_commit, "COMMIT", reached)
    if dialect.name != "sqlite":
        dialect.do_begin = _between(dialect.do_begin, "BEGIN", reached)


def _naming(moment: str, reached: Callable[[str], None]) -> Callable[..., None]:
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        reached(f"{moment} {statement.split(maxsplit=1)[0]}")

    return note


def _between(step: Callable[[Any], None], name: str, reached: Callable[[str], None]) -> Callable[[Any], None]:
    def watched(connection: Any) -> None:
        reached(f"before {name}")
        step(connection)
        reached(f"after {name}")

    return watched


def _answer(job: dict[str, Any], note: int) -> None:
    """What the forked process does: nothing of it may be shared with another one."""
    app = build(**job["settings"])

    def reached(boundary: str) -> None:
        os.write(note, f"{boundary}\n".encode())
        if boundary == job["dies"]:
            os.kill(os.getpid(), signal.SIGKILL)

    watch(app, reached)
    app.test_client().post(job["path"], data=job["form"])


def main() -> None:
    """Read a job a line; fork, wait, and write how it ended."""
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            _answer(json.loads(line), writing)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as notes:
            reached = notes.read().splitlines()
        _, status = os.waitpid(child, 0)
        ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)
        sys.stdout.write(json.dumps({"signal": ended_by, "reached": reached}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
