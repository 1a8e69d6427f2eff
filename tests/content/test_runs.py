"""Starting, carrying out and ending runs, with the local generator."""

from typing import Any

import pytest
import time_machine
from flask import Flask

from portal.content.contexts import create_context, delete_context
from portal.content.faults import Faulty
from portal.content.listing import Wanted
from portal.content.models import Skill, Task
from portal.content.ownership import TooMany
from portal.content.queue import hand_over
from portal.content.run_models import Run
from portal.content.runs import NotActive, cancel_run, get_run, list_runs, start_skill_run, start_task_run
from portal.content.skills import create_skill, delete_skill, update_skill
from portal.content.tasks import create_task, update_task
from tests.factories import Person, make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.runs import work_off


def make_skill(person: Person, **wanted: Any) -> Skill:
    usual = {"template": "{{ tone }}: {{ input }}", "variables": [{"name": "tone", "default": "dry"}]}
    return create_skill(person.id, "Say", **{**usual, **wanted})


def make_task(person: Person, *steps: dict[str, Any]) -> Task:
    skill = make_skill(person)
    return create_task(person.id, "Say often", [{"skill_id": str(skill.id), **step} for step in steps])


def finish(app: Flask, run: Run) -> Run:
    hand_over(run)
    work_off(app)
    done = get_run(run.user_id, run.id)
    assert done is not None
    return done


def test_a_skill_gives_its_document_with_its_contexts_at_once(ada: Person) -> None:
    voice = create_context(ada.id, "Voice", "Plain words.\n")
    skill = make_skill(ada, configuration={"contexts": [str(voice.id)]})
    run = hand_over(start_skill_run(ada.id, skill, "hello", {"tone": "warm"}), 1)
    assert (run.status, run.error_code, run.generator) == ("succeeded", "", "local")
    (step,) = run.steps
    assert step.output == "Plain words.\n\n---\n\nwarm: hello"
    assert (step.status, step.input_tokens, step.output_tokens) == ("succeeded", None, None)
    assert step.milliseconds is not None
    assert run.created_at <= run.started_at <= run.finished_at  # type: ignore[operator]


def test_what_cannot_run_is_refused_before_there_is_a_run(ada: Person) -> None:
    voice = create_context(ada.id, "Voice", "")
    needy = make_skill(ada, variables=[{"name": "tone"}], configuration={"contexts": [str(voice.id)]})
    for values in ({}, {"tone": "dry", "mood": "x"}):
        with pytest.raises(Faulty):
            start_skill_run(ada.id, needy, "", values)
    delete_context(ada.id, voice.id)
    with pytest.raises(Faulty, match="was deleted"):
        start_skill_run(ada.id, needy, "", {"tone": "dry"})
    with pytest.raises(NotActive):
        start_skill_run(ada.id, make_skill(ada, active=False), "", {})
    assert list_runs(ada.id, Wanted()).total == 0


def test_a_task_that_cannot_run_is_refused_before_there_is_a_run(ada: Person) -> None:
    task = make_task(ada, {})
    (skill_id,) = {int(step["skill_id"]) for step in task.steps}
    with pytest.raises(Faulty, match="has none"):
        start_task_run(ada.id, make_task(ada), "")
    update_skill(ada.id, skill_id, {"template": "{{ who }}", "variables": [{"name": "who"}]})
    with pytest.raises(Faulty, match=r"steps\.0\.variables\.who"):
        start_task_run(ada.id, task, "")
    update_skill(ada.id, skill_id, {"active": False})
    with pytest.raises(Faulty, match="turned off"):
        start_task_run(ada.id, task, "")
    delete_skill(ada.id, skill_id)
    with pytest.raises(Faulty, match="was deleted"):
        start_task_run(ada.id, task, "")
    off = update_task(ada.id, task.id, {"active": False})
    assert off is not None
    with pytest.raises(NotActive):
        start_task_run(ada.id, off, "")


def test_each_step_gets_what_its_sources_say(app: Flask, ada: Person) -> None:
    task = make_task(
        ada,
        {},
        {"variables": {"tone": {"from": "input"}}},
        {"input": {"from": "step", "step": 1}, "variables": {"tone": {"text": "loud"}}},
    )
    run = finish(app, start_task_run(ada.id, task, "in"))
    assert [step.output for step in run.steps] == ["dry: in", "in: dry: in", "loud: dry: in"]
    assert [step.position for step in run.steps] == [1, 2, 3]
    assert run.status == "succeeded"


def test_a_run_keeps_the_skill_as_it_was_when_it_started(app: Flask, ada: Person) -> None:
    task = make_task(ada, {})
    run = start_task_run(ada.id, task, "in")
    delete_skill(ada.id, int(task.steps[0]["skill_id"]))
    assert finish(app, run).steps[0].output == "dry: in"


def test_a_step_that_fails_ends_the_run_with_the_reason(app: Flask, ada: Person) -> None:
    good, bad = make_skill(ada), make_skill(ada, template="{{ 1 / 0 }}")
    task = create_task(ada.id, "T", [{"skill_id": str(one.id)} for one in (good, bad, good)])
    run = finish(app, start_task_run(ada.id, task, "in"))
    assert (run.status, run.error_code) == ("failed", "template_failed")
    assert "division by zero" in run.error
    assert [step.status for step in run.steps] == ["succeeded", "failed", "failed"]
    assert "division by zero" in run.steps[1].error
    assert run.finished_at is not None


def test_a_cancelled_run_is_not_carried_out_and_a_finished_one_stays_as_it_is(app: Flask, ada: Person) -> None:
    run = start_task_run(ada.id, make_task(ada, {}, {}), "in")
    cancelled = cancel_run(ada.id, run.id)
    assert cancelled is not None
    assert (cancelled.status, cancelled.error_code) == ("cancelled", "cancelled")
    assert [step.status for step in cancelled.steps] == ["cancelled", "cancelled"]
    assert finish(app, run).steps[0].output == ""
    done = finish(app, start_task_run(ada.id, make_task(ada, {}), "in"))
    again = cancel_run(ada.id, done.id)
    assert again is not None
    assert again.status == "succeeded"


def test_somebody_elses_run_is_neither_read_nor_cancelled(ada: Person, bob: Person) -> None:
    run = start_task_run(ada.id, make_task(ada, {}), "in")
    assert get_run(bob.id, run.id) is None
    assert cancel_run(bob.id, run.id) is None
    assert list_runs(bob.id, Wanted()).total == 0
    kept = get_run(ada.id, run.id)
    assert kept is not None
    assert kept.status == "queued"


def test_nobody_has_more_unfinished_runs_than_one_may_have(make_app: MakeApp) -> None:
    app = make_app(most_waiting_runs=2)
    person = make_person(app)
    with app.app_context():
        task = make_task(person, {})
        first = start_task_run(person.id, task, "in")
        start_task_run(person.id, task, "in")
        with pytest.raises(TooMany):
            start_task_run(person.id, task, "in")
        cancel_run(person.id, first.id)
        start_task_run(person.id, task, "in")


def test_of_the_finished_runs_of_a_user_the_latest_are_kept(make_app: MakeApp) -> None:
    app = make_app(most_runs=2)
    person, other = make_person(app), make_person(app, name="Bob Kahn")
    with app.app_context():
        others = finish(app, start_task_run(other.id, make_task(other, {}), "in"))
        task, runs = make_task(person, {}), []
        for second in range(4):
            with time_machine.travel(1_790_000_000 + second, tick=False):
                runs.append(finish(app, start_task_run(person.id, task, "in")))
        unfinished = start_task_run(person.id, task, "in")
        assert [get_run(person.id, run.id) is not None for run in runs] == [False, False, True, True]
        assert get_run(person.id, unfinished.id) is not None
        assert get_run(other.id, others.id) is not None


def test_who_waits_for_a_place_gets_that_of_a_run_that_is_carried_out_at_once(app: Flask, ada: Person) -> None:
    waiting = start_task_run(ada.id, make_task(ada, {}), "in")
    assert hand_over(start_skill_run(ada.id, make_skill(ada), "in", {}), 1).status == "succeeded"
    work_off(app)  # nobody else has put it into the queue
    found = get_run(ada.id, waiting.id)
    assert found is not None
    assert found.status == "succeeded"
