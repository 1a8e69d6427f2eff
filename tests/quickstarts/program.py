"""A quickstart as its reader has it: the files that the page prints in a folder, and the program that they make.

Owns files and process; `walkthrough` says what people do with the program. What a page's `setup.sh` would install comes
from the tests' own environment: `Quickstart.links` and `copies` put it where the program looks.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import requests

from portal.docs.reader import Values
from portal.docs.samples import file_of_quickstart
from tests.fixtures.servers import DemoClient, bare_environment

FILES = Path(__file__).parents[2] / "portal" / "docs" / "quickstarts"
NO_SECRET = "CONTEXTFILE_CLIENT_SECRET=\n"


@dataclass(frozen=True)
class Quickstart:
    """What a page tells its reader to do, and what of that the tests have done already."""

    name: str
    """Its folder below `portal/docs/quickstarts`."""
    env: str = "env/server.env"
    """The file that its reader keeps as `.env`; empty if there is none."""
    public: bool = False
    """Whether its app is of a public kind, without a secret."""
    links: Mapping[str, Path] = field(default_factory=dict)
    """What `setup.sh` would install in the folder, by its name there, such as `node_modules`."""
    copies: Mapping[str, Path] = field(default_factory=dict)
    """The same for a program that follows no symbolic link out of its folder."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """More of the machine's environment, such as where a toolchain keeps its cache."""
    seconds: float = 20
    """How long it may take to answer."""


@dataclass(frozen=True)
class Program:
    """A quickstart that runs."""

    name: str
    issuer: str
    client: DemoClient
    """With the redirect URI that the program has."""
    folder: Path

    @property
    def home(self) -> str:
        """The address of its first page."""
        parts = urlsplit(self.client.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}/"

    def answers_the_network(self) -> bool:
        """Whether it listens beyond localhost.

        On Linux all of 127.0.0.0/8 is this machine's: what listens on every interface answers at each address of it.
        """
        port = urlsplit(self.home).port
        socket.create_connection(("localhost", port), 5).close()
        try:
            socket.create_connection(("127.0.0.2", port), 5).close()
        except OSError:
            return False
        return True

    @property
    def log(self) -> str:
        """All that it has said."""
        return (self.folder / "log").read_text(errors="replace")


def printed(path: str, issuer: str, client: DemoClient) -> str:
    """One file as its page prints it for a reader who has this app: the only place that knows how the site does it."""
    values = Values(client.client_id, client.redirect_uri, client.redirect_uri)
    _, _, code = file_of_quickstart(path, values).partition("\n")
    return code.removesuffix("```").replace("https://contextfile.ai", issuer)


def write(quickstart: Quickstart, issuer: str, client: DemoClient, folder: Path) -> None:
    """Do what the page says: keep its files, put the client secret into `.env`."""
    source = FILES / quickstart.name
    for file in sorted(path.relative_to(source) for path in source.rglob("*") if path.is_file()):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(printed(f"{quickstart.name}/{file.as_posix()}", issuer, client))
    if quickstart.env:
        env = printed(quickstart.env, issuer, client)
        if client.client_secret:
            assert env.count(NO_SECRET) == 1, f"{quickstart.env} has no place for the client secret"
            env = env.replace(NO_SECRET, f"CONTEXTFILE_CLIENT_SECRET='{client.client_secret}'\n")
        (folder / ".env").write_text(env)
    for name, target in quickstart.links.items():
        (folder / name).symlink_to(target)
    for name, original in quickstart.copies.items():
        shutil.copytree(original, folder / name, symlinks=True, copy_function=_link_or_copy)


def _link_or_copy(file: str, to: str) -> None:
    """Hundreds of megabytes cost nothing where both are on one file system."""
    try:
        os.link(file, to)
    except OSError:
        shutil.copy2(file, to)


@contextmanager
def running(quickstart: Quickstart, issuer: str, client: DemoClient, folder: Path) -> Iterator[Program]:
    """Write the files and start the program by its `run.sh`; it ends with the context.

    Args:
        issuer: the authorization server's address.
        client: an app with a redirect URI on a loopback port that is free.
        folder: an empty one.
    """
    client = replace(client, client_secret=None if quickstart.public else client.client_secret)
    write(quickstart, issuer, client, folder)
    process = start(["sh", "-e", "run.sh"], quickstart, folder)
    program = Program(quickstart.name, issuer, client, folder)
    try:
        _wait_until_it_answers(program, process, quickstart.seconds)
        yield program
    finally:
        stop(process)


def start(command: Sequence[str], quickstart: Quickstart, folder: Path) -> subprocess.Popen[bytes]:
    """Start a command in a program's folder, in a group of its own; what it says goes to `log` there."""
    environment = bare_environment() | dict(quickstart.environment)
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip


def stop(process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """End a command and what it has started: politely first, for sure in the end."""
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, signal_number)
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            break
    process.wait()


def _wait_until_it_answers(program: Program, process: subprocess.Popen[bytes], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            requests.get(program.home, timeout=seconds).raise_for_status()
        except requests.RequestException as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{program.name} does not answer ({error}); its log:\n{program.log}") from None
            time.sleep(0.05)
        else:
            return
