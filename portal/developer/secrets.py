"""An app's client secret: rotated with an overlap, or revoked at once. A new one is shown once."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.accounts.fresh_sign_in import require_fresh_sign_in
from portal.developer.overview import in_words, show_overview
from portal.developer.own_apps import own_app
from portal.developer.pages import blueprint
from portal.developer.secret_form import RotationForm
from portal.foundation import clock
from portal.oauth import client_secrets
from portal.oauth.client_secrets import AlreadyMade, ChangedSince, NoSecrets, TooManyLive


@blueprint.post("/developer/oauth-apps/<client_id>/secrets")
@login_required
@require_fresh_sign_in("developer.app")
def rotate_secret(client_id: str) -> ResponseReturnValue:
    """Make a new secret. The answer to the POST itself shows it, once: it is kept nowhere for a redirect."""
    client, form = own_app(client_id), RotationForm()
    if not form.validate_on_submit():
        return show_overview(client, form), 422
    try:
        made = client_secrets.rotate_secret(
            current_user.user_id,
            client_id,
            actor=current_user.name,
            stops_after=int(form.stops.data),
            form_token=str(form.once.data),
            seen=int(form.seen.data or 0),
        )
    except (NoSecrets, AlreadyMade, ChangedSince, TooManyLive, LookupError) as error:
        flash(_explain(error), "error")
        return redirect(url_for("developer.app", client_id=client_id), 303)
    return render_template(
        "developer/secret.html",
        app={"client_id": client_id, "name": client.name},
        client_secret=made.secret,
        replaced=made.replaced,
        stops_at=made.stops_at,
        stops_in=in_words(made.stops_at - clock.now()) if made.stops_at else None,
    )


@blueprint.post("/developer/oauth-apps/<client_id>/secrets/<int(max=9223372036854775807):secret_key>/revoke")
@login_required
@require_fresh_sign_in("developer.app")
def revoke_secret(client_id: str, secret_key: int) -> ResponseReturnValue:
    """End a secret at once."""
    own_app(client_id)
    try:
        last_four, left = client_secrets.revoke_secret(
            current_user.user_id, client_id, secret_key, actor=current_user.name
        )
    except LookupError:
        flash("That client secret was already revoked, or has expired.", "error")
    else:
        after = "" if left else " No server of yours can exchange or refresh until you create a new one."
        flash(f"cf_cs_…{last_four} is revoked and no longer works.{after}", "success")
    return redirect(url_for("developer.app", client_id=client_id), 303)


def _explain(error: Exception) -> str:
    match error:
        case NoSecrets():
            return "A public app has no client secret: it proves itself with PKCE."
        case AlreadyMade():
            return "That form was already sent and its client secret is made. A secret is shown only once."
        case ChangedSince():
            return "The client secrets have changed since you opened this page, so none was made. Look at them first."
        case TooManyLive(last_fours=[older, newer]):
            return (
                f"Two client secrets are live, which is the most. Revoke cf_cs_…{older} (the older) or {newer} first."
            )
    return "This app was deleted in the meantime."
