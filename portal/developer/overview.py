"""An app's first page: its credentials, and how it fares."""

from urllib.parse import urlencode

from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.config import current_settings
from portal.developer.own_apps import own_app, show_app
from portal.developer.pages import blueprint
from portal.oauth.client_profiles import count_users
from portal.oauth.incidents import list_of_client
from portal.oauth.metadata import ENDPOINTS
from portal.oauth.models import Client

EXAMPLE_CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""RFC 7636 Appendix B; its verifier is there too, so the example can be followed to the end."""


@blueprint.get("/developer/oauth-apps/<client_id>", endpoint="app")
@login_required
def overview(client_id: str) -> ResponseReturnValue:
    """What an app's developer looks for first."""
    client = own_app(client_id)
    users, pkce_missing = count_users(client.id)
    return show_app(
        "developer/overview.html",
        client,
        homepage_url=client.homepage_uri or None,
        redirect_uris=[row.uri for row in client.redirect_uris],
        secrets=[{"last_four": row.last_four, "created": row.created_at} for row in client.secrets],
        users=users,
        pkce_missing=pkce_missing,
        incidents=list_of_client(client.id),
        authorize_url=_example_url(client),
    )


def _example_url(client: Client) -> str:
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uris[0].uri,
        "scope": "profile:read contexts:read",
        "state": "RANDOM_STATE",
    }
    if client.type == "public":
        query |= {"code_challenge": EXAMPLE_CHALLENGE, "code_challenge_method": "S256"}
    return f"{current_settings().issuer}{ENDPOINTS['authorization']}?{urlencode(query, safe=':/')}"
