"""The developer's door: registering apps, their credentials, their pages."""

from flask import Flask

from portal.developer import overview, pages, registration

__all__ = ["init_app", "overview", "registration"]  # each adds its routes to the room's blueprint


def init_app(app: Flask) -> None:
    """Serve this room's pages."""
    app.register_blueprint(pages.blueprint)
