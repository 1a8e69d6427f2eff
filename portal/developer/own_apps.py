"""The pages of one app: found by its owner alone, and framed with the same head and tabs."""

from flask import abort, render_template, url_for
from flask_login import current_user

from portal.oauth.client_profiles import get_client
from portal.oauth.models import Client

TABS = {
    "developer.app": "Overview",
    "developer.redirect_uris": "Redirect URIs",
    "developer.branding": "Branding",
    "developer.settings": "Settings",
    "developer.playground": "Playground",
    "developer.activity": "Activity",
    "developer.usage": "Usage",
    "developer.danger_zone": "Danger zone",
}
"""Endpoints of an app's pages, in the order of the tabs."""


def own_app(client_id: str) -> Client:
    """The signed-in developer's app with this client ID; 404 if there is none, or it is somebody else's."""
    try:
        return get_client(current_user.user_id, client_id)
    except LookupError:
        abort(404)


def show_app(template: str, client: Client, **values: object) -> str:
    """Render one of an app's pages: `app` is what the head shows, and `values` are the page's own."""
    return render_template(template, app=summarize(client), tabs=TABS, **values)


def summarize(client: Client) -> dict[str, object]:
    """What every page shows of an app."""
    return {
        "client_id": client.client_id,
        "name": client.name,
        "description": client.description,
        "logo_url": url_for("developer.logo", sha256=client.logo.sha256) if client.logo else None,
        "type": client.type,
        "kind": client.kind,
        "created": client.created_at,
        "suspended": client.suspended_at,
        "suspension_reason": client.suspension_reason,
        "verified": client.verified_at is not None,
    }
