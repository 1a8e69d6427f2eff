"""Pages of tasks: the list, one task with its steps and latest runs, running it, turning it off, deleting it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from wtforms.validators import Length

from portal.content.categories import list_categories
from portal.content.faults import Faulty
from portal.content.listing import Wanted
from portal.content.models import Task
from portal.content.ownership import TooMany
from portal.content.queue import hand_over
from portal.content.run_models import Run
from portal.content.runs import INPUT_LENGTH, NotActive, list_runs, start_task_run
from portal.content.tasks import delete_task, get_task, list_tasks, update_task
from portal.foundation.forms import PostedForm
from portal.library.blueprint import KEY, blueprint
from portal.library.fields import text_field
from portal.library.lists import show_list
from portal.library.outcomes import turn
from portal.library.run_words import name_run, say_too_many
from portal.library.task_flow import describe_steps, name_steps, say_faults

TASK = f"/tasks/<{KEY}:task_id>"
_LATEST = 5


class RunForm(PostedForm):
    """What a task is given."""

    input = text_field("Input", [Length(max=INPUT_LENGTH)])


@blueprint.get("/tasks")
@login_required
def tasks() -> ResponseReturnValue:
    """The user's tasks."""
    user_id = current_user.user_id
    listing = show_list(list_tasks, user_id, "category", switchable=True)
    categories = list_categories(Task, user_id)
    return render_template(
        "library/tasks.html",
        listing=listing,
        categories=categories,
        steps=name_steps(user_id, listing.items),
    )


@blueprint.get(TASK)
@login_required
def task(task_id: int) -> ResponseReturnValue:
    """One task: what it does, the form that runs it, and its latest runs."""
    return _show(own_task(task_id), RunForm())


@blueprint.post(f"{TASK}/run")
@login_required
def run_task(task_id: int) -> ResponseReturnValue:
    """Start a run, and lead to its page, where it can be watched."""
    found, form = own_task(task_id), RunForm()
    if not form.validate_on_submit():
        return _show(found, form), 422
    try:
        run = hand_over(start_task_run(current_user.user_id, found, form.input.data or ""))
    except NotActive:
        return _show(found, form, ["The task is turned off. Turn it on to run it."]), 422
    except TooMany as error:
        return _show(found, form, [say_too_many(error.most)]), 422
    except Faulty as error:
        return _show(found, form, say_faults(error)), 422
    return redirect(url_for("library.run", run_id=run.id), 303)


@blueprint.post(f"{TASK}/active")
@login_required
def turn_task(task_id: int) -> ResponseReturnValue:
    """Turn it on or off."""
    turn(update_task, task_id)
    return redirect(url_for("library.task", task_id=task_id), 303)


@blueprint.route(f"{TASK}/delete", methods=["GET", "POST"], endpoint="delete_task")
@login_required
def delete(task_id: int) -> ResponseReturnValue:
    """Ask first."""
    found = own_task(task_id)
    if request.method == "GET":
        return render_template("library/task_delete.html", task=found)
    delete_task(current_user.user_id, task_id)
    flash(f"“{found.name}” is deleted.", "success")
    return redirect(url_for("library.tasks"), 303)


def own_task(task_id: int) -> Task:
    """The signed-in user's task; 404 if there is none, or it is somebody else's."""
    found = get_task(current_user.user_id, task_id)
    if found is None:
        abort(404)
    return found


def _show(found: Task, form: RunForm, problems: list[str] | None = None) -> str:
    wanted = Wanted(limit=_LATEST, without=("input",))
    latest = list_runs(found.user_id, wanted, Run.kind == "task", Run.source_id == found.id)
    return render_template(
        "library/task.html",
        task=found,
        steps=describe_steps(found),
        form=form,
        problem=bool(problems),
        problems=problems,
        latest=[name_run(run) for run in latest.items],
    )
