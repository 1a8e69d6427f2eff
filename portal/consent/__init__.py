"""The door of the people who approve: the consent screen, and the apps they have connected."""

from flask import Flask

from portal.accounts.data_export import add_export
from portal.accounts.history import add_words
from portal.consent import access_history, answers, app_access, connected_apps, letters, pages
from portal.consent.access_export import export_connected_apps
from portal.consent.permission_words import read_event
from portal.foundation import mail

__all__ = ["answers", "app_access", "connected_apps", "init_app"]  # they add their routes to the room's blueprint


def init_app(app: Flask) -> None:
    """Serve this room's pages, write its letters, and give its part of an account's export and history."""
    app.register_blueprint(pages.blueprint)
    mail.add_writers(app, letters.WRITERS)
    add_export(app, "connected_apps", export_connected_apps)
    add_words(app, access_history.KINDS_OF_ACCESS, read_event)
