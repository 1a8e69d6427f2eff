"""A worker that is told to stop first writes what it has noted."""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from sqlalchemy import create_engine, text

from portal.config import Settings
from tests.fixtures.loopback import free_port
from tests.fixtures.servers import LiveServer, bare_environment, launch, stop, wait_until_it_answers


@pytest.fixture
def environment(new_database: Callable[[], str], tmp_path: Path) -> dict[str, str]:
    """Of a server on a fresh database."""
    return bare_environment(
        port=free_port(), instance_path=tmp_path, database_url=new_database(), demo_data="on", secret_key="k" * 32
    )


def test_a_stop_loses_no_failure(environment: dict[str, str], tmp_path: Path) -> None:
    server = LiveServer(f"http://127.0.0.1:{environment['PORT']}", environment, tmp_path / "log")
    process = launch([sys.executable, "app.py"], environment, server.log)
    wait_until_it_answers(server.url, process, server.log)
    client_id = json.loads(server.command("demo", "--json"))["clients"]["confidential"]["client_id"]
    form = {"grant_type": "refresh_token", "client_id": client_id}
    assert requests.post(f"{server.url}/api/oauth/token", data=form, timeout=10).status_code == 401
    stop(process)
    engine = create_engine(Settings(database_url=environment["DATABASE_URL"]).database_url)
    with engine.connect() as connection:
        query = text("SELECT endpoint, cause FROM client_events WHERE kind = 'failure'")
        assert [tuple(row) for row in connection.execute(query)] == [("refresh", "secret_missing")]
    engine.dispose()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("again", range(3))
def test_the_keyboard_ends_all_processes_at_once(environment: dict[str, str], tmp_path: Path, again: int) -> None:
    """Ctrl+C reaches each process, and the first one tells the others as well: one of three stops took 15 seconds."""
    log = tmp_path / "log"
    process = launch([sys.executable, "app.py"], environment, log)
    wait_until_it_answers(f"http://127.0.0.1:{environment['PORT']}", process, log)
    os.killpg(process.pid, signal.SIGINT)
    process.wait(10)
    assert "refused to gracefully stop" not in log.read_text()
