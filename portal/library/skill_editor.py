"""Writing a skill, and changing it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.config import current_settings
from portal.content.categories import list_categories
from portal.content.faults import Faulty
from portal.content.models import MOST_SKILL_CONTEXTS, MOST_VARIABLES, Skill
from portal.content.ownership import ChangedMeanwhile, TooMany
from portal.content.skills import create_skill, get_skill, update_skill
from portal.library.blueprint import blueprint
from portal.library.lists import MOST_SEARCHED
from portal.library.outcomes import say_full, say_saved
from portal.library.skill_contexts import name_contexts, offer_contexts
from portal.library.skill_form import SkillForm
from portal.library.skill_pages import SKILL

_GONE = "It was deleted since you opened it. What you wrote is below; saving it makes a new skill."


@blueprint.route("/skills/new", methods=["GET", "POST"])
@login_required
def new_skill() -> ResponseReturnValue:
    """Write one."""
    form = SkillForm()
    if request.method == "GET":
        return _show(form)
    if focus := form.change_rows():
        return _show(form, focus=focus)
    if not form.validate():
        return _show(form), 422
    try:
        skill = create_skill(current_user.user_id, **form.details())
    except Faulty as error:
        form.mark(error.faults)
        return _show(form), 422
    except TooMany as error:
        return _show(form, problem=say_full(error)), 422
    flash("The skill is saved. Try it here.", "success")
    return redirect(url_for("library.skill", skill_id=skill.id), 303)


@blueprint.route(f"{SKILL}/edit", methods=["GET", "POST"])
@login_required
def edit_skill(skill_id: int) -> ResponseReturnValue:
    """Change one, if it is still as the form's reader knew it."""
    skill = get_skill(current_user.user_id, skill_id)
    if request.method == "GET":
        return _show(SkillForm.about(skill), skill) if skill else abort(404)
    form = SkillForm()
    if skill is None:
        return _show(form, problem=_GONE), 404
    if focus := form.change_rows():
        return _show(form, skill, focus=focus)
    if not form.validate():
        return _show(form, skill), 422
    try:
        changed = update_skill(current_user.user_id, skill_id, form.details(), version=int(form.version.data or 0))
    except Faulty as error:
        form.mark(error.faults)
        return _show(form, skill), 422
    except ChangedMeanwhile:
        form.version.data = str(skill.version)
        return _show(form, skill, conflict=True), 409
    if changed is None:
        return _show(form, problem=_GONE), 404
    say_saved("skill", skill, changed)
    return redirect(url_for("library.skill", skill_id=skill_id), 303)


def _show(
    form: SkillForm,
    skill: Skill | None = None,
    *,
    problem: str | None = None,
    conflict: bool = False,
    focus: str | None = None,
) -> str:
    query = (form.search.data or "").replace("\0", "")[:MOST_SEARCHED]
    form.searched.data = query
    chosen = name_contexts(current_user.user_id, form.chosen)
    offered, total = offer_contexts(current_user.user_id, form.chosen, query)
    return render_template(
        "library/skill_form.html",
        form=form,
        skill={"id": skill.id, "name": skill.name, "updated": skill.updated_at} if skill else None,
        problem=problem,
        conflict=conflict,
        focus=focus,
        chosen=chosen,
        offered=offered,
        total=total,
        most_contexts=MOST_SKILL_CONTEXTS,
        most_variables=MOST_VARIABLES,
        categories=list_categories(Skill, current_user.user_id),
        local=current_settings().generator == "local",
    )
