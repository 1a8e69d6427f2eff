"""Who somebody is: accounts, passwords, sessions, and the pages to sign up, sign in, and look after one's account."""

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager

from portal.accounts import (
    data_export,
    data_pages,
    email_pages,
    history,
    letters,
    pages,
    reset_pages,
    session_pages,
    sessions,
    settings_pages,
    sign_up_pages,
)
from portal.foundation import mail
from portal.foundation.kept_text import kept_text

__all__ = ["data_pages", "email_pages", "init_app", "reset_pages", "session_pages", "settings_pages", "sign_up_pages"]
# The pages' modules add their routes to the room's blueprint.


def init_app(app: Flask) -> None:
    """Set up signing in."""
    login_manager = LoginManager(app)
    login_manager.user_loader(sessions.find_signed_in)

    @login_manager.unauthorized_handler
    def ask() -> ResponseReturnValue:
        to = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return kept_text() or pages.ask_to_sign_in(to)

    data_export.init_app(app)
    history.init_app(app)
    mail.add_writers(app, letters.WRITERS)
    app.register_blueprint(pages.blueprint)
