"""The consent screen: what is asked is put in words, and the answer is a form that carries nothing to alter."""

import logging
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from werkzeug.datastructures import Headers

from portal.accounts.pages import ask_to_sign_in, signed_in_again_for
from portal.accounts.users import get_user
from portal.config import current_settings, is_loopback
from portal.consent.refusals import show_refusal
from portal.foundation.headers import allow_form_to, request_id
from portal.oauth.authorization import (
    AnsweredOrExpired,
    answer,
    error_location,
    hold,
    may_skip_consent,
    refusal_location,
)
from portal.oauth.authorization_request import AuthorizationRequest, NotRedirectable, read_request
from portal.oauth.client_profiles import get_profile
from portal.oauth.consent_words import describe_destination, describe_lifetime, describe_rest, group_scopes
from portal.oauth.consents import allowed_scope
from portal.oauth.errors import ProtocolError
from portal.oauth.failures import note_failure

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

log = logging.getLogger(__name__)
blueprint = Blueprint("consent", __name__)


@blueprint.get("/oauth/authorize")
def authorize() -> ResponseReturnValue:
    """Put an authorization request before the signed-in user."""
    try:
        asked = read_request(request.query_string, request.remote_addr or "")
    except NotRedirectable as error:
        _note(error)
        return show_refusal(error)
    except ProtocolError as error:
        _note(error)
        # Only somebody who has signed in is redirected with an error: no open redirector (RFC 9700 §4.11.2).
        if not current_user.is_authenticated:
            return ask_to_sign_in(_this_request(), leads_to=error.redirect_uri)
        return _send_to(error_location(error))
    if asked.for_owner_alone and current_user.is_authenticated and current_user.user_id != asked.client.owner_id:
        return show_refusal(
            NotRedirectable(
                "Only this app's own developer can use the playground.", "Log in as the developer of this app."
            )
        )
    # Without anybody signed in, prompt=none redirects a visitor at once: only for clients that somebody answers for,
    # or anybody who publishes a document could redirect from here (RFC 9700 §4.11.2).
    if "none" in asked.prompt and (current_user.is_authenticated or asked.client.owner_id):
        return _answer_without_asking(asked)
    again = "login" in asked.prompt
    if not current_user.is_authenticated or (again and not signed_in_again_for(_this_request())):
        return ask_to_sign_in(_this_request(), leads_to=asked.redirect_uri, hint=asked.login_hint, again=again)
    try:
        return _ask(asked)
    except AnsweredOrExpired as error:
        return _start_again(error)


def _answer_without_asking(asked: AuthorizationRequest) -> ResponseReturnValue:
    """prompt=none: what was allowed before is allowed again, anything else is an error that says what is missing."""
    if not current_user.is_authenticated:
        return _refuse(asked, "login_required", "Nobody is signed in.")
    allowed = allowed_scope(current_user.user_id, asked.client.key)
    if not may_skip_consent(asked, allowed):
        return _refuse(asked, "consent_required", "The user has to be asked.")
    pending = hold(asked, current_user.user_id, current_user.get_id())
    return _send_to(answer(pending, current_user.user_id, current_user.get_id(), allow=True, kept=allowed))


def _refuse(asked: AuthorizationRequest, error: str, description: str) -> ResponseReturnValue:
    refused = ProtocolError(error, description)
    refused.client_id = asked.client.client_id
    _note(refused)
    return _send_to(refusal_location(asked, error, description))


def _note(error: ProtocolError) -> None:
    log.info("request %s refused: %s: %s %s", request_id(), error.error, error.description, error.detail)
    sent = (request.args.get("redirect_uri") or "") if error.cause == "redirect_uri_mismatch" else ""
    note_failure(error, "authorize", error.client_id, request.remote_addr or "", sent=sent)


def _ask(asked: AuthorizationRequest) -> ResponseReturnValue:
    client = asked.client
    profile = get_profile(client.key)
    owner = get_user(client.owner_id).name if client.owner_id else None
    target = urlsplit(asked.redirect_uri)
    allow_form_to(asked.redirect_uri)
    return render_template(
        "consent/authorize.html",
        app={
            "name": client.name,
            "logo_url": url_for("developer.logo", sha256=profile.logo_sha256) if profile.logo_sha256 else None,
            "homepage_url": profile.homepage_uri or None,
            "policy_url": profile.policy_uri or None,
            "tos_url": profile.tos_uri or None,
            "verified": profile.verified,
            "owner_name": owner,
            "created": profile.created_at,
            "document_host": client.document_host,
        },
        user={"name": current_user.name, "email": current_user.email},
        groups=group_scopes(asked.scope, allowed_scope(current_user.user_id, client.key), client.optional_scope),
        redirect_host=describe_destination(asked.redirect_uri),
        is_loopback=is_loopback(target.hostname or ""),
        lifetime=describe_lifetime(current_settings().grant_seconds),
        cannot=describe_rest(asked.scope),
        request_id=hold(asked, current_user.user_id, current_user.get_id()),
        switch_path=_this_request(),
    )


@blueprint.post("/oauth/authorize", endpoint="answer")
@login_required
def take_answer() -> ResponseReturnValue:
    """Allow or deny: only the held request's id, the answer and which optional scopes stay checked are read."""
    choice, pending = request.form.get("answer"), request.form.get("request_id", "")
    if choice not in {"allow", "deny"} or not re.fullmatch("[0-9]{1,19}", pending) or int(pending) >= 2**63:
        flash("That answer could not be read. Start again from the app.", "error")
        return redirect("/", 303)
    kept = frozenset(request.form.getlist("scope"))
    try:
        location = answer(int(pending), current_user.user_id, current_user.get_id(), allow=choice == "allow", kept=kept)
    except AnsweredOrExpired as error:
        return _start_again(error)
    return _send_to(location)


def _start_again(error: ProtocolError) -> ResponseReturnValue:
    return show_refusal(NotRedirectable(error.description, "Start again from the app that you want to connect."))


def _this_request() -> str:
    return f"{request.path}?{request.query_string.decode('ascii', 'replace')}"


def _send_to(location: str) -> ResponseReturnValue:
    """303, never 307, which would send the form along (RFC 9700 §4.12); the address holds a code, so no Referer."""
    return _ToTheCharacter("", 303, {"Location": location, "Referrer-Policy": "no-referrer"})


class _ToTheCharacter(Response):
    """A redirect URI arrives as it was registered; Werkzeug would rewrite it (com.example.app:///cb loses slashes)."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """The headers as they were set."""
        location = self.headers.pop("Location")
        headers = super().get_wsgi_headers(environ)
        headers["Location"] = self.headers["Location"] = location
        return headers
