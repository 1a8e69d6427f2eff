"""What a page does, and says, after a change that contexts, skills and tasks have in common."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import abort, flash, request
from flask_login import current_user

from portal.content.models import Owned, Skill, Task
from portal.content.ownership import TooMany

Switchable = TypeVar("Switchable", Skill, Task)


def say_saved(kind: str, before: Owned, after: Owned) -> None:
    """Say that an object is saved, or that there was nothing to save.

    Args:
        kind: what it is called, such as `context`.
    """
    if after.version == before.version:
        flash("Nothing was changed: that is what was there already.")
    else:
        flash(f"The {kind} is saved.", "success")


def say_full(error: TooMany) -> str:
    """What a form says when there is no room for another object."""
    kind = error.kind.removesuffix("s") if error.most == 1 else error.kind
    return f"You have {error.most:,} {kind}, which is the most. Delete one first."


def turn(update: Callable[[int, int, Mapping[str, Any]], Switchable | None], object_id: int) -> None:
    """Turn a skill or a task on or off, as the form says; nothing else of it changes, whoever edits it meanwhile.

    Args:
        update: the use case that changes it; 404 if it finds none.
    """
    active = request.form.get("active") == "on"
    found = update(current_user.user_id, object_id, {"active": active})
    if found is None:
        abort(404)
    flash(f"“{found.name}” is turned {'on' if active else 'off: nothing can run it until you turn it on'}.", "success")
