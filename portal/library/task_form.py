"""The form of a task: its fields, the rows of its steps, and what is wrong with either."""

from collections.abc import Iterable
from typing import Any

from flask import request
from wtforms import HiddenField

from portal.content.faults import Fault, Faulty
from portal.content.models import Task
from portal.content.steps import check_steps
from portal.foundation.forms import PostedForm
from portal.library.fields import description_field, kind_field, name_field
from portal.library.task_step_rows import (
    Row,
    Skills,
    change_rows,
    faults_of,
    faults_of_unchosen,
    read_kept,
    read_sent,
    write_steps,
)

_LABELS = {"skill_id": "Skill", "name": "Name", "input": "Input"}


class TaskForm(PostedForm):
    """What somebody says of a task; its steps are `rows`."""

    name = name_field("Give the task a name.")
    category = kind_field("Category")
    description = description_field()
    version = HiddenField()
    """The one that this copy of the form was filled from."""

    rows: list[Row]
    faults: dict[str, str]
    """What is wrong with the rows, by the id of the field."""
    places: dict[str, str]
    """Where that is, in words."""

    @classmethod
    def sent(cls, skills: Skills) -> "TaskForm":
        """The form that this request brings."""
        return cls()._with(read_sent(request.form, skills))

    @classmethod
    def empty(cls) -> "TaskForm":
        """A new task's, with one step to begin with."""
        return cls()._with(change_rows([], "add"))

    @classmethod
    def about(cls, task: Task, skills: Skills) -> "TaskForm":
        """A task's, as it is kept; what cannot go on as it is, is marked."""
        form = cls(obj=task)._with(read_kept(task.steps, skills))
        form.mark(faults_of(form.rows))
        return form

    def change_rows(self) -> bool:
        """Change the rows if one of their buttons was pressed; True if so. Nothing is kept."""
        button = request.form.get("step")
        if button is None:
            return False
        self.rows = change_rows(self.rows, button)
        self.mark(faults_of(self.rows))
        return True

    def is_good(self, user_id: int, skills: Skills) -> bool:
        """Whether all of it can be kept; if not, all that is wrong is marked."""
        good = self.validate_on_submit()
        self.mark([*faults_of(self.rows), *faults_of_unchosen(self.rows, skills)])
        steps = write_steps(self.rows)
        for step in steps:
            if not step["skill_id"].isdecimal():  # not chosen, which is marked already; nobody's skill has this id
                step["skill_id"] = "0"
        try:
            check_steps(user_id, steps)
        except Faulty as error:
            self.mark(error.faults)
        return good and not self.faults

    def mark(self, faults: Iterable[Fault]) -> None:
        """Mark fields of rows as wrong; what was said of one first stays."""
        for fault in faults:
            field = "-".join(map(str, fault.path))
            self.faults.setdefault(field, fault.text)
            self.places.setdefault(field, _place(fault))

    def fields(self) -> dict[str, Any]:
        """What a task is made of, as use cases take it."""
        return {
            "name": self.name.data,
            "category": self.category.data,
            "description": self.description.data or "",
            "steps": write_steps(self.rows),
        }

    def known_version(self) -> int:
        """The version that this copy was filled from; 0, which none has, if that cannot be read."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    def _with(self, rows: list[Row]) -> "TaskForm":
        self.rows, self.faults, self.places = rows, {}, {}
        return self


def _place(fault: Fault) -> str:
    """Where a fault is, such as “Step 2, tone”."""
    _, *rest = fault.path
    if not rest:
        return "Steps"
    place, *names = rest
    last = str(names[1]) if len(names) > 1 and names[0] == "variables" else _LABELS.get(str(names[0]), str(names[0]))
    return f"Step {int(place) + 1}, {last}"
