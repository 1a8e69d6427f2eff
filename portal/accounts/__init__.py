"""Who somebody is: accounts, passwords, sessions, and the pages to sign in, which is all that this room shows."""

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager

from portal.accounts import pages, sessions


def init_app(app: Flask) -> None:
    """Set up signing in."""
    login_manager = LoginManager(app)
    login_manager.user_loader(sessions.find_signed_in)

    @login_manager.unauthorized_handler
    def ask() -> ResponseReturnValue:
        return pages.ask_to_sign_in(request.full_path.rstrip("?") if request.method == "GET" else "/")

    app.register_blueprint(pages.blueprint)
