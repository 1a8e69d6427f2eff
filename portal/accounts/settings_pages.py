"""The profile: one's name, and asking for another address or password."""

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.accounts.email_change import request_email_change
from portal.accounts.forms import NameForm, NewPasswordForm
from portal.accounts.fresh_sign_in import require_fresh_sign_in, signed_in_freshly
from portal.accounts.link_pages import may_write_to, seconds_to_wait, where_mail_is_kept
from portal.accounts.pages import blueprint, leave, stay_signed_in
from portal.accounts.password_change import ChangedMeanwhile, change_password
from portal.accounts.profile import change_name
from portal.accounts.registration import normalize_email
from portal.accounts.sessions import open_session
from portal.accounts.settings_forms import NewEmailForm
from portal.foundation.limits import current_limiter

PROFILE = "accounts.profile"
CHANGES_ALLOWED = "5/hour"
"""Of one account's password: each costs a hash and a letter."""


@blueprint.get("/settings")
@login_required
def settings() -> ResponseReturnValue:
    """Lead to the first page of the settings."""
    return redirect(url_for(PROFILE), 303)


def _email_form() -> NewEmailForm:
    form = NewEmailForm()
    form.email_of_owner = current_user.email
    return form


def _show(
    name: NameForm | None = None, email: NewEmailForm | None = None, password: NewPasswordForm | None = None
) -> str:
    """The profile page; of three forms the one that was sent keeps what it holds."""
    return render_template(
        "accounts/profile.html",
        tab=PROFILE,
        name_form=name or NameForm(formdata=None, name=current_user.name),
        email_form=email or NewEmailForm(formdata=None),
        password_form=password or NewPasswordForm(formdata=None),
        sent=next((form for form in (name, email, password) if form and form.errors), None),
        fresh=signed_in_freshly(),
        kept_at=where_mail_is_kept() if session.pop("address_asked_for", None) else None,
    )


@blueprint.get("/settings/profile")
@login_required
def profile() -> ResponseReturnValue:
    """Show it."""
    return _show()


@blueprint.post("/settings/profile/name")
@login_required
def change_own_name() -> ResponseReturnValue:
    """Change one's name."""
    form = NameForm()
    if not form.validate_on_submit():
        return _show(name=form), 422
    change_name(current_user.user_id, form.name.data or "")
    flash("Your name is changed.", "success")
    return redirect(url_for(PROFILE), 303)


@blueprint.post("/settings/profile/email")
@login_required
@require_fresh_sign_in(PROFILE)
def change_own_email() -> ResponseReturnValue:
    """Send a link to another address, which changes nothing yet. The answer tells nothing of that address."""
    form = _email_form()
    if not form.validate_on_submit():
        return _show(email=form), 422
    if wait := seconds_to_wait():
        form.email.errors = [f"Too many requests from your network. Wait {-(-wait // 60)} minutes and try again."]
        return _show(email=form), 429
    email = normalize_email(form.email.data or "")
    if may_write_to(email):
        request_email_change(current_user.user_id, email, version=current_user.credentials_version)
    session["address_asked_for"] = True
    flash(f"Check the mail of {email}: we sent a link there, which works for 1 hour. Nothing is changed until then.")
    return redirect(url_for(PROFILE), 303)


@blueprint.post("/settings/profile/password")
@login_required
@require_fresh_sign_in(PROFILE)
def change_own_password() -> ResponseReturnValue:
    """Change one's password: everything else ends, and this browser gets a new session."""
    form = NewPasswordForm()
    form.email_of_owner, form.name_of_owner = current_user.email, current_user.name
    if not form.validate_on_submit():
        return _show(password=form), 422
    user_id = current_user.user_id
    if wait := current_limiter().count(CHANGES_ALLOWED, "password", str(user_id)):
        form.password.errors = [f"Too many new passwords. Wait {-(-wait // 60)} minutes and try again."]
        return _show(password=form), 429
    try:
        change_password(user_id, form.password.data or "", version=current_user.credentials_version)
    except ChangedMeanwhile:
        leave()
        flash("Your password was changed elsewhere in this moment. Log in with that one.", "error")
        return redirect(url_for("accounts.log_in"), 303)
    session.clear()
    stay_signed_in(open_session(user_id))
    flash("Your password is changed. Every other browser is logged out.", "success")
    return redirect(url_for(PROFILE), 303)
