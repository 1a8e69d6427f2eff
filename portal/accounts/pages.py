"""Pages to sign up, log in and log out, and where a visitor goes from there."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from portal.accounts.demo_accounts import list_demo_accounts
from portal.accounts.forms import LogInForm, SignUpForm
from portal.accounts.registration import EmailTaken, sign_up
from portal.accounts.sessions import close_session, find_signed_in, open_session
from portal.accounts.sign_in import TooManyAttempts, WrongCredentials, authenticate
from portal.config import current_settings
from portal.foundation.credentials import digest
from portal.foundation.headers import allow_form_to
from portal.foundation.limits import current_limiter

SIGN_UPS_ALLOWED = "20/hour"
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


def _errand(path: str) -> dict[str, Any]:
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
    errand = _errand(next_path)
    problem, status = None, 200
    if request.method != "POST":
        form.email.data = errand.get("hint")
        if current_user.is_authenticated and not errand.get("again"):
            return redirect(next_path, 303)
    elif form.validate_on_submit():
        try:
            user_id = authenticate(str(form.email.data), str(form.password.data), request.remote_addr or "")
            return _enter(user_id, next_path, errand.get("afterwards"))
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


@blueprint.route("/signup", methods=["GET", "POST"], endpoint="sign_up")
def sign_up_page() -> ResponseReturnValue:
    """Create an account and be signed in with it."""
    form = SignUpForm(next=request.args.get("next"))
    next_path = own_path(form.next.data)
    _errand(next_path)
    if form.validate_on_submit():
        if wait := current_limiter().count(SIGN_UPS_ALLOWED, "sign-up", request.remote_addr or ""):
            problem = f"Too many new accounts from your network. Wait {-(-wait // 60)} minutes and try again."
            return render_template("accounts/sign_up.html", form=form, next_path=next_path, problem=problem), 429
        try:
            return _enter(sign_up(str(form.name.data), str(form.email.data), str(form.password.data)), next_path)
        except EmailTaken:
            form.email.errors = [f"There is already an account with {form.email.data}. Log in instead."]
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/sign_up.html", form=form, next_path=next_path), status


def _enter(user_id: int, next_path: str, tell: str | None = None) -> ResponseReturnValue:
    """Begin a new session; nothing of the visitor's old one is carried over but where they were going."""
    if current_user.is_authenticated:
        close_session(current_user.get_id())  # signing in anew ends the old session too (ASVS 7.2.4)
    session.clear()
    session["signed_in_again"] = _mark(next_path)
    session.permanent = True
    login_user(find_signed_in(open_session(user_id)))
    if tell:
        flash(tell)
    return redirect(next_path, 303)


@blueprint.post("/logout")
def log_out() -> ResponseReturnValue:
    """End the session on the server, and go on to `next`, a path of ours."""
    if current_user.is_authenticated:
        close_session(current_user.get_id())
    logout_user()
    session.clear()
    # Signed out, whoever asked for the next page is sent on to sign in by that page itself.
    return redirect(own_path(request.form.get("next")), 303)
