"""The developer's door: registering apps, their credentials, their pages."""

from flask import Flask

from portal.developer import pages


def init_app(app: Flask) -> None:
    """Serve this room's pages."""
    app.register_blueprint(pages.blueprint)
