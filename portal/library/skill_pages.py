"""Pages of skills: the list, one skill with a form to try it, turning it on and off, and deleting it."""

import re

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from markupsafe import Markup, escape

from portal.config import current_settings
from portal.content.categories import list_categories
from portal.content.faults import Faulty
from portal.content.listing import Wanted
from portal.content.models import Skill, Task
from portal.content.ownership import TooMany, list_all
from portal.content.queue import hand_over
from portal.content.run_models import Run
from portal.content.runs import NotActive, get_run, list_runs, start_skill_run
from portal.content.skills import delete_skill, get_skill, list_skills, update_skill
from portal.library.blueprint import KEY, blueprint
from portal.library.lists import show_list
from portal.library.outcomes import turn
from portal.library.run_words import describe_run, given_values, name_run, say_too_many
from portal.library.skill_contexts import name_contexts
from portal.library.skill_trial import TrialForm, name_of, trial_form

SKILL = f"/skills/<{KEY}:skill_id>"
_TAG = re.compile(r"(\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)|\{#.*?(?:#\}|\Z))", re.DOTALL)
"""To the end where one is not closed: looking for each anew would take time with the square of their number."""
_COLOURS = {"{{": "n", "{%": "k", "{#": "c"}
_OFF = "This skill is turned off. Turn it on to run it."


@blueprint.get("/skills")
@login_required
def skills() -> ResponseReturnValue:
    """A page of the user's skills."""
    listing = show_list(
        list_skills, current_user.user_id, "category", without=("template", "variables"), switchable=True
    )
    return render_template(
        "library/skills.html", listing=listing, categories=list_categories(Skill, current_user.user_id)
    )


@blueprint.get(SKILL)
@login_required
def skill(skill_id: int) -> ResponseReturnValue:
    """One skill, filled in and with the result as in the run that the address names."""
    found = own_skill(skill_id)
    form = trial_form(found)
    tried = _run_of(found, request.args.get("run", ""))
    if tried:
        form.input.data = tried.input
        for name, value in given_values(tried).items():
            if name_of(name) in form:
                form[name_of(name)].data = value
    return _show(found, form, tried)


@blueprint.post(f"{SKILL}/try")
@login_required
def try_skill(skill_id: int) -> ResponseReturnValue:
    """Run it with what was typed: back to its page with the result if that is quick, else to the run's page."""
    found = own_skill(skill_id)
    form = trial_form(found)
    if not form.validate():
        return _show(found, form), 422
    try:
        started = start_skill_run(current_user.user_id, found, form.input.data or "", form.values(found))
    except Faulty as error:
        return _show(found, form, problem=form.mark(error.faults)), 422
    except NotActive:
        return _show(found, form, problem=_OFF), 422
    except TooMany as error:
        return _show(found, form, problem=say_too_many(error.most)), 422
    run = hand_over(started, wait_seconds=1)
    if run.finished_at is None:
        return redirect(url_for("library.run", run_id=run.id), 303)
    return redirect(url_for("library.skill", skill_id=skill_id, run=run.id, _anchor="result"), 303)


@blueprint.post(f"{SKILL}/active")
@login_required
def turn_skill(skill_id: int) -> ResponseReturnValue:
    """Turn it on or off."""
    turn(update_skill, skill_id)
    return redirect(url_for("library.skill", skill_id=skill_id), 303)


@blueprint.route(f"{SKILL}/delete", methods=["GET", "POST"], endpoint="delete_skill")
@login_required
def delete(skill_id: int) -> ResponseReturnValue:
    """Ask first, and say which tasks it would stop."""
    found = own_skill(skill_id)
    if request.method == "POST":
        delete_skill(current_user.user_id, skill_id)
        flash(f"“{found.name}” is deleted.", "success")
        return redirect(url_for("library.skills"), 303)
    tasks = [
        {"id": task.id, "name": task.name}
        for task in list_all(Task, current_user.user_id)
        if any(step["skill_id"] == str(skill_id) for step in task.steps)
    ]
    return render_template("library/skill_delete.html", skill={"id": found.id, "name": found.name}, tasks=tasks)


def own_skill(skill_id: int) -> Skill:
    """A skill of who is signed in; somebody else's is not found."""
    found = get_skill(current_user.user_id, skill_id)
    if found is None:
        abort(404)
    return found


def _run_of(found: Skill, run_id: str) -> Run | None:
    """The run of this skill that an address names."""
    if not re.fullmatch("[0-9]{1,19}", run_id) or int(run_id) >= 2**63:
        return None
    return get_run(found.user_id, int(run_id), Run.kind == "skill", Run.source_id == found.id)


def _show(found: Skill, form: TrialForm, tried: Run | None = None, problem: str | None = None) -> str:
    ids = found.configuration.get("contexts", [])
    contexts = name_contexts(found.user_id, ids)
    wanted = Wanted(limit=5, without=("input",))
    latest = list_runs(found.user_id, wanted, Run.kind == "skill", Run.source_id == found.id)
    return render_template(
        "library/skill.html",
        skill={
            "id": found.id,
            "name": found.name,
            "description": found.description,
            "category": found.category,
            "active": found.active,
            "updated": found.updated_at,
            "template": _colour(found.template),
            "temperature": found.configuration.get("temperature"),
            "max_tokens": found.configuration.get("max_tokens"),
        },
        contexts=contexts,
        contexts_gone=len(ids) - len(contexts),
        form=form,
        fields=[(variable, form[name_of(variable["name"])]) for variable in found.variables],
        problem=problem,
        run=describe_run(tried) if tried else None,
        latest=[name_run(run) for run in latest.items],
        local=current_settings().generator == "local",
    )


def _colour(template: str) -> Markup:
    """A template with its tags in colours, in the classes of `css/code.css`."""
    return Markup().join(
        Markup('<span class="{}">{}</span>').format(_COLOURS[piece[:2]], piece) if place % 2 else escape(piece)
        for place, piece in enumerate(_TAG.split(template))
    )
