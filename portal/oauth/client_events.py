"""What a client's owner can look up about it: edits go into the security log, calls through the recorder.

Owns the words for kinds and causes. Nothing that is written here is a secret, code or token.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.foundation import audit
from portal.oauth.models import Client

FAILURE = "failure"
KINDS = {
    "registered": "Registered",
    "edited": "Edited",
    "secret": "Client secret",
    "redirect_uri": "Redirect URI",
    "access": "Access",
    FAILURE: "Failed call",
}
"""Kinds of events, and how people read them."""

CAUSES = {
    "consent_required": "The user has not allowed this yet",
    "login_required": "Nobody was signed in",
    "redirect_uri_missing": "No redirect URI",
    "redirect_uri_mismatch": "The redirect URI is not registered",
    "redirect_uri_changed": "The redirect URI is not the one of the authorization request",
    "request_expired": "The user answered too late, or in another log-in",
    "client_suspended": "The app is suspended",
    "pkce_missing": "No PKCE code challenge",
    "pkce_unusable": "The PKCE code challenge cannot be used",
    "pkce_mismatch": "The PKCE code verifier does not match",
    "scope_missing": "No scope",
    "scope_unknown": "There is no such scope",
    "scope_not_allowed": "The app may not ask for this scope",
    "client_unnamed": "The client did not say which one it is",
    "secret_malformed": "The client secret is mistyped or cut off",
    "secret_missing": "The client secret is missing",
    "secret_unexpected": "A public app has no secret",
    "secret_wrong": "The client secret is wrong or was replaced",
    "code_malformed": "The code is mistyped or cut off",
    "code_unknown": "The code is not this app’s",
    "code_expired": "The code has expired or was revoked",
    "code_reuse": "An authorization code was used twice",
    "refresh_token_malformed": "The refresh token is mistyped, cut off or not known",
    "refresh_token_expired": "The refresh token has expired or was revoked",
    "refresh_token_reuse": "A refresh token that had been replaced was used again",
    "not_form_encoded": "The body is not form-encoded",
    "in_the_address": "Parameters in the address instead of the body",
    "too_many_failures": "Too many failed attempts",
    "invalid_request": "The request is malformed",
    "invalid_scope": "The scope cannot be granted",
    "invalid_target": "There is no such resource",
    "invalid_client": "The client could not be authenticated",
    "invalid_grant": "The code or token is not good",
    "unsupported_grant_type": "The grant type is not served",
    "unsupported_response_type": "The response type is not served",
}
"""Why a call failed, in words: an error's `cause`, or its code where it names none."""

REUSES = ("code_reuse", "refresh_token_reuse")
"""Causes that may mean that somebody else has a copy."""


COUNTED = ("allowed", "denied", "joined", "left", "exchanged", "refreshed", "redirected", "failed")
"""What is counted by day: approvals and denials, users' first approvals and removals, exchanges, refreshes,
approvals by redirect URI (`detail`: its key), failures (`detail`: endpoint and cause)."""


def note_edit(session: Session, client_key: int, kind: str, actor: str, text: str) -> None:
    """Log an edit, in the transaction that makes it.

    Args:
        kind: one of KINDS.
        actor: the name of who makes it.
        text: what is changed, from what to what; no secret.
    """
    of_client = Client.id == client_key
    owner_id, name = (select(column).where(of_client).scalar_subquery() for column in (Client.owner_id, Client.name))
    audit.record(session, kind, user_id=owner_id, client_id=client_key, app=name, actor=actor, text=text)
