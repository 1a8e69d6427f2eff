"""Carrying skills and tasks out: `POST /skills/{id}/execute`, `POST /tasks/{id}/execute` and its other name `/run`."""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from flask import Blueprint, url_for
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from portal.api.envelope import Answer, id_text
from portal.api.inputs import HAS_NO_NUL, WithoutNul, at_most, found, read_id
from portal.api.operation import operation
from portal.api.preferences import read_wait
from portal.api.protection import current_access
from portal.api.run_answers import Run, show_run
from portal.content import run_models, runs
from portal.content.models import MOST_VARIABLES
from portal.content.once import Once
from portal.content.queue import hand_over
from portal.content.runs import INPUT_LENGTH, Starter
from portal.content.skills import get_skill
from portal.content.tasks import get_task
from portal.oauth.clients import find_client

SKILL_WAIT = 20
"""Seconds that a skill's execution waits for its end unless the client says otherwise; a task's does not wait."""
Given = Annotated[str, StringConstraints(max_length=INPUT_LENGTH), WithoutNul, HAS_NO_NUL]
Started: TypeAlias = tuple[Answer[Run], Mapping[str, str], int]


class SkillExecution(BaseModel):
    """What a skill is given. Any other field is refused."""

    model_config = ConfigDict(
        extra="forbid",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"input": "Opened in May.", "variables": {"topic": "The new roastery"}}]},
    )

    input: Given = ""
    """The text that its template has as `input`."""
    variables: Annotated[dict[str, Given], at_most(MOST_VARIABLES)] = Field(
        default_factory=dict, max_length=MOST_VARIABLES
    )
    """Values of the variables that it declares, by name; those that have a default may be left out."""


class TaskExecution(BaseModel):
    """What a task is given. Any other field is refused."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, json_schema_extra={"examples": [{"input": "Opened in May."}]}
    )

    input: Given = ""
    """The text that its steps can take as their input."""


@operation("skills:execute", body=SkillExecution, answer=Answer[Run], once=True, execution=True)
def execute_skill(skill_id: str, body: SkillExecution, once: Once | None) -> Started:
    """Run a skill, and wait for what it generates.

    Waits up to 20 seconds, or as long as the header `Prefer: wait=10` says, which is at most 30;
    `Prefer: respond-async` does not wait. 200 is a finished run, and that includes one that failed: its `status` is
    `failed`, and its `error` says why. 202 is a run that goes on: read it, or follow its events, at the address in
    `Location`.
    """
    skill = found("skill", skill_id, get_skill(current_access().user_id, read_id(skill_id)))
    run = runs.start_skill_run(skill.user_id, skill, body.input, body.variables, _starter(), once)
    return _carried_out(run, SKILL_WAIT)


@operation("tasks:execute", body=TaskExecution, answer=Answer[Run], once=True, execution=True)
def execute_task(task_id: str, body: TaskExecution, once: Once | None) -> Started:
    """Run a task.

    Answers 202 with a run that goes on: read it, or follow its events, at the address in `Location`. With the header
    `Prefer: wait=10` it waits so many seconds, at most 30, and answers 200 if the run finished in that time, also if
    it failed: then its `status` is `failed`, and its `error` says why.
    """
    return _carry_out_task(task_id, body, once)


@operation("tasks:execute", body=TaskExecution, answer=Answer[Run], once=True, execution=True)
def run_task(task_id: str, body: TaskExecution, once: Once | None) -> Started:
    """Run a task: another name of `execute`.

    Everything is as at `/tasks/{task_id}/execute`.
    """
    return _carry_out_task(task_id, body, once)


def _carry_out_task(task_id: str, body: TaskExecution, once: Once | None) -> Started:
    task = found("task", task_id, get_task(current_access().user_id, read_id(task_id)))
    return _carried_out(runs.start_task_run(task.user_id, task, body.input, _starter(), once), 0)


def _starter() -> Starter:
    access = current_access()
    client = find_client(access.client_id)
    return Starter(access.client_key, client.name if client else "", access.authorization_id)


def _carried_out(run: run_models.Run, usual_wait: int) -> Started:
    seconds, applied = read_wait(usual_wait)
    run = hand_over(run, seconds)
    headers = {"Preference-Applied": applied} if applied else {}
    if run.status in run_models.FINISHED:
        return Answer[Run].of(show_run(run)), headers, 200
    headers["Location"] = url_for(".read_run", run_id=id_text(run.id))
    return Answer[Run].of(show_run(run)), headers, 202


def add_routes(blueprint: Blueprint) -> None:
    """The addresses of this file."""
    blueprint.post("/skills/<skill_id>/execute")(execute_skill)
    blueprint.post("/tasks/<task_id>/execute")(execute_task)
    blueprint.post("/tasks/<task_id>/run")(run_task)
