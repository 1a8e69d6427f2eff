"""The door for readers: the home page, the documentation and its search, and the Connect button's gallery."""

from flask import Flask

from portal.docs import connect_button, library, machines, pages, search
from portal.docs.contents import CONTENTS


def init_app(app: Flask) -> None:
    """Serve this room's pages."""
    library.init_app(app)
    search.init_app(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(machines.blueprint)
    connect_button.init_app(app)
    app.jinja_env.globals["contents"] = CONTENTS
