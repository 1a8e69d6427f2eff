"""A developer's apps. "App" is this door's word for what the protocol calls a client; here it is translated."""

from dataclasses import dataclass

from portal.config import current_settings
from portal.developer.logos import Logo
from portal.oauth.client_profiles import AlreadyRegistered, TooManyClients, register_client
from portal.oauth.scopes import SCOPES

__all__ = ["AlreadyRegistered", "AppDetails", "RegisteredApp", "TooManyApps", "register_app"]


class TooManyApps(Exception):
    """The developer has as many apps as are allowed."""


@dataclass(frozen=True)
class AppDetails:
    """What a developer says of a new app; it was checked."""

    name: str
    description: str
    homepage_url: str
    kind: str
    """One of `client_kinds.KINDS`."""
    redirect_uris: tuple[str, ...]
    scope: frozenset[str] = frozenset(SCOPES)
    """What it may ask for."""
    policy_url: str = ""
    tos_url: str = ""
    logo: Logo | None = None


@dataclass(frozen=True)
class RegisteredApp:
    """A new app's credentials: the only time that the secret is known."""

    client_id: str
    client_secret: str | None


def register_app(
    owner_id: int, owner_name: str, details: AppDetails, *, form_token: str | None = None
) -> RegisteredApp:
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
            actor=owner_name,
            kind=details.kind,
            name=details.name,
            description=details.description,
            homepage_uri=details.homepage_url,
            policy_uri=details.policy_url,
            tos_uri=details.tos_url,
            redirect_uris=details.redirect_uris,
            scope=details.scope,
            logo=details.logo.to_store() if details.logo else None,
            most=current_settings().most_apps,
            form_token=form_token,
        )
    except TooManyClients:
        raise TooManyApps from None
    return RegisteredApp(client_id, secret)
