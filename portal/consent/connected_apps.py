"""The apps that somebody has connected, and taking access back."""

from urllib.parse import urlsplit

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.consent.pages import blueprint
from portal.oauth.connected_clients import ConnectedClient, list_connected, was_allowed
from portal.oauth.consent_words import describe_destination
from portal.oauth.consents import remove_consent
from portal.oauth.incidents import Incident, list_of_user
from portal.oauth.scopes import SCOPES

APP = "/settings/connected-apps/<int(max=9223372036854775807):client_key>"
"""The address of one app's page: under it is what can be done with its access."""


@blueprint.get("/settings/connected-apps")
@login_required
def connected_apps() -> ResponseReturnValue:
    """List them."""
    incidents = latest_incidents()
    apps = [describe_app(app, incidents.get(app.client_id)) for app in list_connected(current_user.user_id)]
    return render_template("consent/connected_apps.html", apps=apps)


@blueprint.post(f"{APP}/remove")
@login_required
def remove_access(client_key: int) -> ResponseReturnValue:
    """Remove one: its tokens are dead at once. Removed before, by a double click, is removed as well."""
    if remove_consent(current_user.user_id, client_key):
        flash("Access removed. The app’s tokens no longer work.", "success")
    elif not was_allowed(current_user.user_id, client_key):
        abort(404)
    return redirect(url_for("consent.connected_apps"), 303)


_CAME_BY = {"registration": "It registered itself.", "document": "Its description comes from {host}."}
"""How apps came here that no developer of ours registered."""


def latest_incidents() -> dict[str, Incident]:
    """For what the server has ended access by itself, the latest of each app of who is signed in, by client ID."""
    return {incident.client_id: incident for incident in reversed(list_of_user(current_user.user_id))}


def describe_app(app: ConnectedClient, incident: Incident | None) -> dict[str, object]:
    """What pages say of an app that somebody has connected."""
    return {
        "client_key": app.key,
        "name": app.name,
        "came_by": _CAME_BY.get(app.origin, "").format(host=urlsplit(app.client_id).netloc),
        "verified": app.verified,
        "suspended": app.suspended,
        "logo_url": url_for("developer.logo", sha256=app.logo_sha256) if app.logo_sha256 else None,
        "homepage_url": app.homepage_uri or None,
        "sentences": [scope.sentence for scope in SCOPES.values() if scope.name in app.scope],
        "allowed_at": app.allowed_at,
        "last_used": app.last_issued_at,
        "sessions": app.sessions,
        "leads_to": list(dict.fromkeys(describe_destination(uri) for uri in app.redirect_uris)),
        "incident": incident,
    }
