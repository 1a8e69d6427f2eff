"""One connected app: what it can do, since when and from where, and taking back a part of it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.accounts.users import get_user
from portal.consent.access_history import list_history
from portal.consent.connected_apps import APP, describe_app, latest_incidents
from portal.consent.pages import blueprint
from portal.consent.permission_words import in_one_line
from portal.foundation.agents import describe_agent
from portal.oauth.authorization_endings import end_session as end_authorization_session
from portal.oauth.connected_clients import ClientSession, ConnectedClient, get_connected, list_sessions
from portal.oauth.consent_words import group_scopes
from portal.oauth.consents import NothingLeft, reduce_scope


@blueprint.get(APP)
@login_required
def connected_app(client_key: int) -> ResponseReturnValue:
    """Show it."""
    return _show(client_key)


@blueprint.post(f"{APP}/permissions")
@login_required
def reduce_permissions(client_key: int) -> ResponseReturnValue:
    """Keep the permissions that are still checked; none can be added here."""
    kept = frozenset(request.form.getlist("scope"))
    try:
        taken = reduce_scope(current_user.user_id, client_key, kept)
    except LookupError:
        abort(404)
    except NothingLeft:
        return _show(client_key, error="Leave at least one permission checked, or remove the app’s access."), 422
    if taken:
        flash("Permissions reduced. The app can no longer do what you took out.", "success")
    return redirect(url_for("consent.connected_app", client_key=client_key), 303)


@blueprint.post(f"{APP}/sessions/<int(max=9223372036854775807):session_id>/end")
@login_required
def end_session(client_key: int, session_id: int) -> ResponseReturnValue:
    """End one session; the others, and the permission to begin new ones, stay."""
    try:
        if end_authorization_session(current_user.user_id, client_key, session_id):
            flash("Session ended. Its tokens no longer work.", "success")
        get_connected(current_user.user_id, client_key)
    except LookupError:
        abort(404)
    return redirect(url_for("consent.connected_app", client_key=client_key), 303)


def _show(client_key: int, error: str = "") -> str:
    try:
        app = get_connected(current_user.user_id, client_key)
    except LookupError:
        abort(404)
    return render_template(
        "consent/connected_app.html",
        app=describe_app(app, latest_incidents().get(app.client_id)),
        owner_name=_owner_name(app),
        groups=group_scopes(app.scope, frozenset()),
        sessions=[_view(session, app) for session in list_sessions(current_user.user_id, client_key)],
        history=list_history(current_user.user_id, client_key),
        error=error,
    )


def _owner_name(app: ConnectedClient) -> str:
    try:
        return get_user(app.owner_id).name if app.owner_id else ""
    except LookupError:  # the account was deleted in this moment
        return ""


def _view(session: ClientSession, app: ConnectedClient) -> dict[str, object]:
    return {
        "id": session.id,
        "agent": describe_agent(session.allowed_with) if session.allowed_with else "",
        "network": session.allowed_from,
        "allowed_at": session.allowed_at,
        "last_used": session.last_issued_at,
        "only": in_one_line(session.scope) if session.scope < app.scope else "",
    }
