"""Developer → OAuth Apps: the list, registration, the secret once, and an app's own page."""

import secrets
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.config import current_settings
from portal.developer.apps import MOST_APPS, AlreadyRegistered, AppDetails, RegisteredApp, TooManyApps, register_app
from portal.developer.forms import NewAppForm
from portal.oauth.client_profiles import count_users, get_client, get_logo, list_clients
from portal.oauth.incidents import list_of_client
from portal.oauth.metadata import ENDPOINTS
from portal.oauth.models import Client

blueprint = Blueprint("developer", __name__)
EXAMPLE_CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""RFC 7636 Appendix B; its verifier is there too, so the example can be followed to the end."""


@blueprint.get("/developer")
def developer() -> ResponseReturnValue:
    """The section's front door."""
    return redirect(url_for("developer.apps"), 303)


@blueprint.get("/developer/oauth-apps")
@login_required
def apps() -> ResponseReturnValue:
    """The signed-in developer's apps."""
    return render_template(
        "developer/apps.html", apps=[_summary(client) for client in list_clients(current_user.user_id)]
    )


@blueprint.route("/developer/oauth-apps/new", methods=["GET", "POST"])
@login_required
def new_app() -> ResponseReturnValue:
    """Register an app. The answer to the POST itself shows the secret, once: it is kept nowhere for a redirect."""
    form = NewAppForm()
    if request.method == "GET":
        form.once.data = secrets.token_urlsafe(16)
        return render_template("developer/new_app.html", form=form)
    if form.change_rows():
        form.logo.validate(form, [NewAppForm.validate_logo])  # an upload is kept across the change
        return render_template("developer/new_app.html", form=form)
    if not form.validate_on_submit():
        return render_template("developer/new_app.html", form=form), 422
    try:
        registered = register_app(current_user.user_id, _details(form), form_token=form.once.data or None)
    except AlreadyRegistered:
        flash("That form was already sent and its app is registered. A secret is shown only once.", "error")
        return redirect(url_for("developer.apps"), 303)
    except TooManyApps:
        problem = f"You have {MOST_APPS} apps, which is the most. Delete one first."
        return render_template("developer/new_app.html", form=form, problem=problem), 422
    return _show_credentials(form, registered)


def _details(form: NewAppForm) -> AppDetails:
    return AppDetails(
        name=str(form.name.data),
        description=form.description.data or "",
        homepage_url=form.homepage_url.data or "",
        type=form.type.data,
        redirect_uris=tuple(row.data for row in form.redirect_uris.entries if row.data),
        logo=form.accepted_logo,
    )


def _show_credentials(form: NewAppForm, registered: RegisteredApp) -> ResponseReturnValue:
    environment = [f"CONTEXTFILE_CLIENT_ID={registered.client_id}"]
    if registered.client_secret:
        environment.append(f"CONTEXTFILE_CLIENT_SECRET={registered.client_secret}")
    return render_template(
        "developer/credentials.html",
        app={"client_id": registered.client_id, "name": form.name.data, "type": form.type.data},
        client_secret=registered.client_secret,
        environment="\n".join(environment) + "\n",
        app_url=url_for("developer.app", client_id=registered.client_id),
    )


@blueprint.get("/developer/oauth-apps/<client_id>", endpoint="app")
@login_required
def one_app(client_id: str) -> ResponseReturnValue:
    """An app's page; somebody else's is not there."""
    if "\0" in client_id:  # PostgreSQL cannot even compare with it
        abort(404)
    try:
        client = get_client(current_user.user_id, client_id)
    except LookupError:
        abort(404)
    users, pkce_missing = count_users(client.id)
    details = _summary(client) | {
        "homepage_url": client.homepage_uri or None,
        "redirect_uris": [row.uri for row in client.redirect_uris],
        "secrets": [{"last_four": row.last_four, "created": row.created_at} for row in client.secrets],
        "users": users,
        "pkce_missing": pkce_missing,
        "suspended": client.suspended_at is not None,
        "incidents": list_of_client(client.id),
    }
    return render_template("developer/app.html", app=details, authorize_url=_example_url(client))


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


def _summary(client: Client) -> dict[str, object]:
    return {
        "client_id": client.client_id,
        "name": client.name,
        "description": client.description,
        "logo_url": url_for("developer.logo", sha256=client.logo.sha256) if client.logo else None,
        "type": client.type,
        "created": client.created_at,
    }


@blueprint.get("/logos/<sha256>.webp")
def logo(sha256: str) -> Response:
    """A logo, at the address of its content."""
    image = get_logo(sha256) if len(sha256) == 64 and sha256.isalnum() else None
    if image is None:
        abort(404)
    return Response(image, mimetype="image/webp", headers={"Cache-Control": "public, max-age=31536000, immutable"})
