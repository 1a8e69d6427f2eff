"""A developer's apps. "App" is this door's word for what the protocol calls a client; here it is translated."""

from dataclasses import dataclass

from portal.developer.logos import Logo
from portal.oauth.client_profiles import AlreadyRegistered, TooManyClients, register_client

__all__ = ["MOST_APPS", "AlreadyRegistered", "AppDetails", "RegisteredApp", "TooManyApps", "register_app"]

MOST_APPS = 50


class TooManyApps(Exception):
    """The developer has as many apps as are allowed."""


@dataclass(frozen=True)
class AppDetails:
    """What a developer says of a new app; redirect URIs were checked."""

    name: str
    description: str
    homepage_url: str
    type: str
    """`confidential` or `public` (RFC 6749 §2.1)."""
    redirect_uris: tuple[str, ...]
    logo: Logo | None = None


@dataclass(frozen=True)
class RegisteredApp:
    """A new app's credentials: the only time that the secret is known."""

    client_id: str
    client_secret: str | None


def register_app(owner_id: int, details: AppDetails, *, form_token: str | None = None) -> RegisteredApp:
    """Register an app for a developer.

    Args:
        form_token: what makes this copy of the form different from every other.

    Raises:
        AlreadyRegistered: this copy of the form was sent before; nothing was registered.
        TooManyApps: nothing was registered.
    """
    try:
        client_id, secret = register_client(
            owner_id=owner_id,
            type=details.type,
            name=details.name,
            description=details.description,
            homepage_uri=details.homepage_url,
            redirect_uris=details.redirect_uris,
            logo=(details.logo.sha256, details.logo.image) if details.logo else None,
            most=MOST_APPS,
            form_token=form_token,
        )
    except TooManyClients:
        raise TooManyApps from None
    return RegisteredApp(client_id, secret)
