"""What cannot be undone, or stops an app for everybody: suspend it, take all access back, delete it."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.accounts.fresh_sign_in import require_fresh_sign_in, signed_in_freshly
from portal.developer.own_apps import own_app, show_app
from portal.developer.pages import blueprint
from portal.foundation.forms import PostedForm, line
from portal.oauth import client_endings
from portal.oauth.client_endings import NotItsName, SuspendedByOperator, count_reach
from portal.oauth.models import Client


class DeletionForm(PostedForm):
    """The app's name, typed."""

    typed_name = line("Type the app’s name", 200)


@blueprint.get("/developer/oauth-apps/<client_id>/danger-zone")
@login_required
def danger_zone(client_id: str) -> ResponseReturnValue:
    """What can be ended, and who would notice."""
    return _show(own_app(client_id), DeletionForm())


def _show(client: Client, form: DeletionForm) -> str:
    return show_app(
        "developer/danger_zone.html",
        client,
        tab="developer.danger_zone",
        form=form,
        reach=count_reach(client.id),
        fresh=signed_in_freshly(),
    )


@blueprint.post("/developer/oauth-apps/<client_id>/suspend")
@login_required
@require_fresh_sign_in("developer.danger_zone")
def suspend(client_id: str) -> ResponseReturnValue:
    """Refuse all of an app's tokens until it is resumed."""
    try:
        reach = client_endings.suspend_client(current_user.user_id, client_id, actor=current_user.name)
    except LookupError:
        abort(404)
    if reach:
        flash(f"The app is suspended. Nothing works any more for {reach}. Resume it to undo this.", "success")
    else:
        flash("The app was already suspended.")
    return redirect(url_for("developer.danger_zone", client_id=client_id), 303)


@blueprint.post("/developer/oauth-apps/<client_id>/resume")
@login_required
@require_fresh_sign_in("developer.danger_zone")
def resume(client_id: str) -> ResponseReturnValue:
    """Let a suspended app work again."""
    try:
        reach = client_endings.resume_client(current_user.user_id, client_id, actor=current_user.name)
    except LookupError:
        abort(404)
    except SuspendedByOperator:
        flash("ContextFile suspended the app, so only ContextFile can resume it. Its page says why.", "error")
        return redirect(url_for("developer.danger_zone", client_id=client_id), 303)
    if reach:
        flash(f"The app works again, for {reach}.", "success")
    else:
        flash("The app was not suspended.")
    return redirect(url_for("developer.danger_zone", client_id=client_id), 303)


@blueprint.post("/developer/oauth-apps/<client_id>/revoke-all-access")
@login_required
@require_fresh_sign_in("developer.danger_zone")
def revoke_all_access(client_id: str) -> ResponseReturnValue:
    """Take back what every user has allowed."""
    try:
        reach = client_endings.revoke_all_access(current_user.user_id, client_id, actor=current_user.name)
    except LookupError:
        abort(404)
    flash(f"All access is revoked: {reach} ended. Users have to allow the app anew.", "success")
    return redirect(url_for("developer.danger_zone", client_id=client_id), 303)


@blueprint.post("/developer/oauth-apps/<client_id>/delete")
@login_required
@require_fresh_sign_in("developer.danger_zone")
def delete(client_id: str) -> ResponseReturnValue:
    """Delete the app, if its name was typed."""
    client, form = own_app(client_id), DeletionForm()
    if not form.validate_on_submit():
        return _show(client, form), 422
    typed = form.typed_name.data or ""
    try:
        reach = client_endings.delete_client(current_user.user_id, client_id, typed_name=typed)
    except LookupError:
        abort(404)
    except NotItsName as error:
        said = f"You typed “{typed}”" if typed else "You typed nothing"
        form.typed_name.errors = [f"{said}; the app’s name is “{error.name}”. Type it as it is here."]
        return _show(client, form), 422
    flash(f"{client.name} is deleted. {reach} ended with it.", "success")
    return redirect(url_for("developer.apps"), 303)
