"""Registering an app, and its credentials, once."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.config import current_settings
from portal.developer.apps import AlreadyRegistered, AppDetails, RegisteredApp, TooManyApps, register_app
from portal.developer.consent_preview import preview_new_app
from portal.developer.forms import DEVELOPMENT_URI, NewAppForm
from portal.developer.pages import blueprint
from portal.oauth.client_kinds import KINDS
from portal.oauth.redirect_uris import fault_of
from portal.oauth.scopes import GROUPS, SCOPES


@blueprint.route("/developer/oauth-apps/new", methods=["GET", "POST"])
@login_required
def new_app() -> ResponseReturnValue:
    """Register an app. The answer to the POST itself shows the secret, once: it is kept nowhere for a redirect."""
    form = NewAppForm()
    if request.method == "GET":
        form.once.data = secrets.token_urlsafe(16)
        _begin(form)
        return _show_form(form)
    if form.change_rows() or "preview" in request.form:
        form.keep_logo()
        return _show_form(form)
    if not form.validate_on_submit():
        return _show_form(form), 422
    try:
        registered = register_app(
            current_user.user_id, current_user.name, _details(form), form_token=form.once.data or None
        )
    except AlreadyRegistered:
        flash("That form was already sent and its app is registered. A secret is shown only once.", "error")
        return redirect(url_for("developer.apps"), 303)
    except TooManyApps:
        most = current_settings().most_apps
        problem = f"You have {most} app{'' if most == 1 else 's'}, which is the most. Delete one first."
        return _show_form(form, problem), 422
    return _show_credentials(form, registered)


@blueprint.post("/developer/oauth-apps/preview", endpoint="preview_new_app")
@login_required
def preview() -> ResponseReturnValue:
    """The consent card alone, for the script that puts it beside the form."""
    form = NewAppForm()
    form.keep_logo()
    return render_template("developer/preview.html", card=preview_new_app(form))


def _begin(form: NewAppForm) -> None:
    """Fill in what a link of the documentation says that its program needs; of addresses, loopback ones only."""
    uri = request.args.get("redirect_uri", "")
    at_home = uri.startswith("http:") and fault_of(uri) is None
    form.redirect_uris.entries[0].data = uri if at_home else DEVELOPMENT_URI
    if request.args.get("kind") in KINDS:
        form.kind.data = request.args["kind"]


def _show_form(form: NewAppForm, problem: str | None = None) -> str:
    return render_template(
        "developer/new_app.html",
        form=form,
        problem=problem,
        implied={kind.name: kind.implies for kind in KINDS.values()},
        groups=[(group, [scope.name for scope in SCOPES.values() if scope.group == group]) for group in GROUPS],
        card=preview_new_app(form),
    )


def _details(form: NewAppForm) -> AppDetails:
    return AppDetails(
        name=str(form.name.data),
        description=form.description.data or "",
        homepage_url=form.homepage_url.data or "",
        policy_url=form.policy_url.data or "",
        tos_url=form.tos_url.data or "",
        kind=form.kind.data,
        redirect_uris=tuple(row.data for row in form.redirect_uris.entries if row.data),
        scope=frozenset(form.scopes.data or ()),
        logo=form.accepted_logo,
    )


def _show_credentials(form: NewAppForm, registered: RegisteredApp) -> ResponseReturnValue:
    return render_template(
        "developer/credentials.html",
        app={"client_id": registered.client_id, "name": form.name.data},
        client_secret=registered.client_secret,
        app_url=url_for("developer.app", client_id=registered.client_id),
        playground_url=url_for("developer.playground_start", client_id=registered.client_id),
    )
