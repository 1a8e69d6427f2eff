"""Writing a task and changing it: the form, and the buttons between its steps, which keep nothing."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.content.categories import list_categories
from portal.content.faults import Faulty
from portal.content.listing import Wanted
from portal.content.models import MOST_STEPS, Task
from portal.content.ownership import ChangedMeanwhile, TooMany
from portal.content.skills import list_skills
from portal.content.tasks import create_task, get_task, update_task
from portal.library.blueprint import blueprint
from portal.library.outcomes import say_full, say_saved
from portal.library.task_form import TaskForm
from portal.library.task_pages import TASK, own_task
from portal.library.task_step_fields import describe_rows
from portal.library.task_step_rows import Skills

_GONE = "It was deleted since you opened it. What you wrote is below; saving it makes a new task."


@blueprint.get("/tasks/new")
@login_required
def new_task() -> ResponseReturnValue:
    """An empty form."""
    skills = _skills()
    return _show(TaskForm.empty(), skills, skill_first=not skills)


@blueprint.post("/tasks/new", endpoint="create_task")
@login_required
def create() -> ResponseReturnValue:
    """Keep a new task."""
    skills = _skills()
    form = TaskForm.sent(skills)
    if form.change_rows():
        return _show(form, skills)
    if not form.is_good(current_user.user_id, skills):
        return _show(form, skills), 422
    try:
        task = create_task(current_user.user_id, **form.fields())
    except Faulty as error:  # a skill was changed or deleted meanwhile
        form.mark(error.faults)
        return _show(form, skills), 422
    except TooMany as error:
        return _show(form, skills, problem=say_full(error)), 422
    flash(f"“{task.name}” is saved.", "success")
    return redirect(url_for("library.task", task_id=task.id), 303)


@blueprint.get(f"{TASK}/edit")
@login_required
def edit_task(task_id: int) -> ResponseReturnValue:
    """The form as the task is."""
    task, skills = own_task(task_id), _skills()
    return _show(TaskForm.about(task, skills), skills, task)


@blueprint.post(f"{TASK}/edit", endpoint="save_task")
@login_required
def save(task_id: int) -> ResponseReturnValue:
    """Change a task, unless it is another by now than the one that was shown."""
    task, skills = get_task(current_user.user_id, task_id), _skills()
    form = TaskForm.sent(skills)
    changed = form.change_rows()
    if task is None:
        return _show(form, skills, problem=_GONE), 404
    if changed:
        return _show(form, skills, task)
    if not form.is_good(current_user.user_id, skills):
        return _show(form, skills, task), 422
    try:
        saved = update_task(current_user.user_id, task_id, form.fields(), form.known_version())
    except Faulty as error:  # a skill was changed or deleted meanwhile
        form.mark(error.faults)
        return _show(form, skills, task), 422
    except ChangedMeanwhile:
        form.version.data = str(task.version)
        return _show(form, skills, task, conflict=True), 409
    if saved is None:
        return _show(form, skills, problem=_GONE), 404
    say_saved("task", task, saved)
    return redirect(url_for("library.task", task_id=task_id), 303)


def _show(
    form: TaskForm,
    skills: Skills,
    task: Task | None = None,
    *,
    problem: str | None = None,
    conflict: bool = False,
    skill_first: bool = False,
) -> str:
    return render_template(
        "library/task_form.html",
        form=form,
        task=task,
        problem=problem or bool(form.faults) or conflict,
        said=problem,
        conflict=conflict,
        rows=describe_rows(form.rows, skills, form.faults),
        usable=any(skill.active for skill in skills.values()),
        skill_first=skill_first,
        most=MOST_STEPS,
        categories=list_categories(Task, current_user.user_id),
    )


def _skills() -> Skills:
    """All of the user's skills by id, in the order of their names, without the prompts."""
    everything = Wanted(limit=10_000, sort="name", without=("template",))
    return {skill.id: skill for skill in list_skills(current_user.user_id, everything).items}
