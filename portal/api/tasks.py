"""`/tasks`: list, read, create, change and delete the user's tasks."""

from collections.abc import Mapping
from typing import Annotated, Any

from flask import Blueprint, url_for
from pydantic import BaseModel, BeforeValidator, ConfigDict

from portal.api.envelope import SHOWN, Answer, AnswerPage, Id, Time, id_text
from portal.api.fields import Fields
from portal.api.inputs import found, read_id
from portal.api.narrowing import Narrowing
from portal.api.operation import operation
from portal.api.protection import current_access
from portal.api.task_bodies import WRITTEN, NewTask, Source, TaskChanges
from portal.content import tasks
from portal.content.once import Once
from portal.content.steps import default_source


class Step(BaseModel):
    """A step of a task."""

    model_config = ConfigDict(**SHOWN, json_schema_serialization_defaults_required=True)

    skill_id: Id
    """The skill that it carries out; it may have been deleted since."""
    name: str = ""
    """What it is called; if empty, it has the skill’s name."""
    input: Source
    """Where the skill’s input comes from."""
    variables: dict[str, Source] = {}
    """Where the values of the skill’s variables come from, by name. Those that are missing have their defaults."""


def _with_sources(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps with the source that each has if it names none."""
    return [{"input": default_source(position), **step} for position, step in enumerate(steps, 1)]


class Task(BaseModel):
    """A workflow: skills in the order in which they feed each other."""

    model_config = ConfigDict(
        **SHOWN,
        json_schema_extra={
            "examples": [
                {
                    "id": "4611686018427387907",
                    **WRITTEN,
                    "version": 3,
                    "created_at": "2026-01-31T09:30:00Z",
                    "updated_at": "2026-02-01T10:00:00Z",
                }
            ]
        },
    )

    id: Id
    """Names the task in its address."""
    name: str
    """What the user calls it."""
    description: str
    """What it is good for; may be empty."""
    category: str
    """What sort of task it is, in a word of the user’s."""
    active: bool
    """Whether it may be run."""
    steps: Annotated[list[Step], BeforeValidator(_with_sources)]
    """Its steps, in the order in which they are carried out."""
    version: int
    """Grows with each change. In quotes it is the ETag, and what `If-Match` takes."""
    created_at: Time
    """When it was made."""
    updated_at: Time
    """When it was last changed."""


class TasksPage(Narrowing):
    """The query of `GET /tasks`."""


@operation("tasks:read", query=TasksPage, answer=AnswerPage[Task])
def list_tasks(query: TasksPage) -> AnswerPage[Task]:
    """List the user’s tasks."""
    page = tasks.list_tasks(current_access().user_id, query.wanted(query.where()))
    return AnswerPage[Task].of(page, query)


@operation("tasks:write", body=NewTask, answer=Answer[Task], status=201, once=True, shows="tasks:read")
def create_task(body: NewTask, once: Once | None) -> tuple[Answer[Task], Mapping[str, str]]:
    """Keep a new task."""
    task = tasks.create_task(current_access().user_id, **body.whole(), once=once)
    return Answer[Task].of(task), {"Location": url_for(".read_task", task_id=id_text(task.id))}


@operation("tasks:read", query=Fields, answer=Answer[Task], versioned=True)
def read_task(task_id: str, query: Fields) -> Answer[Task]:
    """Read one task."""
    task = tasks.get_task(current_access().user_id, read_id(task_id))
    return Answer[Task].of(found("task", task_id, task), query)


@operation("tasks:write", body=TaskChanges, answer=Answer[Task], versioned=True, shows="tasks:read")
def update_task(task_id: str, body: TaskChanges, version: int | None) -> Answer[Task]:
    """Change the fields of a task that the body names."""
    task = tasks.update_task(current_access().user_id, read_id(task_id), body.named(), version)
    return Answer[Task].of(found("task", task_id, task))


@operation("tasks:write", body=NewTask, answer=Answer[Task], versioned=True)
def replace_task(task_id: str, body: NewTask, version: int | None) -> Answer[Task]:
    """Replace a task: fields that the body leaves out get their defaults."""
    task = tasks.update_task(current_access().user_id, read_id(task_id), body.whole(), version)
    return Answer[Task].of(found("task", task_id, task))


@operation("tasks:write", status=204, versioned=True)
def delete_task(task_id: str, version: int | None) -> None:
    """Delete one task. Its runs stay."""
    deleted = tasks.delete_task(current_access().user_id, read_id(task_id), version)
    found("task", task_id, deleted or None)


def add_routes(blueprint: Blueprint) -> None:
    """The addresses of this file."""
    blueprint.get("/tasks")(list_tasks)
    blueprint.post("/tasks")(create_task)
    blueprint.get("/tasks/<task_id>")(read_task)
    blueprint.patch("/tasks/<task_id>")(update_task)
    blueprint.put("/tasks/<task_id>")(replace_task)
    blueprint.delete("/tasks/<task_id>")(delete_task)
