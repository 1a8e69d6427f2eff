"""The consent screen: what is asked is put in words, and the answer is a form that carries nothing to alter."""

import logging
from urllib.parse import urlsplit

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.accounts.pages import ask_to_sign_in, signed_in_again_for
from portal.accounts.users import get_user
from portal.config import current_settings, is_loopback
from portal.consent.redirects import send_to
from portal.consent.refusals import START_AGAIN, show_refusal
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
from portal.oauth.consents import Decided, decided
from portal.oauth.errors import ProtocolError
from portal.oauth.failures import note_failure

log = logging.getLogger(__name__)
blueprint = Blueprint("consent", __name__)
ASK_ANYWAY = frozenset({"consent", "select_account"})
"""Prompts that want the person asked, whatever was allowed before."""


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
        return send_to(error_location(error))
    if asked.for_owner_alone and current_user.is_authenticated and current_user.user_id != asked.client.owner_id:
        return show_refusal(
            NotRedirectable(
                "Only this app's own developer can use the playground.", "Log in as the developer of this app."
            )
        )
    # Without anybody signed in, prompt=none redirects a visitor at once: only for clients that somebody answers for,
    # or anybody who publishes a document could redirect from here (RFC 9700 §4.11.2).
    if "none" in asked.prompt and (current_user.is_authenticated or asked.client.owner_id):
        return _answer_silently(asked)
    again = "login" in asked.prompt
    if not current_user.is_authenticated or (again and not signed_in_again_for(_this_request())):
        return ask_to_sign_in(_this_request(), leads_to=asked.redirect_uri, hint=asked.login_hint, again=again)
    try:
        before = decided(current_user.user_id, asked.client.key)
        if not asked.prompt & ASK_ANYWAY and may_skip_consent(asked, before):
            return _allow_again(asked, before)
        return _ask(asked, before)
    except AnsweredOrExpired as error:
        return show_refusal(NotRedirectable(error.description, START_AGAIN))


def _answer_silently(asked: AuthorizationRequest) -> ResponseReturnValue:
    """prompt=none: what was allowed before is allowed again, anything else is an error that says what is missing."""
    if not current_user.is_authenticated:
        return _refuse(asked, "login_required", "Nobody is signed in.")
    before = decided(current_user.user_id, asked.client.key)
    if not may_skip_consent(asked, before):
        return _refuse(asked, "consent_required", "The user has to be asked.")
    return _allow_again(asked, before)


def _allow_again(asked: AuthorizationRequest, before: Decided) -> ResponseReturnValue:
    pending = hold(asked, current_user.user_id, current_user.get_id())
    who = current_user.user_id, current_user.get_id()
    version = current_user.credentials_version
    return send_to(answer(pending, *who, allow=True, kept=before.allowed, asked=False, credentials_version=version))


def _refuse(asked: AuthorizationRequest, error: str, description: str) -> ResponseReturnValue:
    refused = ProtocolError(error, description)
    refused.client_id = asked.client.client_id
    _note(refused)
    return send_to(refusal_location(asked, error, description))


def _note(error: ProtocolError) -> None:
    log.info("request %s refused: %s: %s %s", request_id(), error.error, error.description, error.detail)
    sent = (request.args.get("redirect_uri") or "") if error.cause == "redirect_uri_mismatch" else ""
    note_failure(error, "authorize", error.client_id, request.remote_addr or "", sent=sent)


def _ask(asked: AuthorizationRequest, before: Decided) -> ResponseReturnValue:
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
            "users": profile.users,
            "document_host": client.document_host,
        },
        user={"name": current_user.name, "email": current_user.email},
        groups=group_scopes(asked.scope, before.allowed, client.optional_scope),
        redirect_host=describe_destination(asked.redirect_uri),
        is_loopback=is_loopback(target.hostname or ""),
        lifetime=describe_lifetime(current_settings().grant_seconds),
        cannot=describe_rest(asked.scope),
        request_id=hold(asked, current_user.user_id, current_user.get_id()),
        switch_path=_this_request(),
    )


def _this_request() -> str:
    return f"{request.path}?{request.query_string.decode('ascii', 'replace')}"
