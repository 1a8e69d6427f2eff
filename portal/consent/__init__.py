"""The door of the people who approve: the consent screen, and the apps they have connected."""

from flask import Flask

from portal.consent import connected_apps, pages

__all__ = ["connected_apps", "init_app"]  # connected_apps adds its routes to the room's blueprint


def init_app(app: Flask) -> None:
    """Serve this room's pages."""
    app.register_blueprint(pages.blueprint)
