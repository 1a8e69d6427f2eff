"""Pages to take one's data away, and to delete the account."""

import json

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.accounts.account_deletion import delete_account
from portal.accounts.data_export import as_text, export_everything
from portal.accounts.fresh_sign_in import require_fresh_sign_in, signed_in_freshly
from portal.accounts.pages import blueprint, leave
from portal.accounts.settings_forms import DeleteAccountForm
from portal.foundation import clock

DATA = "accounts.data"


def _show(form: DeleteAccountForm) -> str:
    return render_template("accounts/data.html", tab=DATA, form=form, fresh=signed_in_freshly())


@blueprint.get("/settings/data", endpoint="data")
@login_required
def data_page() -> ResponseReturnValue:
    """Offer both."""
    return _show(DeleteAccountForm(formdata=None))


@blueprint.post("/settings/data/export")
@login_required
@require_fresh_sign_in(DATA)
def export_data() -> ResponseReturnValue:
    """Everything, as a file."""
    text = json.dumps(export_everything(current_user.user_id), ensure_ascii=False, indent=2)
    day = (as_text(clock.now()) or "").partition("T")[0]
    return Response(
        text + "\n",
        mimetype="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="contextfile-{day}.json"',
            "Cache-Control": "no-store",
        },
    )


@blueprint.post("/settings/data/delete")
@login_required
@require_fresh_sign_in(DATA)
def delete_own_account() -> ResponseReturnValue:
    """Delete the account, once its address is typed."""
    form = DeleteAccountForm()
    form.email_of_owner = current_user.email
    if not form.validate_on_submit():
        return _show(form), 422
    delete_account(current_user.user_id)
    leave()
    flash("Your account is deleted, with everything in it.", "success")
    return redirect(url_for("docs.home"), 303)
