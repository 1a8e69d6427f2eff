"""Taking over an app that registered itself, with the token that it was given to manage its registration."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from wtforms import PasswordField
from wtforms.validators import DataRequired, Length

from portal.config import current_settings
from portal.developer.pages import blueprint
from portal.foundation.forms import PostedForm, line
from portal.oauth.client_claiming import claim_client
from portal.oauth.client_profiles import TooManyClients


class ClaimForm(PostedForm):
    """Which app, and the proof."""

    client_id = line(
        "Client ID",
        255,
        [DataRequired("Enter the client ID that the app was given; it begins with cf_app_.")],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    token = PasswordField(
        "Registration access token",
        [DataRequired("Enter the registration_access_token of the same answer."), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )


@blueprint.route("/developer/oauth-apps/claim", methods=["GET", "POST"])
@login_required
def claim() -> ResponseReturnValue:
    """Claim an app."""
    form, problem = ClaimForm(), None
    if form.validate_on_submit():
        most, client_id = current_settings().most_apps, str(form.client_id.data)
        try:
            name = claim_client(
                current_user.user_id, client_id, str(form.token.data), most=most, actor=current_user.name
            )
        except LookupError:
            problem = (
                f"No app without an owner has the client ID {client_id} and this token. "
                "Copy both again from the answer to its registration."
            )
        except TooManyClients:
            problem = f"You have {most} app{'s' if most > 1 else ''}, which is the most. Delete one first."
        else:
            flash(f"{name} is yours. Its registration access token no longer works.", "success")
            return redirect(url_for("developer.app", client_id=client_id), 303)
    status = 422 if problem or form.errors else 200
    return render_template("developer/claim.html", form=form, problem=problem), status
