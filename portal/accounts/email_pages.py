"""Pages behind the links that change an account's address, and put it back. Opening them changes nothing."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.accounts.email_change import account_of_link, confirm_email_change, undo_email_change
from portal.accounts.email_links import LinkGone
from portal.accounts.link_pages import link_gone, private, token_in_address
from portal.accounts.pages import blueprint, leave
from portal.accounts.registration import EmailTaken
from portal.foundation.forms import PostedForm


@blueprint.route("/settings/email/confirm", methods=["GET", "POST"])
def confirm_email() -> ResponseReturnValue:
    """Use the new address from now on, in whichever browser its owner opens the link."""
    token = token_in_address()
    try:
        link, user = account_of_link("change", token)
        if request.method != "POST":
            page = render_template("accounts/confirm_email.html", form=PostedForm(), user=user, email=link.email)
            return private(page)
        confirm_email_change(token)
    except LinkGone:
        return link_gone("confirm an address", "accounts.profile", "Open your settings")
    except EmailTaken:
        return private((render_template("accounts/address_taken.html", email=link.email), 409))
    flash(f"Your account now belongs to {link.email}. Log in with this address from now on.", "success")
    signed_in = current_user.is_authenticated and current_user.user_id == user.id
    return private(redirect(url_for("accounts.profile" if signed_in else "accounts.log_in"), 303))


@blueprint.route("/settings/email/undo", methods=["GET", "POST"])
def undo_email() -> ResponseReturnValue:
    """Put the old address back, and go on to a new password."""
    token = token_in_address()
    try:
        link, user = account_of_link("undo", token)
        if request.method != "POST":
            return private(render_template("accounts/undo_email.html", form=PostedForm(), user=user, email=link.email))
        reset_token = undo_email_change(token)
    except LinkGone:
        return link_gone("put an address back", "accounts.reset_password", "Choose a new password")
    except EmailTaken:
        return private((render_template("accounts/address_taken.html", email=link.email), 409))
    if current_user.is_authenticated and current_user.user_id == user.id:
        leave()
    flash(f"{link.email} is back, and every browser is logged out. Now choose a new password.", "success")
    return private(redirect(url_for("accounts.new_password", token=reset_token), 303))
