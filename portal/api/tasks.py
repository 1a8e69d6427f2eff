"""`/tasks`: list and read the user's tasks."""

from typing import Any

from flask import Blueprint
from pydantic import BaseModel, ConfigDict

from portal.api.envelope import SHOWN, Answer, AnswerPage, Id, Time
from portal.api.inputs import found, read_id
from portal.api.operation import operation
from portal.api.pagination import Paging
from portal.api.protection import current_access
from portal.content import tasks
from portal.content.listing import Wanted


class Task(BaseModel):
    """A workflow: skills in the order in which they feed each other."""

    model_config = ConfigDict(
        **SHOWN,
        json_schema_extra={
            "examples": [
                {
                    "id": "4611686018427387907",
                    "name": "Letter and teaser",
                    "description": "Drafts the letter, then a teaser for it.",
                    "steps": [{"skill_id": "4611686018427387906"}],
                    "active": True,
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
    steps: list[dict[str, Any]]
    """The skills in order, each with its `skill_id`."""
    active: bool
    """Whether it may be run."""
    created_at: Time
    """When it was made."""
    updated_at: Time
    """When it was last changed."""


@operation("tasks:read", query=Paging, answer=AnswerPage[Task])
def list_tasks(query: Paging) -> AnswerPage[Task]:
    """List the user’s tasks, newest first."""
    wanted = Wanted(query.page, query.limit)
    page = tasks.list_tasks(current_access().user_id, wanted)
    return AnswerPage[Task].of(page.items, page.total, query)


@operation("tasks:read", answer=Answer[Task])
def read_task(task_id: str) -> Answer[Task]:
    """Read one task."""
    task = tasks.get_task(current_access().user_id, read_id(task_id))
    return Answer[Task].of(found("task", task_id, task))


def add_routes(blueprint: Blueprint) -> None:
    """The addresses of this file."""
    blueprint.get("/tasks")(list_tasks)
    blueprint.get("/tasks/<task_id>")(read_task)
