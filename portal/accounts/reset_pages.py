"""Pages for somebody who has forgotten their password."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.accounts.email_links import LinkGone
from portal.accounts.forms import AddressForm, NewPasswordForm
from portal.accounts.link_pages import ask_for_letter, link_gone, private, sent_page, token_in_address
from portal.accounts.pages import blueprint, leave
from portal.accounts.password_reset import account_of_reset, finish_reset, request_reset


@blueprint.route("/reset-password", methods=["GET", "POST"])
def reset_password() -> ResponseReturnValue:
    """Ask for an address, and answer the same whether it has an account or not."""
    form, problem, status = AddressForm(), None, 200
    if request.method != "POST":
        form.email.data = getattr(current_user, "email", "")
    elif form.validate_on_submit():
        if wait := ask_for_letter(form, request_reset):
            problem, status = f"Too many requests from your network. Wait {-(-wait // 60)} minutes and try again.", 429
        else:
            return redirect(url_for("accounts.reset_sent"), 303)
    else:
        status = 422
    return render_template("accounts/reset_password.html", form=form, problem=problem), status


@blueprint.get("/reset-password/sent")
def reset_sent() -> ResponseReturnValue:
    """Say that a link is under way, if the address has an account."""
    again = url_for("accounts.reset_password")
    return sent_page(again, always=False) or redirect(again, 303)


@blueprint.route("/reset-password/new", methods=["GET", "POST"])
def new_password() -> ResponseReturnValue:
    """Choose a new password. Opening the page spends nothing."""
    token = token_in_address()
    try:
        user, form = account_of_reset(token), NewPasswordForm()
        form.email_of_owner, form.name_of_owner = user.email, user.name
        if form.validate_on_submit():
            finish_reset(token, form.password.data or "")
            if current_user.is_authenticated and current_user.user_id == user.id:
                leave()
            flash("Your password is changed. Log in with it.", "success")
            return private(redirect(url_for("accounts.log_in"), 303))
    except LinkGone:
        return link_gone("choose a new password", "accounts.reset_password", "Ask for a new link")
    page = render_template("accounts/new_password.html", form=form, email=user.email)
    return private((page, 422 if request.method == "POST" else 200))
