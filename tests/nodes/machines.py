"""Nodes that can be told to stop, killed and started again: `python app.py`, with the environment of its machine."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import requests

from tests.fixtures.loopback import free_port
from tests.fixtures.servers import SECRET_KEY, LiveServer, bare_environment, launch, wait_until_it_answers

PUBLIC_URL = "https://localhost"


class Node(LiveServer):
    """A node: `url` reaches it past every proxy."""

    process: subprocess.Popen[bytes]

    @classmethod
    def make(cls, folder: Path, **settings: object) -> "Node":
        """One that is not started yet, with settings beyond those that all nodes have."""
        port = free_port()
        usual = {
            "port": port,
            "public_url": PUBLIC_URL,
            "instance_path": folder / "instance",
            "secret_key": SECRET_KEY,
            "worker": "apart",
            "refresh_retry_seconds": 60,  # however busy the machine is
            "api_requests_per_minute": 1_000_000,
        }
        return cls(f"http://127.0.0.1:{port}", bare_environment(**{**usual, **settings}), folder / "log")

    @property
    def address(self) -> str:
        """Host and port."""
        return self.url.removeprefix("http://")

    def begin(self, **environment: str) -> None:
        """Start, and do not wait."""
        command = [sys.executable, "app.py"]
        object.__setattr__(self, "process", launch(command, {**self.environment, **environment}, self.log))

    def start(self, **environment: str) -> None:
        """Start, and wait until it answers."""
        self.begin(**environment)
        self.wait()

    def wait(self) -> None:
        """Return when it answers."""
        wait_until_it_answers(self.url, self.process, self.log)

    def stop(self, *, at_once: bool = False) -> float:
        """Tell its first process to stop, as a service manager does, and wait; gives the seconds that it took.

        Args:
            at_once: tell it twice: the proxy sends it nothing any more.
        """
        begun = time.monotonic()
        self.process.terminate()
        if at_once:
            time.sleep(0.2)
            self.process.terminate()
        assert self.process.wait(30) == 0
        return time.monotonic() - begun

    def kill(self) -> None:
        """End all its processes as no process can prevent, as the loss of its machine would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def server_processes(self) -> list[int]:
        """The processes that answer: children of the first one."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def is_ready(self) -> bool:
        """What it tells proxies."""
        return requests.get(f"{self.url}/readyz", timeout=10).status_code == 200
