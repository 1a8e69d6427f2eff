"""Figures of several processes of one node, with the real server."""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests.fixtures.loopback import free_port
from tests.fixtures.servers import SECRET_KEY, bare_environment, launch, stop, wait_until_it_answers
from tests.operations.test_metrics import Figure, figure

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_whichever_process_is_asked_tells_of_all_of_them_and_of_those_that_have_ended(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    environment = bare_environment(
        port=free_port(), instance_path=tmp_path, database_url=new_database(), secret_key=SECRET_KEY, workers=2
    )
    url = f"http://127.0.0.1:{environment['PORT']}"
    server = launch([sys.executable, "app.py"], environment, tmp_path / "log")

    def told(name: str) -> Figure:
        return figure(requests.get(f"{url}/metrics", timeout=10).text, name)

    def settled(sent: int) -> bool:
        """Whether six answers in a row, by one process or the other, tell of all that was sent."""
        return all(told("requests_total").get(("health.healthz", "2xx"), 0) == sent for _ in range(6))

    def wait(until: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while True:
            with suppress(requests.ConnectionError):  # what the killed one had not taken yet
                if until():
                    return
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.2)

    try:
        wait_until_it_answers(url, server, tmp_path / "log")
        for _ in range(20):  # each on a connection of its own
            requests.get(f"{url}/healthz", timeout=10)
        wait(lambda: settled(20))
        wait(lambda: told("workers") == {(): 1})
        processes = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        ours = [int(pid) for pid in processes if b"app.py" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        assert len(ours) == 2
        assert len(list((tmp_path / "metrics").glob("server-*.json"))) == 2, "both have answered"
        os.kill(ours[0], signal.SIGKILL)
        wait(lambda: settled(20))
    finally:
        stop(server)
