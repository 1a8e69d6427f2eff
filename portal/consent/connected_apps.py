"""The apps that somebody has connected, and taking access back."""

from urllib.parse import urlsplit

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.consent.pages import blueprint
from portal.oauth.consents import ConnectedClient, list_connected, remove_consent
from portal.oauth.incidents import Incident, list_of_user
from portal.oauth.scopes import SCOPES


@blueprint.get("/settings/connected-apps")
@login_required
def connected_apps() -> ResponseReturnValue:
    """List them."""
    incidents = {incident.client_id: incident for incident in reversed(list_of_user(current_user.user_id))}
    return render_template(
        "consent/connected_apps.html",
        apps=[_view(app, incidents.get(app.client_id)) for app in list_connected(current_user.user_id)],
    )


@blueprint.post("/settings/connected-apps/<int(max=9223372036854775807):client_key>/remove")
@login_required
def remove_access(client_key: int) -> ResponseReturnValue:
    """Remove one: its tokens are dead at once."""
    if remove_consent(current_user.user_id, client_key):
        flash("Access removed. The app’s tokens no longer work.", "success")
    return redirect(url_for("consent.connected_apps"), 303)


_CAME_BY = {"registration": "It registered itself.", "document": "Its description comes from {host}."}
"""How apps came here that no developer of ours registered."""


def _view(app: ConnectedClient, incident: Incident | None) -> dict[str, object]:
    return {
        "client_key": app.key,
        "name": app.name,
        "came_by": _CAME_BY.get(app.origin, "").format(host=urlsplit(app.client_id).netloc),
        "logo_url": url_for("developer.logo", sha256=app.logo_sha256) if app.logo_sha256 else None,
        "homepage_url": app.homepage_uri or None,
        "sentences": [scope.sentence for scope in SCOPES.values() if scope.name in app.scope],
        "allowed_at": app.allowed_at,
        "last_used": app.last_issued_at,
        "incident": incident,
    }
