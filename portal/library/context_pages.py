"""Pages of contexts: the list, one as it reads and as a file, and deleting it."""

from io import BytesIO

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.content import contexts as use_cases
from portal.content.models import Context
from portal.content.skills import skills_using
from portal.foundation.markdown import is_long, render_markdown
from portal.library.blueprint import KEY, blueprint
from portal.library.context_files import FileNames, send_as_file
from portal.library.lists import show_list

CONTEXT = f"/contexts/<{KEY}:context_id>"


def own_context(context_id: int) -> Context:
    """The signed-in user's context with this id; 404 if there is none, or it is somebody else's."""
    context = use_cases.get_context(current_user.user_id, context_id)
    if context is None:
        abort(404)
    return context


@blueprint.get("/contexts")
@login_required
def contexts() -> ResponseReturnValue:
    """The user's contexts: a page of all, or of those that were searched for."""
    user_id = current_user.user_id
    listing = show_list(use_cases.list_contexts, user_id, "context_type", without=("content",))
    types = use_cases.list_types(user_id)
    shown = [*types, listing.kind] if listing.kind and listing.kind not in types else types
    return render_template("library/contexts.html", listing=listing, types=shown, any=bool(types))


@blueprint.get(CONTEXT)
@login_required
def context(context_id: int) -> ResponseReturnValue:
    """One context, as it reads."""
    found = own_context(context_id)
    return render_template(
        "library/context.html",
        context=found,
        text=render_markdown(found.content),
        long=is_long(found.content),
        skills=skills_using(current_user.user_id, context_id),
    )


@blueprint.get(f"{CONTEXT}.md")
@login_required
def context_file(context_id: int) -> Response:
    """One context, as a file."""
    found = own_context(context_id)
    return send_as_file(BytesIO(found.content.encode()), "text/markdown", FileNames().of(found.name))


@blueprint.route(f"{CONTEXT}/delete", methods=["GET", "POST"])
@login_required
def delete_context(context_id: int) -> ResponseReturnValue:
    """Ask whether it is meant, naming the skills that use it; then delete it."""
    found = own_context(context_id)
    if request.method == "GET":
        skills = skills_using(current_user.user_id, context_id)
        return render_template("library/context_delete.html", context=found, skills=skills)
    use_cases.delete_context(current_user.user_id, context_id)
    flash(f"The context “{found.name}” is deleted.", "success")
    return redirect(url_for("library.contexts"), 303)
