"""Letters to the people who approve: an app got access for the first time, or the server has ended it by itself."""

import re
from collections.abc import Mapping
from typing import Any

from flask import url_for

from portal.accounts.users import get_user
from portal.consent.permission_words import in_one_line
from portal.foundation.circumstances import facts_of, when
from portal.foundation.mail import Letter, OutgoingMail, Step
from portal.oauth.consent_words import describe_destination, describe_rest
from portal.oauth.scopes import SCOPES, parse

_REUSED = {
    "code_reuse": "The one-time code with which {app} gets access was used twice.",
    "refresh_token_reuse": "{app} keeps its access with a token that is replaced at each use. One that had been "
    "replaced was used again.",
}


def write_first_access(mail: OutgoingMail, data: Mapping[str, Any]) -> Letter | None:
    """To somebody who has allowed an app for the first time.

    Args:
        data: client_key, app, scope, redirect_uri, and the circumstances.
    """
    address, app, page = _address(mail), quote_name(data["app"]), _page(data)
    if address is None:
        return None
    scope = parse(data["scope"]) & SCOPES.keys()
    return Letter(
        to=address,
        subject=f"{app} can now access your ContextFile account",
        paragraphs=(
            f"You allowed the app {app} to access your ContextFile account.",
            f"It can: {in_one_line(scope)}.",
            describe_rest(scope),
        ),
        step=Step("See its access", page),
        facts=(
            *facts_of(data),
            ("It sent you to", _unlinked(describe_destination(data["redirect_uri"]))),
        ),
        undo=(
            f"Remove the access of {app}: its tokens stop working at once. Then change your password, since somebody "
            "was logged in to your account.",
        ),
        undo_step=Step("Remove its access", page),
    )


def write_access_ended(mail: OutgoingMail, data: Mapping[str, Any]) -> Letter | None:
    """To somebody whose app's authorization was ended because of reuse; data: client_key, app, reason."""
    address, app, page = _address(mail), quote_name(data["app"]), _page(data)
    if address is None:
        return None
    return Letter(
        to=address,
        subject=f"We ended a session of {app} with your ContextFile account",
        paragraphs=(
            _REUSED[data["reason"]].format(app=app) + " That may be a fault in the app, or somebody else has a copy.",
            "To be safe, we ended this session of the app. Its tokens stopped working at once.",
            f"If you use {app}, connect again from the app: nothing else is needed. If it happens again, tell its "
            "makers.",
        ),
        step=Step("See its access", page),
        facts=(("When", when(mail.created_at)),),
        undo=(f"If you do not recognise {app}, or no longer use it, remove its access.",),
        undo_step=Step("Remove its access", page),
    )


WRITERS = {"first_access": write_first_access, "access_ended": write_access_ended}


def quote_name(name: str) -> str:
    """An app's name as its maker chose it, in quotation marks and with nothing in it that mail programs make a link."""
    return f"“{_unlinked(' '.join(name.split()))}”"


def _unlinked(text: str) -> str:
    """The same to the eye; a word joiner after each dot, colon, slash and at sign keeps it from being an address."""
    return re.sub(r"(?<=[.:/@])(?=\S)", "\u2060", text)


def _address(mail: OutgoingMail) -> str | None:
    try:
        return get_user(mail.user_id).email if mail.user_id else None
    except LookupError:
        return None


def _page(data: Mapping[str, Any]) -> str:
    return url_for("consent.connected_app", client_key=int(data["client_key"]), _external=True)
