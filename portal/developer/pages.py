"""Developer → OAuth Apps: the list, and the logos."""

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.developer.own_apps import summarize
from portal.oauth.client_profiles import get_logo, list_clients

blueprint = Blueprint("developer", __name__)


@blueprint.get("/developer")
def developer() -> ResponseReturnValue:
    """The section's front door."""
    return redirect(url_for("developer.apps"), 303)


@blueprint.get("/developer/oauth-apps")
@login_required
def apps() -> ResponseReturnValue:
    """The signed-in developer's apps."""
    return render_template(
        "developer/apps.html", apps=[summarize(client) for client in list_clients(current_user.user_id)]
    )


@blueprint.get("/logos/<sha256>.webp")
def logo(sha256: str) -> Response:
    """A logo, at the address of its content."""
    image = get_logo(sha256) if len(sha256) == 64 and sha256.isalnum() else None
    if image is None:
        abort(404)
    return Response(image, mimetype="image/webp", headers={"Cache-Control": "public, max-age=31536000, immutable"})
