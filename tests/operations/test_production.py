"""The demonstration's password is published: where anybody can reach the portal, there is no such account."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests.accounts.stored import counts
from tests.accounts.visitor import Visitor
from tests.fixtures.applications import MakeApp
from tests.fixtures.loopback import free_port
from tests.fixtures.servers import ROOT, SECRET_KEY, bare_environment, launch, stop, wait_until_it_answers
from tests.operations.conftest import make_demo, run_command

PUBLIC_URL = "https://id.example"


@pytest.fixture
def environment(new_database: Callable[[], str], tmp_path: Path) -> dict[str, str]:
    """A machine's, for production with an empty database."""
    settings = {"database_url": new_database(), "secret_key": SECRET_KEY, "instance_path": tmp_path}
    return bare_environment(**settings, port=free_port(), public_url=PUBLIC_URL)


@pytest.fixture
def on_loopback(environment: dict[str, str]) -> dict[str, str]:
    """The same machine and database, for its own users only."""
    return {name: value for name, value in environment.items() if name != "PUBLIC_URL"}


@pytest.fixture
def cleanup() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def run(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_demo_accounts_are_not_made(make_app: MakeApp) -> None:
    app = make_app(public_url=PUBLIC_URL)
    for options in ([], ["--json"], ["--json", "--redirect-uri", "http://127.0.0.1:1/cb"]):
        result = run_command(app, "demo", *options)
        assert result.exit_code == 1
        assert "Demo accounts have a published password" in result.output
    assert counts(app)["users"] == 0
    assert counts(app)["clients"] == 0


def test_demo_accounts_that_are_there_cannot_log_in(make_app: MakeApp) -> None:
    demo = make_demo(make_app())
    visitor = Visitor.of(make_app(public_url=PUBLIC_URL))
    for email in (demo["user"]["email"], "dana@example.com"):
        assert visitor.send("/login", email=email, password=demo["user"]["password"]).status_code == 422
    assert visitor.signed_in_as() is None


def test_a_server_does_not_start_until_they_are_removed(
    environment: dict[str, str], on_loopback: dict[str, str], tmp_path: Path, cleanup: ExitStack
) -> None:
    assert run(on_loopback, "-m", "flask", "--app", "app", "demo", "--json").returncode == 0

    refused = run(environment, "app.py")
    assert refused.returncode == 1
    assert "DATABASE_URL" in refused.stderr
    for word in ("dana@example.com", "uma@example.com", "flask --app app demo --remove"):
        assert word in refused.stderr
    assert "Traceback" not in refused.stderr

    removed = run(environment, "-m", "flask", "--app", "app", "demo", "--remove")
    assert removed.stdout == "Removed 2 demo accounts.\n"
    server = launch([sys.executable, "app.py"], environment, tmp_path / "log")
    cleanup.callback(stop, server)
    url = f"http://127.0.0.1:{environment['PORT']}"
    wait_until_it_answers(url, server, tmp_path / "log")
    answer = requests.get(f"{url}/login", timeout=10)
    assert "__Host-session=" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers
    assert "Demonstration accounts" not in answer.text


def test_a_server_that_is_asked_to_make_them_does_not_start(environment: dict[str, str]) -> None:
    refused = run(environment | {"DEMO_DATA": "on"}, "app.py")
    assert refused.returncode == 1
    assert "DEMO_DATA: demo accounts have a published password" in refused.stderr
    assert "Traceback" not in refused.stderr
