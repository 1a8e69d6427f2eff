"""Pages to log in and log out, and where a visitor goes from there."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from portal.accounts.arrival import arrive
from portal.accounts.demo_accounts import list_demo_accounts
from portal.accounts.forms import LogInForm
from portal.accounts.sessions import close_session, find_signed_in
from portal.accounts.sign_in import TooManyAttempts, WrongCredentials, authenticate
from portal.config import current_settings
from portal.foundation.credentials import digest
from portal.foundation.headers import allow_form_to

LONGEST_PATH = 33 * 1024
"""Characters of a path to go on to: room for the longest authorization request."""
blueprint = Blueprint("accounts", __name__)


def own_path(path: str | None) -> str:
    """`path` if it stays on this site, else the home page: no scheme, no host, no trick with slashes (ASVS 3.7.2)."""
    if not path or len(path) > LONGEST_PATH or path[0] != "/" or path[1:2] == "/" or "\\" in path:
        return "/"
    return path if path.isprintable() else "/"


def ask_to_sign_in(
    path: str,
    *,
    leads_to: str | None = None,
    hint: str = "",
    again: bool = False,
    reason: str = "",
    afterwards: str = "",
) -> ResponseReturnValue:
    """Send a visitor to the log-in page, and back to `path` afterwards.

    Args:
        leads_to: a client's redirect URI that `path` may redirect to at once: browsers apply the log-in form's
            content security policy to that redirect as well.
        hint: an e-mail address to begin with.
        again: ask also somebody who is signed in; `signed_in_again_for(path)` then tells that they did.
        reason: why somebody who is signed in has to do it again, for the log-in page.
        afterwards: what to tell them at `path` then.
    """
    session["errand"] = {
        "path": _mark(path),
        "leads_to": leads_to,
        "hint": hint[:254],
        "again": again,
        "reason": reason,
        "afterwards": afterwards,
    }
    return redirect(url_for("accounts.log_in", next=path), 303)


def signed_in_again_for(path: str) -> bool:
    """Whether somebody has just signed in because `path` asked them to, which counts once."""
    return bool(session.pop("signed_in_again", None) == _mark(path))


def _mark(path: str) -> str:
    return digest(path).hex()


def errand_at(path: str) -> dict[str, Any]:
    """What the page at `path` asked for when it sent the visitor here; nothing for any other path."""
    errand: dict[str, Any] = session.get("errand") or {}
    if errand.get("path") != _mark(path):
        return {}
    if errand["leads_to"]:
        allow_form_to(errand["leads_to"])
    return errand


@blueprint.route("/login", methods=["GET", "POST"])
def log_in() -> ResponseReturnValue:
    """Log in with e-mail and password."""
    form = LogInForm(next=request.args.get("next"))
    next_path = own_path(form.next.data)
    errand = errand_at(next_path)
    problem, status = None, 200
    if request.method != "POST":
        form.email.data = errand.get("hint")
        if current_user.is_authenticated and not errand.get("again"):
            return redirect(next_path, 303)
    elif form.validate_on_submit():
        try:
            user = authenticate(str(form.email.data), str(form.password.data), request.remote_addr or "")
            return enter(user.id, next_path, errand.get("afterwards"), version=user.credentials_version)
        except WrongCredentials:
            problem, status = "The email or the password is wrong.", 422
        except TooManyAttempts as error:
            problem, status = (
                f"Too many attempts. Wait {error.wait} seconds and try again.",
                429,
            )
    else:
        status = 422
    demo = list_demo_accounts() if current_settings().demo_data else None
    page = render_template(
        "accounts/log_in.html",
        form=form,
        next_path=next_path,
        problem=problem,
        demo=demo,
        reason=errand.get("reason"),
    )
    return page, status


def enter(
    user_id: int, next_path: str, tell: str | None = None, *, version: int = 0, new_account: bool = False
) -> ResponseReturnValue:
    """Begin a new session; nothing of the visitor's old one is carried over but where they were going.

    Args:
        tell: what to tell them there.
        version: of the credentials that they gave.
        new_account: whether they have just signed up.

    Raises:
        WrongCredentials: the password was changed in this moment.
    """
    leaving = current_user.get_id() if current_user.is_authenticated else None
    value = arrive(user_id, version=version, leaving=leaving, new_account=new_account)
    session.clear()
    session["signed_in_again"] = _mark(next_path)
    stay_signed_in(value)
    if tell:
        flash(tell)
    return redirect(next_path, 303)


def stay_signed_in(value: str) -> None:
    """Make a session the one of this browser."""
    session.permanent = True
    login_user(find_signed_in(value))


def leave() -> None:
    """Forget the session in this browser, whose row is gone or going."""
    logout_user()
    session.clear()


@blueprint.post("/logout")
def log_out() -> ResponseReturnValue:
    """End the session on the server, and go on to `next`, a path of ours."""
    if current_user.is_authenticated:
        close_session(current_user.get_id())
    leave()
    # Signed out, whoever asked for the next page is sent on to sign in by that page itself.
    return redirect(own_path(request.form.get("next")), 303)
