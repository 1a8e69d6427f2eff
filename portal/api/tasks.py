"""`/tasks`: list and read the user's tasks."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.api.envelope import Fields, answer, answer_page, id_text, time_text
from portal.api.inputs import found, read_id, read_query
from portal.api.pagination import Paging
from portal.api.protection import current_access, require_scope
from portal.content import tasks
from portal.content.models import Task


def _fields(task: Task) -> Fields:
    return {
        "id": id_text(task.id),
        "name": task.name,
        "description": task.description,
        "steps": task.steps,
        "active": task.active,
        "created_at": time_text(task.created_at),
        "updated_at": time_text(task.updated_at),
    }


@require_scope("tasks:read")
def list_tasks() -> ResponseReturnValue:
    """One page of the user's tasks, newest first."""
    query = read_query(Paging)
    items, total = tasks.list_tasks(current_access().user_id, query.page, query.limit)
    return answer_page([_fields(task) for task in items], total, query)


@require_scope("tasks:read")
def read_task(task_id: str) -> ResponseReturnValue:
    """One task."""
    task = tasks.get_task(current_access().user_id, read_id(task_id))
    return answer(_fields(found("task", task_id, task)))


def add_routes(blueprint: Blueprint) -> None:
    """The addresses of this file."""
    blueprint.get("/tasks")(list_tasks)
    blueprint.get("/tasks/<task_id>")(read_task)
