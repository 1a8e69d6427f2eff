"""Who carries runs out: a worker that the server starts beside itself, or one of its own."""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from portal.content.queue import hand_over
from portal.content.run_models import Run
from portal.content.runs import cancel_run, get_run, start_task_run
from portal.content.skills import create_skill
from portal.content.tasks import create_task
from portal.operations.worker import OnceAMinute
from tests.factories import make_person
from tests.fixtures.beside import beside
from tests.fixtures.servers import LiveServer, StartServer, launch, stop


def carried_out(app: Flask, wait_seconds: float) -> Run:
    """A run of a task, after this many seconds or at its end."""
    person = make_person(app)
    with app.app_context():
        skill = create_skill(person.id, "Say", "{{ input }}!")
        task = create_task(person.id, "T", [{"skill_id": str(skill.id)}] * 2)
        return hand_over(start_task_run(person.id, task, "hello"), wait_seconds)


def workers(server: LiveServer) -> list[int]:
    """The processes of workers that a server has started beside itself."""
    own = f"INSTANCE_PATH={server.environment['INSTANCE_PATH']}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile
            command = (folder / "cmdline").read_bytes().split(b"\0")
            if b"--beside" in command and own in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def wait_until(what: Callable[[], bool], seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends
        time.sleep(0.05)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_server_has_a_worker_inside_which_is_replaced_and_ends_with_it(start_server: StartServer) -> None:
    server = start_server(worker="inside")
    with beside(server) as app:
        run = carried_out(app, 20)
        assert [step.output for step in run.steps] == ["hello!", "hello!!"]
        (first,) = workers(server)
        master = parent_of(first)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: len(workers(server)) == 1 and workers(server) != [first])
        assert carried_out(app, 20).status == "succeeded"
    os.killpg(master, signal.SIGKILL)  # without a chance to say goodbye
    wait_until(lambda: workers(server) == [])


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_worker_of_its_own_does_the_work_where_the_server_has_none(start_server: StartServer, tmp_path: Path) -> None:
    server = start_server()
    with beside(server) as app:
        with time_machine.travel("2020-01-01", tick=False):
            old = carried_out(app, 0)
            with app.app_context():
                cancel_run(old.user_id, old.id)
        assert carried_out(app, 1).status == "queued"
        process = launch(
            [sys.executable, "-m", "flask", "--app", "app", "worker"], server.environment, tmp_path / "log"
        )
        try:
            assert carried_out(app, 20).status == "succeeded"
            with app.app_context():
                assert get_run(old.user_id, old.id) is None  # kept for long enough
        finally:
            began = time.monotonic()
            stop(process)
    assert time.monotonic() - began < 10
    assert process.returncode == 0
    assert "Carrying out runs, 4 at once" in (tmp_path / "log").read_text()


def test_a_queue_that_cannot_be_read_is_told_once_a_minute_and_by_its_cause_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    log = logging.getLogger("a worker of this test")
    log.addFilter(OnceAMinute())
    for _ in range(3):
        try:
            raise ConnectionError("gone\nfor now")
        except ConnectionError:
            log.exception("Error reading from queue")
    log.error("something else")
    assert caplog.messages == ["Error reading from queue: ConnectionError: gone for now", "something else"]
    assert caplog.records[0].exc_info is None
