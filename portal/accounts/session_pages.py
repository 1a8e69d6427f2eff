"""Pages that show where somebody is logged in, and what happened to their account."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from portal.accounts.history import list_history
from portal.accounts.pages import blueprint, leave
from portal.accounts.sessions import end_session, end_sessions, list_sessions
from portal.foundation.agents import describe_agent


@blueprint.get("/settings/sessions", endpoint="sessions")
@login_required
def sessions_page() -> ResponseReturnValue:
    """List the browsers."""
    browsers = [
        {
            "handle": browser.handle,
            "browser": describe_agent(browser.agent),
            "place": browser.network,
            "since": browser.since,
            "last_seen": browser.last_seen,
            "is_this": browser.is_this,
        }
        for browser in list_sessions(current_user.user_id, current_user.get_id())
    ]
    return render_template("accounts/sessions.html", browsers=browsers)


@blueprint.post("/settings/sessions/end", endpoint="end_session")
@login_required
def end_one() -> ResponseReturnValue:
    """Log one browser out. One that is logged out already is no fault; somebody else's is not there."""
    user_id, value = current_user.user_id, current_user.get_id()
    if not end_session(user_id, request.form.get("handle", "")):
        abort(404)
    if not any(browser.is_this for browser in list_sessions(user_id, value)):
        leave()
        return redirect(url_for("accounts.log_in"), 303)
    flash("That browser is logged out.", "success")
    return redirect(url_for("accounts.sessions"), 303)


@blueprint.post("/settings/sessions/end-others")
@login_required
def end_other_sessions() -> ResponseReturnValue:
    """Log out everywhere but here."""
    end_sessions(current_user.user_id, but=current_user.get_id())
    flash("Every other browser is logged out.", "success")
    return redirect(url_for("accounts.sessions"), 303)


@blueprint.post("/settings/sessions/end-all")
@login_required
def end_all_sessions() -> ResponseReturnValue:
    """Log out everywhere, here too."""
    end_sessions(current_user.user_id)
    leave()
    flash("You are logged out everywhere.", "success")
    return redirect(url_for("accounts.log_in"), 303)


@blueprint.get("/settings/history", endpoint="history")
@login_required
def history_page() -> ResponseReturnValue:
    """What happened to the account; a position that cannot be read is none."""
    position = request.args.get("older_than")
    history = list_history(current_user.user_id, position)
    older_url = url_for("accounts.history", older_than=history.older) if history.older else None
    newest_url = url_for("accounts.history") if position else None
    return render_template("accounts/history.html", entries=history.entries, older_url=older_url, newest_url=newest_url)
