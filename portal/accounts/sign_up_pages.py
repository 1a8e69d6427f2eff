"""Pages to sign up: ask for the address, send a link there, and finish behind it."""

from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.accounts.email_links import LinkGone, find
from portal.accounts.forms import AddressForm, FinishSignUpForm
from portal.accounts.link_pages import ask_for_letter, link_gone, private, sent_page, token_in_address
from portal.accounts.pages import blueprint, enter, errand_at, own_path
from portal.accounts.registration import EmailTaken, finish_sign_up, request_sign_up, suggest_name


@blueprint.route("/signup", methods=["GET", "POST"], endpoint="sign_up")
def sign_up_page() -> ResponseReturnValue:
    """Ask for an address, and answer the same whether it has an account or not."""
    form = AddressForm(next=request.args.get("next"))
    next_path, problem, status = own_path(form.next.data), None, 200
    if form.validate_on_submit():
        if wait := ask_for_letter(form, partial(request_sign_up, next_path=next_path)):
            problem = f"Too many new accounts from your network. Wait {-(-wait // 60)} minutes and try again."
            status = 429
        else:
            return redirect(url_for("accounts.sign_up_sent", next=next_path), 303)
    elif request.method == "POST":
        status = 422
    return render_template("accounts/sign_up.html", form=form, next_path=next_path, problem=problem), status


@blueprint.get("/signup/sent")
def sign_up_sent() -> ResponseReturnValue:
    """Say that a link is under way."""
    again = url_for("accounts.sign_up", next=own_path(request.args.get("next")))
    return sent_page(again, always=True) or redirect(url_for("accounts.sign_up"), 303)


@blueprint.route("/signup/finish", methods=["GET", "POST"], endpoint="finish_sign_up")
def finish_page() -> ResponseReturnValue:
    """Create the account and be signed in with it. Opening the page spends nothing."""
    token = token_in_address()
    try:
        link = find("sign_up", token)
        form, next_path = FinishSignUpForm(), own_path(link.next_path)
        form.email_of_owner = link.email
        if request.method == "GET":
            form.name.data = suggest_name(link.email)
        errand_at(next_path)
        if form.validate_on_submit():
            user_id = finish_sign_up(token, form.name.data or "", form.password.data or "")
            return private(enter(user_id, next_path, new_account=True))
    except LinkGone:
        return link_gone("create an account", "accounts.sign_up", "Ask for a new link")
    except EmailTaken:
        return private((render_template("accounts/address_taken.html", email=link.email), 409))
    page = render_template("accounts/finish_sign_up.html", form=form, email=link.email)
    return private((page, 422 if request.method == "POST" else 200))
