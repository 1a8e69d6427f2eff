"""Writing a context: a new one, or one that is there; with a preview that saves nothing."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.content.contexts import ContextTooLarge, create_context, get_context, list_types, update_context
from portal.content.models import Context
from portal.content.ownership import ChangedMeanwhile, TooMany
from portal.foundation.markdown import is_long, render_markdown
from portal.library.blueprint import blueprint
from portal.library.context_form import ContextForm
from portal.library.context_pages import CONTEXT
from portal.library.outcomes import say_full, say_saved

_GONE = "It was deleted since you opened it. What you wrote is below; saving it makes a new context."


@blueprint.route("/contexts/new", methods=["GET", "POST"])
@login_required
def new_context() -> ResponseReturnValue:
    """Write a new one."""
    form = ContextForm()
    if request.method == "GET" or "preview" in request.form:
        return _show(form)
    if not form.validate_on_submit():
        return _show(form), 422
    try:
        written = form.written
        made = create_context(
            current_user.user_id,
            written["name"],
            written["content"],
            written["description"],
            written["context_type"],
        )
    except ContextTooLarge as error:
        form.refuse_size(error)
        return _show(form), 422
    except TooMany as error:
        return _show(form, problem=say_full(error)), 422
    flash("The context is saved.", "success")
    return redirect(url_for("library.context", context_id=made.id), 303)


@blueprint.route(f"{CONTEXT}/edit", methods=["GET", "POST"])
@login_required
def edit_context(context_id: int) -> ResponseReturnValue:
    """Change one. What somebody else changed meanwhile is not overwritten unawares."""
    context = get_context(current_user.user_id, context_id)
    if request.method == "GET":
        return _show(ContextForm.of(context), context) if context else abort(404)
    form = ContextForm()
    if context is None:
        return _show(form, problem=_GONE), 404
    if "preview" in request.form:
        return _show(form, context)
    if not form.validate_on_submit():
        return _show(form, context), 422
    try:
        changed = update_context(current_user.user_id, context_id, form.written, form.known_version)
    except ContextTooLarge as error:
        form.refuse_size(error)
        return _show(form, context), 422
    except ChangedMeanwhile:
        form.version.data = str(context.version)
        return _show(form, context, conflict=True), 409
    if changed is None:
        return _show(form, problem=_GONE), 404
    say_saved("context", context, changed)
    return redirect(url_for("library.context", context_id=context_id), 303)


@blueprint.post("/contexts/preview")
@login_required
def preview_context() -> ResponseReturnValue:
    """A text as it will read, for the script that puts it beside the form."""
    content = request.form.get("content", "")
    return render_template("library/context_preview.html", **_rendered(content))


def _show(
    form: ContextForm, context: Context | None = None, *, problem: str | None = None, conflict: bool = False
) -> str:
    return render_template(
        "library/context_edit.html",
        form=form,
        context=context,
        types=list_types(current_user.user_id),
        problem=problem,
        conflict=conflict,
        **_rendered(form.content.data or ""),
    )


def _rendered(content: str) -> dict[str, object]:
    return {"text": render_markdown(content), "long": is_long(content)}
