"""A node on SQLite whose disk is full: what would write waits for better times, what reads goes on, nothing is lost."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import create_engine

from tests.nodes.machines import Node
from tests.races.books import assert_balanced, read_rows, row_id
from tests.races.nodes import Answer, Line

pytestmark = pytest.mark.heavy

SIZE = 8 * 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with little room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", folder], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("this machine lets the tests mount no small disk (root may)")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def node(small_disk: Path, tmp_path: Path) -> Iterator[Node]:
    """A node with everything on it but its log."""
    url = f"sqlite:///{small_disk / 'contextfile.sqlite3'}"
    node = Node.make(tmp_path, database_url=url, instance_path=small_disk / "instance")
    node.start()
    yield node
    node.kill()


def fill(disk: Path) -> Path:
    """Take what room there is; gives the file that takes it."""
    ballast = disk / "ballast"
    room = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_bsize)
    return ballast


def test_writes_get_a_503_reads_an_answer_and_with_room_again_all_is_well(node: Node, small_disk: Path) -> None:
    seeded: dict[str, Any] = json.loads(node.command("bench-seed", "--refresh", "1"))
    line = Line(node.url, seeded["client_id"], seeded["client_secret"])
    access: list[str] = []
    refresh: list[str] = seeded["refresh_tokens"]

    def rotate() -> Answer:
        answer = line.post(seeded["token_endpoint"], grant_type="refresh_token", refresh_token=refresh[-1])
        if answer.status == 200:
            access.append(answer.pair[0])
            refresh.append(answer.pair[1])
        return answer

    assert rotate().status == 200
    ballast = fill(small_disk)
    for _ in range(1000):  # there is room in the files that are there
        if (full := rotate()).status != 200:
            break
    assert (full.status, full.body["error"]) == (503, "temporarily_unavailable")
    assert full.retry_after
    form = requests.get(f"{node.url}/login", timeout=10)
    assert form.status_code == 200
    for _ in range(3):
        assert line.accepts(access[-1])
        assert line.accepts(refresh[-1])
        assert rotate().status == 503

    ballast.unlink()
    ends = time.monotonic() + 10
    while (after := rotate()).status != 200:
        assert time.monotonic() < ends, after
    assert line.accepts(after.pair[0])
    engine = create_engine(node.environment["DATABASE_URL"])
    with engine.connect() as connection:
        [row] = read_rows(connection, [refresh[0]]).values()
    engine.dispose()
    assert_balanced(row, access_tokens=access[-4:], refresh_tokens=refresh[-4:], accepted=line.accepts)
    assert (row.id, row.generation, row.revoked_at) == (row_id(refresh[0]), len(refresh), None)
    assert "Traceback" not in node.log.read_text()
    line.close()
