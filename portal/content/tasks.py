"""Tasks: list, read, create."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.content.models import Task
from portal.content.ownership import get_owned, keep, list_owned


def list_tasks(user_id: int, page: int, limit: int) -> tuple[list[Task], int]:
    """One page of a user's tasks, newest first, and how many there are on all pages.

    Args:
        user_id: whose.
        page: which page, from 1.
        limit: tasks on a page.
    """
    return list_owned(Task, user_id, page, limit)


def get_task(user_id: int, task_id: int) -> Task | None:
    """One of a user's tasks; None if there is none with that id, or it is somebody else's."""
    return get_owned(Task, user_id, task_id)


def create_task(
    user_id: int,
    name: str,
    steps: Sequence[Mapping[str, Any]],
    *,
    description: str = "",
    active: bool = True,
) -> Task:
    """Keep a new task.

    Args:
        user_id: whose.
        name: what the user calls it.
        steps: in order, such as `{"skill_id": "123", "name": "Draft"}`; ids as the strings of the API.
        description: what it is good for.
        active: whether it may be run.
    """
    return keep(
        Task(
            user_id=user_id,
            name=name,
            steps=[dict(step) for step in steps],
            description=description,
            active=active,
        )
    )
