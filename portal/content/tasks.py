"""Tasks: list, read, create, change, delete."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.config import current_settings
from portal.content.listing import Page, Wanted, list_owned
from portal.content.models import DEFAULT_TYPE, Task
from portal.content.once import Once
from portal.content.ownership import change, get_owned, keep, remove
from portal.content.steps import check_steps


def list_tasks(user_id: int, wanted: Wanted) -> Page[Task]:
    """One page of a user's tasks, and how many there are on all pages."""
    return list_owned(Task, user_id, wanted)


def get_task(user_id: int, task_id: int) -> Task | None:
    """One of a user's tasks; None if there is none with that id, or it is somebody else's."""
    return get_owned(Task, user_id, task_id)


def create_task(
    user_id: int,
    name: str,
    steps: Sequence[Mapping[str, Any]],
    *,
    description: str = "",
    category: str = DEFAULT_TYPE,
    active: bool = True,
    once: Once | None = None,
) -> Task:
    """Keep a new task.

    Args:
        user_id: whose.
        name: what the user calls it.
        steps: in order, as `portal.content.steps` describes them.
        description: what it is good for.
        category: what sort of task it is, in a word.
        active: whether it may be run.
        once: says which request it is for.

    Raises:
        Faulty: a step cannot be carried out.
        TooMany: the user has as many tasks as one may have.
        KeyReused, GoneSince: see `portal.content.once`.
    """
    check_steps(user_id, steps)
    new = Task(
        user_id=user_id,
        name=name,
        steps=[dict(step) for step in steps],
        description=description,
        category=category,
        active=active,
    )
    return keep(new, current_settings().most_tasks, once)


def update_task(user_id: int, task_id: int, changes: Mapping[str, Any], version: int | None = None) -> Task | None:
    """Change some fields of a task.

    Args:
        changes: new values by field name, as `create_task` has them; the rest stays.
        version: the one that the caller has read; None to change whichever there is.

    Returns:
        The task as it is now; None if there is none with that id, or it is somebody else's.

    Raises:
        Faulty: a step cannot be carried out.
        ChangedMeanwhile: it has another version by now.
    """
    if "steps" in changes:
        check_steps(user_id, changes["steps"])
    return change(Task, user_id, task_id, changes, version)


def delete_task(user_id: int, task_id: int, version: int | None = None) -> bool:
    """Delete a task. False if there is none with that id, or it is somebody else's.

    Raises:
        ChangedMeanwhile: it is not the `version` that the caller has read.
    """
    return remove(Task, user_id, task_id, version)
