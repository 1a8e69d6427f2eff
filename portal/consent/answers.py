"""Allow or deny: the answer to the consent screen, and what becomes of one that comes late, twice or from elsewhere."""

import re

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from portal.consent.pages import blueprint
from portal.consent.redirects import send_to
from portal.consent.refusals import START_AGAIN, show_refusal
from portal.foundation.error_pages import stale_form
from portal.oauth.authorization import AlreadyAllowed, AnsweredOrExpired, answer
from portal.oauth.authorization_request import NotRedirectable
from portal.oauth.errors import ProtocolError
from portal.oauth.failures import note_failure
from portal.oauth.held_requests import HeldRequest, find_held


@blueprint.post("/oauth/authorize", endpoint="answer")
def take_answer() -> ResponseReturnValue:
    """Allow or deny: only the held request's id, the answer and which optional scopes stay checked are read."""
    choice, pending = request.form.get("answer"), _pending_id()
    if choice not in {"allow", "deny"} or pending is None:
        flash("That answer could not be read. Start again from the app.", "error")
        return redirect("/", 303)
    if not current_user.is_authenticated:
        return _ask_anew(pending)
    kept = frozenset(request.form.getlist("scope"))
    try:
        who, version = (current_user.user_id, current_user.get_id()), current_user.credentials_version
        return send_to(answer(pending, *who, allow=choice == "allow", kept=kept, credentials_version=version))
    except AlreadyAllowed as error:
        return _say_it_is_done(error, find_held(pending))
    except AnsweredOrExpired as error:
        return _refuse(error, find_held(pending))


@blueprint.errorhandler(CSRFError)
def answered_from_another_log_in(error: CSRFError) -> ResponseReturnValue:
    """Whoever was logged out, or became somebody else, while the screen was open is asked anew: nothing was answered.

    The request only ever goes back to the screen, so a page of somebody else's gains nothing here that a link to the
    authorization endpoint would not give it. Nothing is put into the session: with another site's POST the browser
    has not sent its cookie (SameSite=Lax), and a new one would take the place of it.
    """
    pending = _pending_id()
    if request.endpoint != "consent.answer" or pending is None:
        return stale_form(error)
    return _ask_anew(pending)


def _pending_id() -> int | None:
    text = request.form.get("request_id", "")
    return int(text) if re.fullmatch("[0-9]{1,19}", text, re.ASCII) and int(text) < 2**63 else None


def _ask_anew(pending: int) -> ResponseReturnValue:
    held = find_held(pending)
    if held is None:
        text = "This request has expired, or is not yours to answer."
        return show_refusal(NotRedirectable(text, START_AGAIN, cause="request_expired"))
    path = _path_of(held)
    if current_user.is_authenticated:
        flash("You have logged in anew since that page was opened, so nothing was answered. Look again, then decide.")
    return redirect(path, 303)


def _path_of(held: HeldRequest) -> str:
    return f"{request.path}?{held.query}"


def _refuse(error: ProtocolError, held: HeldRequest | None) -> ResponseReturnValue:
    """A page with what happened; the app's owner finds its reference in Activity."""
    if held is None:
        return show_refusal(NotRedirectable(error.description, START_AGAIN))
    refusal = NotRedirectable(error.description, START_AGAIN, cause=error.cause)
    note_failure(refusal, "authorize", held.client_id, request.remote_addr or "")
    again = _path_of(held) if held.expired else None
    return show_refusal(refusal, app_name=held.client_name, again=again)


def _say_it_is_done(error: ProtocolError, held: HeldRequest | None) -> ResponseReturnValue:
    cure = "Go back to the app; if it does not let you in, start there again."
    return show_refusal(
        NotRedirectable(error.description, cure),
        app_name=held.client_name if held else None,
        title="You have answered already",
        done=True,
    )
