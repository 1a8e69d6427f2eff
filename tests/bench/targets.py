"""The servers that are measured, each on a database of its own: how it is seeded, served and stopped."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg

from tests.bench.processes import SERVER_CORES, TOLD, on_cores, parent_of
from tests.bench.workloads import Workloads
from tests.fixtures import postgresql
from tests.fixtures.loopback import free_port
from tests.fixtures.servers import bare_environment, launch, stop

ROOT = Path(__file__).parents[2]
OURS, PEER = "portal", "authlib"
LARGE = {**postgresql.DURABLE, "shared_buffers": "512MB", "max_wal_size": "4GB"}
"""PostgreSQL as one would set it up for a million tokens: no checkpoint in the middle of a measurement."""


@dataclass(frozen=True)
class Served:
    """A server that answers, and what its database was filled with."""

    name: str
    database: str
    tokens: int
    """Others, that nobody uses."""
    address: tuple[str, int]
    roots: tuple[int, ...]
    """The process trees that do its work: its own, and PostgreSQL's."""
    workloads: Workloads


class Databases:
    """Makes an empty database for each server."""

    def __init__(self, folder: Path, postgresql_url: str = "") -> None:
        self.folder, self._server = folder, postgresql_url
        self.kind = "postgresql" if postgresql_url else "sqlite"
        self.root = _postmaster(postgresql_url) if postgresql_url else None
        """PostgreSQL's first process."""

    def make(self, name: str) -> str:
        """The address of a new one."""
        if not self._server:
            return f"sqlite:///{self.folder / name}.sqlite3"
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._server.removesuffix("postgres") + name

    def settle(self, url: str) -> None:
        """Do at once what PostgreSQL would do in the background after so many new rows."""
        if self._server:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")
                connection.execute("CHECKPOINT")


def _postmaster(url: str) -> int | None:
    if not TOLD:
        return None
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        return parent_of(row[0])


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Databases]:
    """SQLite's files, or a PostgreSQL server that keeps what it has confirmed (fsync on)."""
    if kind == "sqlite":
        yield Databases(folder)
        return
    with ExitStack() as stack:
        with on_cores(SERVER_CORES):
            url = stack.enter_context(postgresql.running(LARGE))
        yield Databases(folder, url)


@dataclass(frozen=True)
class Commands:
    """How a server is filled and run."""

    environment: dict[str, str]
    seed: list[str]
    serve: list[str]


def commands_of(name: str, url: str, folder: Path, port: int, workers: int, threads: int) -> Commands:
    """The product as it is served, `python app.py` with its defaults, or the peer on gunicorn."""
    python = sys.executable
    if name == OURS:
        settings = {
            "database_url": url,
            "port": port,
            "instance_path": folder / f"instance-{port}",
            "workers": workers,
            "threads": threads,
            "api_requests_per_minute": 10**9,  # one user sends all of them; they are counted as always
        }
        seed = [python, "-m", "flask", "--app", "app", "bench-seed"]
        return Commands(bare_environment(**settings), seed, [python, "app.py"])
    # As it was served when the gates were set, and as its documentation would have it.
    gunicorn = (
        f"--workers 2 --worker-class gthread --threads 4 --keep-alive 75 --bind 127.0.0.1:{port} --no-control-socket"
    )
    serve = [python, "-m", "gunicorn", *gunicorn.split(), "--log-level", "warning", "tests.bench.peer.server:app"]
    return Commands(bare_environment(database_url=url), [python, "-m", "tests.bench.peer.seed"], serve)


@contextmanager
def served(name: str, made: Databases, counts: Mapping[str, int], *, workers: int, threads: int) -> Iterator[Served]:
    """Fill a new database, serve from it, and stop at the end.

    Args:
        name: OURS or PEER.
        made: makes the database.
        counts: the seed command's options; `fill` is the number of other tokens.
        workers: processes.
        threads: of each.
    """
    folder = made.folder
    url, port = made.make(f"{name}_{counts['fill']}"), free_port()
    commands = commands_of(name, url, folder, port, workers, threads)
    document = _seed(commands, counts)
    made.settle(url)
    log = folder / f"{name}-{counts['fill']}.log"
    with on_cores(SERVER_CORES):
        process = launch(commands.serve, commands.environment, log)
    try:
        _wait(port, process, log)
        roots = (process.pid,) if made.root is None else (process.pid, made.root)
        yield Served(name, made.kind, counts["fill"], ("127.0.0.1", port), roots, Workloads(document))
    finally:
        stop(process)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    """Return when it answers, whatever it says: the peer has no page to ask for."""
    ends = time.monotonic() + seconds
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"the server does not answer:\n{log.read_text()[-3000:]}") from None
            time.sleep(0.05)
        else:
            connection.close()
            return


def _seed(commands: Commands, counts: Mapping[str, int]) -> dict[str, Any]:
    options = [part for name, count in counts.items() for part in (f"--{name}", str(count))]
    done = subprocess.run(
        [*commands.seed, *options],
        cwd=ROOT, env=commands.environment, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{' '.join(commands.seed)} failed:\n{done.stdout[-500:]}{done.stderr[-3000:]}")
    document: dict[str, Any] = json.loads(done.stdout)
    return document
