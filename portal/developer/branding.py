"""An app's branding: what people see of it, changed beside a preview of where they see it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.developer.branding_form import BrandingForm
from portal.developer.consent_preview import preview_branding
from portal.developer.own_apps import own_app, show_app
from portal.developer.pages import blueprint
from portal.oauth.client_branding import Branding, edit_branding
from portal.oauth.models import Client


@blueprint.route("/developer/oauth-apps/<client_id>/branding", methods=["GET", "POST"])
@login_required
def branding(client_id: str) -> ResponseReturnValue:
    """Show what people see of an app, and change it."""
    client = own_app(client_id)
    form = _form_of(client)
    if request.method == "GET":
        return _show(client, form)
    if "preview" in request.form:
        form.keep_logo()
        return _show(client, form)
    if not form.validate_on_submit():
        return _show(client, form), 422
    try:
        changed = edit_branding(
            current_user.user_id,
            client_id,
            _branding(form),
            actor=current_user.name,
            logo=form.accepted_logo.to_store() if form.accepted_logo else None,
            remove_logo=form.remove_logo.data,
        )
    except LookupError:  # deleted meanwhile
        abort(404)
    if changed:
        flash("Branding saved. People see it from now on.", "success")
    else:
        flash("Nothing was changed: that is what was there already.")
    return redirect(url_for("developer.branding", client_id=client_id), 303)


@blueprint.post("/developer/oauth-apps/<client_id>/branding/preview", endpoint="preview_branding")
@login_required
def preview(client_id: str) -> ResponseReturnValue:
    """The consent card alone, for the script that puts it beside the form."""
    client = own_app(client_id)
    form = _form_of(client)
    form.keep_logo()
    return render_template("developer/preview.html", card=preview_branding(form, client))


def _form_of(client: Client) -> BrandingForm:
    return BrandingForm(
        data={
            "name": client.name,
            "description": client.description,
            "homepage_url": client.homepage_uri,
            "policy_url": client.policy_uri,
            "tos_url": client.tos_uri,
        }
    )


def _branding(form: BrandingForm) -> Branding:
    return Branding(
        name=str(form.name.data),
        description=form.description.data or "",
        homepage_uri=form.homepage_url.data or "",
        policy_uri=form.policy_url.data or "",
        tos_uri=form.tos_url.data or "",
    )


def _show(client: Client, form: BrandingForm) -> str:
    return show_app("developer/branding.html", client, form=form, card=preview_branding(form, client))
