"""The consent screen as people will see it, from a form that is still being filled in.

Nothing is refused here and nothing is complained of: what cannot be shown yet is left out.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import url_for
from flask_login import current_user

from portal.config import current_settings, is_loopback
from portal.developer.branding_form import BrandingForm
from portal.developer.forms import NewAppForm
from portal.developer.web_addresses import is_web_address
from portal.foundation import clock
from portal.foundation.visible_text import can_be_seen
from portal.oauth import redirect_uris
from portal.oauth.client_profiles import get_profile
from portal.oauth.consent_words import describe_destination, describe_lifetime, describe_rest, group_scopes
from portal.oauth.models import Client
from portal.oauth.scopes import SCOPES, parse

UNNAMED = "Your app"
NO_DESTINATION = "your redirect URI’s host"


@dataclass(frozen=True)
class _Asked:
    """What an authorization request of the app would bring along."""

    scope: frozenset[str]
    optional: frozenset[str]
    redirect_uris: Iterable[str]
    created: int
    users: int
    verified: bool


def preview_new_app(form: NewAppForm) -> dict[str, object]:
    """The card for an app that is not registered yet."""
    uris = [row.data or "" for row in form.redirect_uris.entries]
    scope = frozenset(form.scopes.data or ()) & SCOPES.keys()
    return _card(form, _Asked(scope, frozenset(), uris, clock.now(), 0, verified=False), None)


def preview_branding(form: BrandingForm, client: Client) -> dict[str, object]:
    """The card for an app with what its branding is about to be."""
    asked = _Asked(
        parse(client.scope),
        parse(client.optional_scope),
        [row.uri for row in client.redirect_uris],
        client.created_at,
        get_profile(client.id).users,
        verified=client.verified_at is not None,
    )
    kept = client.logo if not form.remove_logo.data else None
    return _card(form, asked, url_for("developer.logo", sha256=kept.sha256) if kept else None)


def _card(form: BrandingForm, asked: _Asked, logo_url: str | None) -> dict[str, object]:
    """What the consent card's template asks for."""
    destination, on_this_device = _destination(asked.redirect_uris)
    return {
        "app": {
            "name": _seen(form.name.data)[:80] or UNNAMED,
            "logo_url": _chosen_logo(form) or logo_url,
            "homepage_url": _link(form.homepage_url.data),
            "policy_url": _link(form.policy_url.data),
            "tos_url": _link(form.tos_url.data),
            "verified": asked.verified,
            "owner_name": current_user.name,
            "created": asked.created,
            "users": asked.users,
            "document_host": None,
        },
        "user": {"name": current_user.name, "email": current_user.email},
        "groups": group_scopes(asked.scope, frozenset(), asked.optional),
        "redirect_host": destination,
        "is_loopback": on_this_device,
        "lifetime": describe_lifetime(current_settings().grant_seconds),
        "cannot": describe_rest(asked.scope),
    }


def _seen(text: str | None) -> str:
    return "".join(filter(can_be_seen, text or "")).strip()


def _link(address: str | None) -> str | None:
    return address if address and is_web_address(address) else None


def _chosen_logo(form: BrandingForm) -> str | None:
    """It is not stored yet, so the page itself carries it."""
    if form.accepted_logo is None:
        return None
    return "data:image/webp;base64," + base64.b64encode(form.accepted_logo.image_128).decode("ascii")


def _destination(uris: Iterable[str]) -> tuple[str, bool]:
    """Host of the first redirect URI that can be one, and whether that is this device."""
    for uri in uris:
        if uri and not redirect_uris.fault_of(uri):
            return describe_destination(uri), is_loopback(urlsplit(uri).hostname or "")
    return NO_DESTINATION, False
