"""The playground: a developer runs their own app, step by step, against the real endpoints, as themselves.

Everything that the steps bring travels in the page, sealed; each step is answered by the page itself, no-store.
"""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required
from wtforms import HiddenField, PasswordField
from wtforms.validators import Length

from portal.config import current_settings
from portal.developer.own_apps import own_app
from portal.developer.pages import blueprint
from portal.developer.playground_calls import Wire
from portal.developer.playground_page import Shown, show_playground
from portal.developer.playground_progress import Progress, read_progress
from portal.developer.playground_request import Attempt, new_attempt, read_state
from portal.developer.playground_steps import OPERATIONS, STEPS, TOKENS, WITH_SECRET, Choices, take_step
from portal.foundation.forms import PostedForm, refuse_invisible
from portal.oauth.metadata import PLAYGROUND_CALLBACK
from portal.oauth.models import Client

_PATH = "/developer/oauth-apps/<client_id>/playground"
_START_AGAIN = "This page of the playground was too old to go on from, so nothing was sent. Start again with step 1."


class StepForm(PostedForm):
    """What a step sends. The secret is asked for in each: nothing here carries it on."""

    step = HiddenField()
    progress = HiddenField()
    operation = HiddenField()
    token = HiddenField()
    client_secret = PasswordField(
        "Client secret", [Length(max=200), refuse_invisible], filters=[lambda text: text.strip() if text else ""]
    )


@blueprint.get(_PATH)
@login_required
def playground(client_id: str) -> ResponseReturnValue:
    """Step 1: the authorization URL, for the scopes that were chosen."""
    client = own_app(client_id)
    return show_playground(client, Shown(Progress(_chosen(client))))


@blueprint.get(f"{_PATH}/authorize")
@login_required
def playground_start(client_id: str) -> ResponseReturnValue:
    """Go to the consent screen by the URL that step 1 shows, or by a new one if other scopes were chosen since."""
    attempt = _chosen(own_app(client_id))
    shown = read_state(request.args.get("state", ""))
    if shown and (shown.client_id, shown.scope, shown.prompt) == (attempt.client_id, attempt.scope, attempt.prompt):
        attempt = shown
    return redirect(attempt.call.url, 303)


@blueprint.get(PLAYGROUND_CALLBACK)
@login_required
def playground_callback() -> ResponseReturnValue:
    """Step 2: what came back to the redirect URI, checked as an app must check it."""
    attempt = read_state(request.args.get("state", ""))
    if attempt is None:
        # RFC 6749 §10.12: somebody may have sent this person here with an answer of their own.
        flash(
            "That answer does not belong to a request of this browser’s session (its state is not ours), so it was "
            "not used. Start again from the playground of your app.",
            "error",
        )
        return redirect(url_for("developer.apps"), 303)
    client = own_app(attempt.client_id)
    if request.args.get("iss") != current_settings().issuer:
        flash("That answer came from another server (its iss is not ours), so it was not used. Start again.", "error")
        return redirect(url_for("developer.playground", client_id=client.client_id), 303)
    returned = {name: request.args[name] for name in request.args if len(request.args[name]) <= 2000}
    progress = Progress(attempt, code=returned.get("code", "")).after("authorize", _redirect_wire(attempt))
    return show_playground(client, Shown(progress, latest="authorize", returned=returned))


@blueprint.post(_PATH)
@login_required
def playground_step(client_id: str) -> ResponseReturnValue:
    """Steps 3 to 7: send the step's request, and show what went over the wire."""
    client, form = own_app(client_id), StepForm()
    step, progress = form.step.data or "", read_progress(form.progress.data or "", client_id)
    if step not in STEPS or progress is None:
        flash(_START_AGAIN, "error")
        return redirect(url_for("developer.playground", client_id=client_id), 303)
    choices = _choices(form)
    fault = "" if form.validate_on_submit() else str(next(iter(form.errors.values()))[0])
    if not fault and step in WITH_SECRET and client.type == "confidential" and not choices.secret:
        fault = f"Paste the client secret of {client.name}; it begins with cf_cs_."
    if fault:
        return show_playground(client, Shown(progress, latest=step, choices=choices, fault=fault)), 422
    return show_playground(client, Shown(take_step(step, client, progress, choices), latest=step, choices=choices))


def _choices(form: StepForm) -> Choices:
    """What was chosen; the first choice where it is none of those offered."""
    operation, token = form.operation.data or "", form.token.data or ""
    return Choices(
        secret=form.client_secret.data or "",
        operation=operation if operation in OPERATIONS else "",
        token=token if token in TOKENS else "",
    )


def _chosen(client: Client) -> Attempt:
    return new_attempt(client, request.args.getlist("scope"), request.args.get("prompt", ""))


def _redirect_wire(attempt: Attempt) -> Wire:
    """What the browser sent to begin with, and the redirect that brought it here."""
    location = current_settings().issuer + PLAYGROUND_CALLBACK + f"?{request.query_string.decode('ascii', 'replace')}"
    host = current_settings().issuer.partition("://")[2]
    line = f"GET {attempt.call.target} HTTP/1.1"
    return Wire(line, [("Host", host)], "", "303 See Other", [("Location", location)], "")
