"""An app's first page: whether it is well, its credentials, and how to begin."""

from urllib.parse import urlencode

from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.accounts.fresh_sign_in import signed_in_freshly
from portal.config import current_settings
from portal.developer.own_apps import own_app, show_app
from portal.developer.pages import blueprint
from portal.developer.secret_form import RotationForm
from portal.foundation import clock
from portal.oauth.activity import count_failures
from portal.oauth.client_endings import count_reach
from portal.oauth.client_profiles import count_users
from portal.oauth.client_secrets import MOST_LIVE, idle_seconds, live_secrets, safe_to_retire
from portal.oauth.incidents import list_of_client
from portal.oauth.metadata import ENDPOINTS
from portal.oauth.models import Client, ClientSecret

EXAMPLE_CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""RFC 7636 Appendix B; its verifier is there too, so the example can be followed to the end."""
EXAMPLE_SCOPES = ("profile:read", "contexts:read")
MINUTE, HOUR, DAY = 60, 3600, 86400


@blueprint.get("/developer/oauth-apps/<client_id>", endpoint="app")
@login_required
def overview(client_id: str) -> ResponseReturnValue:
    """What an app's developer looks for first."""
    client = own_app(client_id)
    return show_overview(client, RotationForm.about(client))


def show_overview(client: Client, form: RotationForm) -> str:
    """The page, with the form that rotates the client secret as it was sent, or new."""
    live = live_secrets(client)
    return show_app(
        "developer/overview.html",
        client,
        tab="developer.app",
        form=form,
        secrets=[_show(secret, live) for secret in live],
        can_rotate=len(live) < MOST_LIVE,
        fresh=signed_in_freshly(),
        homepage_url=client.homepage_uri or None,
        redirect_uris=[row.uri for row in client.redirect_uris],
        reach=count_reach(client.id),
        failed_calls=sum(failure.calls for failure in count_failures(client.id)),
        pkce_missing=count_users(client.id)[1],
        incidents=list_of_client(client.id),
        authorize_url=_example_url(client),
    )


def _show(secret: ClientSecret, live: list[ClientSecret]) -> dict[str, object]:
    return {
        "key": secret.id,
        "last_four": secret.last_four,
        "created": secret.created_at,
        "last_used": secret.last_used_at,
        "last_used_from": secret.last_used_from,
        "stops": secret.expires_at,
        "stops_in": in_words(secret.expires_at - clock.now()) if secret.expires_at else None,
        "idle_days": idle_seconds(secret) // DAY,
        "safe_to_retire": safe_to_retire(secret, live),
    }


def in_words(seconds: int) -> str:
    """How long something will take, such as 24 h or 7 days. Rounded first: a second less than an hour is an hour."""
    minutes, hours = max(1, round(seconds / MINUTE)), round(seconds / HOUR)
    if minutes < 60:
        return f"{minutes} min"
    return f"{hours} h" if hours < 48 else f"{round(seconds / DAY)} days"


def _example_url(client: Client) -> str | None:
    if not client.redirect_uris:
        return None
    allowed = client.scope.split()
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uris[0].uri,
        "scope": " ".join([scope for scope in EXAMPLE_SCOPES if scope in allowed] or allowed),
        "state": "RANDOM_STATE",
    }
    if client.type == "public" or client.require_pkce:
        query |= {"code_challenge": EXAMPLE_CHALLENGE, "code_challenge_method": "S256"}
    return f"{current_settings().issuer}{ENDPOINTS['authorization']}?{urlencode(query, safe=':/')}"
