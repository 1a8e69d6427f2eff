"""How soon the server answers, and what its processes hold: measured at `python app.py`, as people run it."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from portal.oauth.metadata import WELL_KNOWN
from tests.bench.driver import drive
from tests.bench.processes import PROC, TOLD, memory_of, tree_of, waited_seconds
from tests.bench.targets import OURS, Databases, served
from tests.fixtures.loopback import free_port
from tests.fixtures.servers import bare_environment, launch, stop

pytestmark = pytest.mark.skipif(not TOLD, reason="only Linux tells what processes cost")
MOST_SECONDS = 1.5
MOST_MEBIBYTES = 120
ATTEMPTS = 3
"""Of which the best counts: what else the machine does only ever adds."""


def server_processes(root: int) -> list[int]:
    """The server's first process and those that answer, without the worker that carries out runs beside it."""
    return [pid for pid in tree_of(root) if b"\0worker\0" not in (PROC / str(pid) / "cmdline").read_bytes()]


def start(folder: Path) -> float:
    """Seconds from the beginning of the process to its first answer, but for those in which others had the cores."""
    port, log = free_port(), folder / "log"
    began = time.perf_counter()
    process = launch([sys.executable, "app.py"], bare_environment(port=port, instance_path=folder / "instance"), log)
    try:
        wait_for_an_answer(port, process, log)
        passed = time.perf_counter() - began
        return passed - sum(map(waited_seconds, server_processes(process.pid)))
    finally:
        stop(process)


def wait_for_an_answer(port: int, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    ends = time.perf_counter() + seconds
    while True:
        try:
            requests.get(f"http://127.0.0.1:{port}{WELL_KNOWN}", timeout=5).raise_for_status()
        except requests.ConnectionError:
            assert process.poll() is None, log.read_text()
            assert time.perf_counter() < ends, log.read_text()
            time.sleep(0.01)
        else:
            return


def test_the_first_answer_comes_soon_on_a_new_database_and_on_a_migrated_one(tmp_path: Path) -> None:
    took: list[tuple[float, float]] = []
    while len(took) < ATTEMPTS:
        folder = tmp_path / str(len(took))
        folder.mkdir()
        took.append((start(folder), start(folder)))
        if max(map(min, zip(*took, strict=True))) < MOST_SECONDS:
            return
    pytest.fail(f"seconds on a new database and on a migrated one: {took}; at most {MOST_SECONDS} are wanted")


def test_a_process_stays_small_after_hundreds_of_requests_of_all_kinds(tmp_path: Path) -> None:
    counts = {"codes": 60, "refresh": 20, "access": 20, "revoke": 60, "fill": 100}
    with served(OURS, Databases(tmp_path), counts, workers=1, threads=4) as server:
        for work in server.workloads.names():
            load = drive(server.address, server.workloads[work], connections=8, seconds=10, most=60)
            assert (len(load.latencies), load.wrong) == (60, 0), f"{work}: {load.first_wrong}"
        origin = "http://{}:{}".format(*server.address)
        for path in sorted(set(re.findall(r'href="(/docs[^"#]*)"', requests.get(f"{origin}/docs", timeout=10).text))):
            assert requests.get(origin + path, timeout=10).status_code == 200, path
        answering = server_processes(server.roots[0])[1:]
        beside = set(tree_of(server.roots[0])) - set(server_processes(server.roots[0]))
        held = {pid: memory_of(pid)["pss"] for pid in [*answering, *beside]}
    assert (len(answering), len(beside)) == (1, 1)
    assert max(held.values()) < MOST_MEBIBYTES, f"MiB of each, shared memory by its share: {held}"
