"""What the pages behind e-mailed links share: nothing leaks the link, and one that is gone says where to begin anew.

Also what a page may say after sending one, and how many may be sent.
"""

from collections.abc import Callable

from flask import current_app, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from portal.accounts.forms import AddressForm
from portal.accounts.registration import normalize_email
from portal.config import current_settings
from portal.foundation.limits import current_limiter
from portal.foundation.public_addresses import caller_of

LETTERS_ALLOWED = "5/hour"
"""To one address, asked for from one address of the network."""
ASKED_ALLOWED = "20/hour"
"""From one address of the network."""


def private(page: ResponseReturnValue) -> Response:
    """A page whose address holds a link's token: no Referer carries it.

    Not `no-referrer`: the check of the form's token wants to see from which origin it comes (ASVS 3.5.1).
    """
    response = make_response(page)
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def token_in_address() -> str:
    """The token of the link that was opened."""
    return request.args.get("token", "")


def link_gone(what: str, endpoint: str, label: str) -> Response:
    """The page for a link that is not good any more.

    Args:
        what: what it was for, after “This link to”.
        endpoint: where to begin anew.
        label: what the button there says.
    """
    return private((render_template("accounts/link_gone.html", what=what, url=url_for(endpoint), label=label), 410))


def seconds_to_wait() -> int:
    """Count one letter that is asked for from this network. Seconds to wait if it is one too many, else 0."""
    return current_limiter().count(ASKED_ALLOWED, "letters", caller_of(request.remote_addr or ""))


def may_write_to(email: str) -> bool:
    """Count one letter to an address. If it is one too many, none is sent, and nobody learns of it."""
    return not current_limiter().count(LETTERS_ALLOWED, "letters", email, caller_of(request.remote_addr or ""))


def ask_for_letter(form: AddressForm, send: Callable[[str], None]) -> int:
    """Have a letter sent to the address in a form. Seconds to wait if this network asks too often, else 0.

    Args:
        form: a good one.
        send: the use case, which takes the address in its normal form; one that gets too many letters gets none.
    """
    if wait := seconds_to_wait():
        return wait
    email = normalize_email(form.email.data or "")
    if may_write_to(email):
        send(email)
    session["asked_for"] = email  # for the page that says that a link was sent
    return 0


def sent_page(again: str, *, always: bool) -> ResponseReturnValue | None:
    """The page that says that a link was sent; None if this browser has asked for none.

    Args:
        again: where to correct the address.
        always: whether one is sent to every address, or only to those with an account.
    """
    email = session.get("asked_for")
    if not isinstance(email, str):
        return None
    return render_template(
        "accounts/check_mail.html", always=always, email=email, again=again, kept_at=where_mail_is_kept()
    )


def where_mail_is_kept() -> str | None:
    """The page that lists mail which no server takes, on a machine of somebody who develops."""
    settings = current_settings()
    kept = not settings.smtp_url and not settings.production and "mailbox.inbox" in current_app.view_functions
    return url_for("mailbox.inbox") if kept else None
