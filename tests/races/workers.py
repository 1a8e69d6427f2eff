"""Workers that can be killed: processes of their own, forked from one that has imported the application.

`python -m tests.races.workers` reads a line of settings and forks; a death so costs no start.
"""

import json
import os
import signal
import subprocess
import sys
from typing import Any

from flask import Flask

from portal.operations.worker import work
from tests.fixtures.applications import build
from tests.fixtures.servers import ROOT


class Workers:
    """Where they come from, and those that are alive."""

    def __init__(self) -> None:
        self._alive: set[int] = set()
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.races.workers"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def start(self, app: Flask) -> int:
        """One more, with the settings of `app`; gives its process id."""
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(json.dumps(app.config["SETTINGS"].model_dump(mode="json")) + "\n")
        self._nursery.stdin.flush()
        pid = int(self._nursery.stdout.readline())
        self._alive.add(pid)
        return pid

    def kill(self, pid: int) -> None:
        """End one as no process can prevent."""
        os.kill(pid, signal.SIGKILL)
        self._alive.discard(pid)

    def close(self) -> None:
        """End all of them."""
        for pid in list(self._alive):
            self.kill(pid)
        self._nursery.communicate()


def _become_a_worker(settings: dict[str, Any]) -> None:
    """What the forked process does: nothing of it may be shared with another one."""
    work(build(**settings), beside=False)


def main() -> None:
    """Read settings a line; fork, and write the child's process id."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    for line in sys.stdin:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # a worker waits for the processes that render
            _become_a_worker(json.loads(line))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
