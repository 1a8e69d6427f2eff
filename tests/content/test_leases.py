"""Whose a run is: one worker's at a time, and another's when that one is not heard of."""

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from portal.content.generation import Generated
from portal.content.leases import MOST_ATTEMPTS, Lease, Lost, begin_step, finish_step, hold, show_progress, take
from portal.content.queue import hand_over
from portal.content.run_models import Run
from portal.content.runs import cancel_run, get_run, start_task_run
from portal.content.skills import create_skill
from portal.content.tasks import create_task
from portal.content.upkeep import resume_runs
from tests.factories import Person
from tests.fixtures.purging import purge_all
from tests.fixtures.runs import work_off

NOW = 1_790_000_000
LEASE_SECONDS = 30


@pytest.fixture
def run(ada: Person) -> Run:
    return start(ada)


def start(person: Person) -> Run:
    skill = create_skill(person.id, "Say", "{{ input }}")
    with time_machine.travel(NOW, tick=False):
        return start_task_run(person.id, create_task(person.id, "T", [{"skill_id": str(skill.id)}] * 2), "in")


def taken(run: Run, at: int = NOW) -> Lease:
    with time_machine.travel(at, tick=False):
        lease = take(run.id)
    assert lease is not None
    return lease


def now_is(run: Run) -> Run:
    found = get_run(run.user_id, run.id)
    assert found is not None
    return found


def test_a_run_that_is_taken_is_taken_once(run: Run) -> None:
    taken(run)
    assert take(run.id) is None


def test_no_more_of_one_users_runs_are_carried_out_than_may_be_and_others_are_not_kept_waiting(
    ada: Person, bob: Person
) -> None:
    first, second, third = (start(ada) for _ in range(3))
    taken(first)
    taken(second)
    assert take(third.id) is None
    taken(start(bob))
    cancel_run(ada.id, first.id)
    taken(third)


def test_a_place_that_becomes_free_goes_to_the_one_that_has_waited_longest(app: Flask, ada: Person) -> None:
    busy = [start(ada), start(ada)]
    leases = [taken(run) for run in busy]
    waiting = [start(ada), start(ada)]
    for run in waiting:
        hand_over(run)
    assert work_off(app) == 2  # they were looked at, and had to wait
    assert [now_is(run).status for run in waiting] == ["queued", "queued"]
    for run in busy:
        cancel_run(ada.id, run.id)
    app.extensions["queue"].put(waiting[0].id)
    work_off(app)
    assert [now_is(run).status for run in waiting] == ["succeeded", "succeeded"]
    with pytest.raises(Lost):
        hold(leases[0])


def test_a_worker_that_was_given_up_changes_nothing_any_more(run: Run) -> None:
    old = taken(run)
    with time_machine.travel(NOW, tick=False):
        begin_step(old, 1)
    with time_machine.travel(NOW + LEASE_SECONDS + 1, tick=False):
        assert resume_runs() == 1
    new = taken(run, NOW + LEASE_SECONDS + 1)
    finish_step(new, 1, Generated("by the new one"), 1, last=False)
    changes: list[Callable[[], None]] = [
        lambda: hold(old),
        lambda: begin_step(old, 1),
        lambda: show_progress(old, 1, "late"),
        lambda: finish_step(old, 1, Generated("late"), 1, last=True),
    ]
    for late in changes:
        with pytest.raises(Lost):
            late()
    assert [step.output for step in now_is(run).steps] == ["by the new one", ""]
    assert now_is(run).status == "running"


def test_a_worker_that_is_heard_of_keeps_its_run(run: Run) -> None:
    lease = taken(run)
    with time_machine.travel(NOW + LEASE_SECONDS - 1, tick=False):
        hold(lease)
    with time_machine.travel(NOW + LEASE_SECONDS + 1, tick=False):
        assert resume_runs() == 0
        hold(lease)


def test_a_run_that_never_came_into_the_queue_is_put_there(app: Flask, run: Run) -> None:
    with time_machine.travel(NOW + LEASE_SECONDS, tick=False):
        assert resume_runs() == 0
    with time_machine.travel(NOW + LEASE_SECONDS + 1, tick=False):
        assert resume_runs() == 1
        assert resume_runs() == 0  # not once for each worker
    work_off(app)
    assert now_is(run).status == "succeeded"


def test_a_run_that_kills_each_worker_is_ended(run: Run) -> None:
    for attempt in range(MOST_ATTEMPTS):
        moment = NOW + attempt * (LEASE_SECONDS + 1)
        taken(run, moment)
        with time_machine.travel(moment + LEASE_SECONDS + 1, tick=False):
            assert resume_runs() == 1
    assert take(run.id) is None
    assert (now_is(run).status, now_is(run).error_code) == ("failed", "worker_died")


def test_a_finished_step_gives_the_next_one_all_attempts(run: Run) -> None:
    lease = taken(run)
    finish_step(lease, 1, Generated("x"), 1, last=False)
    assert now_is(run).attempts == 0


def test_each_change_of_a_run_has_a_revision_of_its_own(run: Run) -> None:
    seen = [now_is(run).revision]
    lease = taken(run)
    steps: list[Callable[[], None]] = [
        lambda: begin_step(lease, 1),
        lambda: show_progress(lease, 1, "so"),
        lambda: finish_step(lease, 1, Generated("so far"), 1, last=False),
    ]
    for step in steps:
        step()
        found = now_is(run)
        assert found.steps[0].revision == found.revision
        seen.append(found.revision)
    assert seen == sorted(set(seen))


def test_old_runs_are_deleted_and_unfinished_ones_are_not(app: Flask, ada: Person) -> None:
    done, unfinished = start(ada), start(ada)
    with time_machine.travel(NOW, tick=False):
        cancel_run(ada.id, done.id)
    with time_machine.travel(NOW + 90 * 86400, tick=False):
        purge_all(app)
    assert get_run(ada.id, done.id) is not None
    with time_machine.travel(NOW + 90 * 86400 + 1, tick=False):
        purge_all(app)
    assert get_run(ada.id, done.id) is None
    assert get_run(ada.id, unfinished.id) is not None
