"""Registering an app, and its credentials, once."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.developer.apps import MOST_APPS, AlreadyRegistered, AppDetails, RegisteredApp, TooManyApps, register_app
from portal.developer.forms import NewAppForm
from portal.developer.pages import blueprint


@blueprint.route("/developer/oauth-apps/new", methods=["GET", "POST"])
@login_required
def new_app() -> ResponseReturnValue:
    """Register an app. The answer to the POST itself shows the secret, once: it is kept nowhere for a redirect."""
    form = NewAppForm()
    if request.method == "GET":
        form.once.data = secrets.token_urlsafe(16)
        return render_template("developer/new_app.html", form=form)
    if form.change_rows():
        form.logo.validate(form, [NewAppForm.validate_logo])  # an upload is kept across the change
        return render_template("developer/new_app.html", form=form)
    if not form.validate_on_submit():
        return render_template("developer/new_app.html", form=form), 422
    try:
        registered = register_app(current_user.user_id, _details(form), form_token=form.once.data or None)
    except AlreadyRegistered:
        flash("That form was already sent and its app is registered. A secret is shown only once.", "error")
        return redirect(url_for("developer.apps"), 303)
    except TooManyApps:
        problem = f"You have {MOST_APPS} apps, which is the most. Delete one first."
        return render_template("developer/new_app.html", form=form, problem=problem), 422
    return _show_credentials(form, registered)


def _details(form: NewAppForm) -> AppDetails:
    return AppDetails(
        name=str(form.name.data),
        description=form.description.data or "",
        homepage_url=form.homepage_url.data or "",
        type=form.type.data,
        redirect_uris=tuple(row.data for row in form.redirect_uris.entries if row.data),
        logo=form.accepted_logo,
    )


def _show_credentials(form: NewAppForm, registered: RegisteredApp) -> ResponseReturnValue:
    environment = [f"CONTEXTFILE_CLIENT_ID={registered.client_id}"]
    if registered.client_secret:
        environment.append(f"CONTEXTFILE_CLIENT_SECRET={registered.client_secret}")
    return render_template(
        "developer/credentials.html",
        app={"client_id": registered.client_id, "name": form.name.data, "type": form.type.data},
        client_secret=registered.client_secret,
        environment="\n".join(environment) + "\n",
        app_url=url_for("developer.app", client_id=registered.client_id),
    )
