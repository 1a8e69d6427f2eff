"""An app's settings: what it may ask for and how, and what kind of app it is."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.accounts.fresh_sign_in import ask_for_fresh_sign_in, require_fresh_sign_in, signed_in_freshly
from portal.developer.own_apps import own_app, show_app
from portal.developer.pages import blueprint
from portal.developer.settings_forms import KindForm, RequestsForm, field_of
from portal.oauth import client_settings
from portal.oauth.client_kinds import KINDS
from portal.oauth.models import Client
from portal.oauth.scopes import GROUPS, SCOPES


@blueprint.get("/developer/oauth-apps/<client_id>/settings")
@login_required
def settings(client_id: str) -> ResponseReturnValue:
    """What is set."""
    client = own_app(client_id)
    return _show(client, RequestsForm.about(client), KindForm.about(client))


@blueprint.post("/developer/oauth-apps/<client_id>/settings", endpoint="change_requests")
@login_required
def change_requests(client_id: str) -> ResponseReturnValue:
    """Change what the app's requests may ask for and must carry; PKCE becomes optional only after a recent sign-in."""
    client, form = own_app(client_id), RequestsForm()
    if not form.validate_on_submit():
        return _show(client, form, KindForm.about(client)), 422
    weaker = client.type == "confidential" and client.require_pkce and not form.require_pkce.data
    if weaker and not signed_in_freshly():
        return ask_for_fresh_sign_in(url_for("developer.settings", client_id=client_id))
    try:
        changes = client_settings.change_requests(
            current_user.user_id,
            client_id,
            uses=form.uses(),
            require_pkce=bool(form.require_pkce.data),
            actor=current_user.name,
        )
    except LookupError:  # deleted meanwhile
        abort(404)
    if changes:
        flash(f"Saved: {'; '.join(changes)}.", "success")
    else:
        flash("Nothing was changed: that is what was set already.")
    return redirect(url_for("developer.settings", client_id=client_id), 303)


@blueprint.post("/developer/oauth-apps/<client_id>/settings/kind", endpoint="change_kind")
@login_required
def change_kind(client_id: str) -> ResponseReturnValue:
    """Change what kind of app it is; with the type, only after a recent sign-in."""
    client, form = own_app(client_id), KindForm()
    if not form.validate_on_submit():
        return _show(client, RequestsForm.about(client), form), 422
    same_type = KINDS[form.kind.data].type == client.type
    return _change(client_id, form.kind.data) if same_type else _change_type(client_id, form.kind.data)


def _change(client_id: str, kind: str) -> ResponseReturnValue:
    try:
        change = client_settings.change_kind(current_user.user_id, client_id, kind, actor=current_user.name)
    except LookupError:  # deleted meanwhile
        abort(404)
    if change is None:
        flash("Nothing was changed: that is the kind of app it is already.")
    else:
        flash(_tell(kind, change), "success")
    return redirect(url_for("developer.settings", client_id=client_id), 303)


_change_type = require_fresh_sign_in("developer.settings")(_change)


def _tell(kind: str, change: client_settings.KindChange) -> str:
    now = f"The app’s kind is now “{KINDS[kind].label}”"
    if change.new_type == "public":
        count = change.secrets_deleted
        deleted = {0: "", 1: " Its client secret is deleted."}.get(count, f" Its {count} client secrets are deleted.")
        return (
            f"{now}, and it is public.{deleted} Calls that send a secret are refused, and every authorization request "
            "needs PKCE."
        )
    if change.new_type == "confidential":
        return (
            f"{now}, and it is confidential. It has no client secret yet, so its token requests are refused: create "
            "one on the Overview. PKCE stays required."
        )
    return f"{now}."


def _show(client: Client, requests_form: RequestsForm, kind_form: KindForm) -> str:
    groups = [
        (group, [(scope, requests_form[field_of(scope.name)]) for scope in SCOPES.values() if scope.group == group])
        for group in GROUPS
    ]
    return show_app(
        "developer/settings.html",
        client,
        tab="developer.settings",
        form=kind_form if kind_form.errors else requests_form,
        requests_form=requests_form,
        kind_form=kind_form,
        groups=groups,
        kinds={
            kind.name: {"implies": kind.implies, "consequence": _consequence(client, kind.type)}
            for kind in KINDS.values()
        },
    )


def _consequence(client: Client, type_: str) -> str | None:
    """What would happen to an app that became a kind of another type."""
    if client.type == type_:
        return None
    again = "" if signed_in_freshly() else " You will be asked to log in again first."
    if type_ == "public":
        count = len(client.secrets)
        deleted = f"deletes its {count} client secrets at once" if count > 1 else "deletes its client secret at once"
        ends = f"{deleted}: calls" if count else "makes the app public: calls"
        return f"Changing to this {ends} that send a secret are refused, and PKCE is always required.{again}"
    return (
        "Changing to this makes token requests need a client secret. They are refused until you create one on the "
        f"Overview.{again}"
    )
