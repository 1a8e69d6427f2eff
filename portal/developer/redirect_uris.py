"""An app's redirect URIs: each on its own row, tried and removed without touching the others, and one more added."""

import secrets
from urllib.parse import urlencode, urlsplit

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from wtforms.validators import DataRequired

from portal.accounts.fresh_sign_in import ask_for_fresh_sign_in, signed_in_freshly
from portal.config import current_settings
from portal.developer.overview import EXAMPLE_CHALLENGE
from portal.developer.own_apps import own_app, show_app
from portal.developer.pages import blueprint
from portal.foundation import clock
from portal.foundation.forms import PostedForm, line
from portal.foundation.visible_text import can_be_seen
from portal.oauth.client_redirect_uris import (
    COUNTED_DAYS,
    CannotBeAdded,
    CannotBeRemoved,
    add_redirect_uri,
    count_redirects,
    fault_in_adding,
    remove_redirect_uri,
)
from portal.oauth.consent_words import describe_destination
from portal.oauth.metadata import ENDPOINTS
from portal.oauth.models import Client, RedirectUri
from portal.oauth.record_writing import DAY
from portal.oauth.recorder import current_recorder
from portal.oauth.redirect_uris import MOST_CHARACTERS, variant_among
from portal.oauth.scopes import parse, write

_MOST_IN_MESSAGE = 120
"""Characters."""


class RedirectUriForm(PostedForm):
    """One more redirect URI."""

    uri = line("Redirect URI", MOST_CHARACTERS, [DataRequired("Type the redirect URI that your app sends.")])


@blueprint.get("/developer/oauth-apps/<client_id>/redirect-uris")
@login_required
def redirect_uris(client_id: str) -> ResponseReturnValue:
    """List them, with how often each was used."""
    return _show(own_app(client_id), RedirectUriForm())


@blueprint.post("/developer/oauth-apps/<client_id>/redirect-uris", endpoint="add_redirect_uri")
@login_required
def add(client_id: str) -> ResponseReturnValue:
    """Add one, only after a recent sign-in: whoever answers there receives codes."""
    client, form = own_app(client_id), RedirectUriForm()
    if not form.validate_on_submit():
        return _show(client, form), 422
    uri, most = form.uri.data or "", current_settings().most_redirect_uris
    if not signed_in_freshly():
        return ask_for_fresh_sign_in(url_for("developer.confirm_redirect_uri", client_id=client_id, uri=uri))
    try:
        add_redirect_uri(current_user.user_id, client_id, uri, actor=current_user.name, most=most)
    except LookupError:
        abort(404)
    except CannotBeAdded as error:
        form.uri.errors = [str(error)]
        return _show(own_app(client_id), form), 422
    flash(f"Added {_named(uri)}. It works at once.", "success")
    return redirect(url_for("developer.redirect_uris", client_id=client_id), 303)


@blueprint.get("/developer/oauth-apps/<client_id>/redirect-uris/add")
@login_required
def confirm_redirect_uri(client_id: str) -> ResponseReturnValue:
    """Ask before adding one that a request named: its sender need not have been the developer."""
    client, uri = own_app(client_id), request.args.get("uri", "").strip()
    if not uri:
        return redirect(url_for("developer.redirect_uris", client_id=client_id), 303)
    fault = fault_in_adding(client, uri, current_settings().most_redirect_uris)
    return show_app(
        "developer/confirm_redirect_uri.html",
        client,
        tab="developer.redirect_uris",
        uri="".join(character if can_be_seen(character) else "\ufffd" for character in uri[: MOST_CHARACTERS + 1]),
        fault=fault,
        host=None if fault else describe_destination(uri),
    )


@blueprint.post(
    "/developer/oauth-apps/<client_id>/redirect-uris/<int(max=9223372036854775807):key>/remove",
    endpoint="remove_redirect_uri",
)
@login_required
def remove(client_id: str, key: int) -> ResponseReturnValue:
    """Remove one; the others stay as they are."""
    try:
        uri = remove_redirect_uri(current_user.user_id, client_id, key, actor=current_user.name)
    except LookupError:
        abort(404)
    except CannotBeRemoved as error:
        flash(
            f"{_named(str(error))} is the only one, and an app needs one. Add the new one first, then remove this.",
            "error",
        )
    else:
        if uri:
            flash(f"Removed {_named(uri)}. Requests that send it are refused from now on.", "success")
        else:
            flash("That redirect URI was removed already. Nothing was changed.")
    return redirect(url_for("developer.redirect_uris", client_id=client_id), 303)


def _named(uri: str) -> str:
    """A redirect URI in a message, which it may not outgrow; the list below has it in full."""
    return uri if len(uri) <= _MOST_IN_MESSAGE else f"{uri[:_MOST_IN_MESSAGE]}…"


def _show(client: Client, form: RedirectUriForm) -> str:
    current_recorder().write()
    counts = count_redirects(client.id)
    return show_app(
        "developer/redirect_uris.html",
        client,
        tab="developer.redirect_uris",
        form=form,
        rows=[_describe(client, row, counts) for row in client.redirect_uris],
        most=current_settings().most_redirect_uris,
    )


def _describe(client: Client, row: RedirectUri, counts: dict[int, int]) -> dict[str, object]:
    others = [other for other in client.redirect_uris if other.id != row.id]
    count = counts.get(row.id, 0)
    old = row.created_at <= clock.now() - COUNTED_DAYS * DAY
    return {
        "key": row.id,
        "uri": row.uri,
        "marks": _marks(client, row.uri),
        "count": count,
        "added": row.created_at,
        "stale": not count and old and any(counts.get(other.id) for other in others),
        "variant": variant_among(row.uri, [other.uri for other in others]),
        "test_url": _test_url(client, row.uri),
    }


def _marks(client: Client, uri: str) -> list[str]:
    """What a redirect URI is good for; on a loopback address it is an installed public app's own (RFC 8252 §7.3)."""
    parts = urlsplit(uri)
    if parts.scheme not in {"http", "https"}:
        return ["Private-use scheme"]
    if parts.scheme == "https":
        return []
    any_port = parts.hostname in {"127.0.0.1", "::1"}
    marks = ["Any port"] if any_port else []
    return marks if any_port and client.type == "public" else ["For development", *marks]


def _test_url(client: Client, uri: str) -> str:
    """An authorization request as the app would make it; with a challenge whose verifier RFC 7636 Appendix B tells."""
    scope = parse(client.scope)
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": uri,
        "scope": "profile:read" if "profile:read" in scope else write(scope).partition(" ")[0],
        "state": secrets.token_urlsafe(16),
    }
    if client.type == "public" or client.require_pkce:
        query |= {"code_challenge": EXAMPLE_CHALLENGE, "code_challenge_method": "S256"}
    return f"{current_settings().issuer}{ENDPOINTS['authorization']}?{urlencode(query, safe=':/')}"
