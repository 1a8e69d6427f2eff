"""Who reads: which of their apps fills the snippets. Anybody else reads placeholders."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import session
from flask_login import current_user

from portal.oauth.client_kinds import KINDS
from portal.oauth.client_listing import list_page
from portal.oauth.client_profiles import get_client
from portal.oauth.scopes import SCOPES

_CHOSEN = "docs_app"
_PORT = 3000
"""Where the quickstarts listen, if the redirect URI leaves it open."""


@dataclass(frozen=True)
class OwnApp:
    """What code needs to know of an app; as it stands, what it is when it is nobody's."""

    client_id: str = "YOUR_CLIENT_ID"
    confidential: bool = True
    redirect_uris: Sequence[str] = ("https://yourapp.com/callback",)
    scopes: Sequence[str] = tuple(SCOPES)
    """Those that it may ask for."""


def remember_app(client_id: str) -> None:
    """Fill the snippets with this app from now on; one that is not the reader's changes nothing that anybody sees."""
    session[_CHOSEN] = client_id[:100]


def own_apps(chosen: str = "", kind: str = "") -> tuple[list[tuple[str, str]], OwnApp]:
    """The reader's latest apps, as client ID and name, and the one to use: nobody else's.

    Args:
        chosen: a client ID that goes before the one remembered.
        kind: the kind of app that the code is for, if it is for one: another would be refused a secret, or need one.
    """
    if not current_user.is_authenticated:
        return [], OwnApp()
    type_ = KINDS[kind].type if kind else None
    clients = [found.client for found in list_page(current_user.user_id).clients if type_ in {None, found.client.type}]
    listed = [(client.client_id, client.name) for client in clients]
    for client_id in (chosen, session.get(_CHOSEN, ""), *(client_id for client_id, _ in listed)):
        try:
            client = get_client(current_user.user_id, client_id)
        except LookupError:
            continue  # none, somebody else's, or deleted just now
        if type_ not in {None, client.type}:
            continue
        if all(client_id != client.client_id for client_id, _ in listed):
            listed.append((client.client_id, client.name))
        uris = tuple(found.uri for found in client.redirect_uris)
        allowed = tuple(name for name in SCOPES if name in client.scope.split())
        return listed, OwnApp(client.client_id, client.type == "confidential", uris, allowed)
    return [], OwnApp()


@dataclass(frozen=True)
class Values:
    """What stands in the samples of one app; as it stands, what they are written with."""

    client_id: str = "YOUR_CLIENT_ID"
    redirect_uri: str = "https://yourapp.com/callback"
    loopback_uri: str = "http://localhost:3000/callback"
    scope: str = "profile:read contexts:read"
    issuer: str = "https://contextfile.ai"
    """Where ContextFile is."""

    @property
    def own(self) -> bool:
        """Whether they are an app's."""
        return self.client_id != PLACEHOLDERS.client_id


PLACEHOLDERS = Values()


def values_of(app: OwnApp) -> Values:
    """An app's values; where it has registered no such redirect URI, the placeholder stays.

    An app that may ask for everything has not chosen yet, and a sample that asks for everything would teach that.
    """
    if app == OwnApp():
        return PLACEHOLDERS
    return Values(
        app.client_id,
        next(iter(app.redirect_uris), PLACEHOLDERS.redirect_uri),
        next(filter(None, map(_at_home, app.redirect_uris)), PLACEHOLDERS.loopback_uri),
        PLACEHOLDERS.scope if len(app.scopes) in {0, len(SCOPES)} else " ".join(app.scopes),
    )


def _at_home(uri: str) -> str | None:
    """Where a program on the reader's own machine can listen for this redirect URI: http is for loopback alone."""
    parts = urlsplit(uri)
    if parts.scheme != "http" or parts.port:
        return uri if parts.scheme == "http" else None
    # Registered without a port, a loopback address is good with any (RFC 8252 §7.3); a name is not.
    return None if parts.hostname == "localhost" else parts._replace(netloc=f"{parts.netloc}:{_PORT}").geturl()
