"""A worker that SIGKILL ends while it carries out a step: another goes on there, and no finished step is done again."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from queue import Empty, Queue
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from portal.content.queue import hand_over
from portal.content.run_models import Run
from portal.content.runs import get_run, start_task_run
from portal.content.skills import create_skill
from portal.content.tasks import create_task
from portal.foundation.database import transaction
from tests.factories import make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.model_server import ModelServer, Reply
from tests.races.workers import Workers

STEPS = 10
LEASE_SECONDS = 2


@pytest.fixture(scope="session")
def nursery() -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.close()


class Model:
    """Answers each step's second attempt; tells of the first ones, and leaves them without an end."""

    def __init__(self, server: ModelServer) -> None:
        self.begun: Queue[str] = Queue()
        self.attempts: Counter[str] = Counter()
        server.answer = self._answer

    def _answer(self, body: dict[str, Any]) -> Reply:
        step = str(body["messages"][-1]["content"]).partition(":")[0]
        self.attempts[step] += 1
        if self.attempts[step] > 1:
            return Reply(pieces=(f"output of {step}",))
        self.begun.put(step)
        return Reply(pieces=("half of it",), then=Event(), ends=False)


@pytest.fixture
def app(make_app: MakeApp, model: ModelServer) -> Flask:
    return make_app(
        generator="openai",
        generator_url=model.url,
        generator_model="small",
        run_lease_seconds=LEASE_SECONDS,
        worker_threads=1,
    )


def start(app: Flask) -> Run:
    person = make_person(app)
    with app.app_context():
        skill = create_skill(person.id, "Say", "{{ n }}: {{ input }}", variables=[{"name": "n"}])
        steps = [
            {"skill_id": str(skill.id), "variables": {"n": {"text": f"step {number}"}}}
            for number in range(1, STEPS + 1)
        ]
        return hand_over(start_task_run(person.id, create_task(person.id, "T", steps), "in"))


def wait_until(app: Flask, run: Run, what: Callable[[Run], bool], seconds: float = 30) -> Run:
    ends = time.monotonic() + seconds
    while True:
        with app.app_context():
            found = get_run(run.user_id, run.id)
        assert found is not None
        if what(found):
            return found
        assert time.monotonic() < ends, f"the run stays {found.status}: {found.error}"
        time.sleep(0.05)


def let_the_lease_end(app: Flask, run: Run) -> None:
    """As if its seconds had passed."""
    with app.app_context(), transaction() as session:
        session.execute(update(Run).where(Run.id == run.id).values(lease_until=0))


@pytest.mark.heavy
def test_a_task_whose_worker_is_killed_in_each_of_its_ten_steps_finishes_once_with_each_output_once(
    app: Flask, model: ModelServer, nursery: Workers
) -> None:
    playing, run = Model(model), start(app)
    for number in range(1, STEPS + 1):
        worker = nursery.start(app)
        try:
            assert playing.begun.get(timeout=30) == f"step {number}"
        except Empty:
            raise AssertionError(f"no worker began step {number}") from None
        nursery.kill(worker)
        if number > 1:  # the first time, it is waited for
            let_the_lease_end(app, run)
    last = nursery.start(app)
    done = wait_until(app, run, lambda run: run.finished_at is not None)
    nursery.kill(last)
    assert (done.status, done.error) == ("succeeded", "")
    assert [step.output for step in done.steps] == [f"output of step {number}" for number in range(1, STEPS + 1)]
    assert {step.status for step in done.steps} == {"succeeded"}
    # Each began twice, once for the worker that was killed in it: what had finished was never done again.
    assert playing.attempts == {f"step {number}": 2 for number in range(1, STEPS + 1)}
    assert model.prompts[-1] == f"step {STEPS}: output of step {STEPS - 1}"


def test_of_several_workers_one_carries_a_run_out(app: Flask, model: ModelServer, nursery: Workers) -> None:
    workers = [nursery.start(app) for _ in range(3)]
    runs = [start(app) for _ in range(3)]
    for run in runs:
        done = wait_until(app, run, lambda run: run.finished_at is not None)
        assert done.status == "succeeded"
    assert len(model.asked) == 3 * STEPS
    for worker in workers:
        nursery.kill(worker)
