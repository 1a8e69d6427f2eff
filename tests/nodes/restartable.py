"""A PostgreSQL server that can be stopped, in good order or not, and started again on the same data."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.fixtures.loopback import free_port
from tests.fixtures.postgresql import DURABLE, installed, readable_by_all, wait_until_it_answers


class Postgresql:
    """A server on loopback whose commits are on disk when they are answered; not started yet."""

    def __init__(self) -> None:
        installation = installed()
        self._folder = Path(tempfile.mkdtemp(prefix="contextfile-restartable-"))
        self._folder.chmod(0o755)
        self._data = self._folder / "data"
        self._data.mkdir(mode=0o700)
        self._user: dict[str, Any] = {"cwd": self._data, "env": {**os.environ, "LC_ALL": "C.UTF-8"}}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            self._user |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self._data, nobody.pw_uid, nobody.pw_gid)
            installation = readable_by_all(installation, self._folder)
        self._binaries = installation / "bin"
        self._port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"
        self._process: subprocess.Popen[bytes] | None = None
        initdb: list[str | Path] = [
            self._binaries / "initdb",
            "-D",
            self._data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **self._user)

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = [part for name, value in DURABLE.items() for part in ("-c", f"{name}={value}")]
        log = self._folder / "log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._data, "-p", str(self._port), *options],
                stdout=output, stderr=output, **self._user,
            )  # fmt: skip
        wait_until_it_answers(self.url, self._process, log)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End every connection and stop; with SIGQUIT, as a crash would."""
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(30)
        self._process = None

    def close(self) -> None:
        """Stop, and leave nothing behind."""
        if self._process:
            self.stop()
        shutil.rmtree(self._folder)
