"""The developer's door: registering apps, their credentials, their pages."""

from flask import Flask

from portal.accounts.data_export import add_export
from portal.developer import (
    activity,
    branding,
    claiming,
    danger_zone,
    logo_files,
    overview,
    pages,
    playground,
    redirect_uris,
    registration,
    secrets,
    settings,
    usage,
)
from portal.developer.apps_export import export_apps

# Each adds its routes to the room's blueprint.
__all__ = [
    "activity",
    "branding",
    "claiming",
    "danger_zone",
    "init_app",
    "logo_files",
    "overview",
    "playground",
    "redirect_uris",
    "registration",
    "secrets",
    "settings",
    "usage",
]


def init_app(app: Flask) -> None:
    """Serve this room's pages."""
    app.register_blueprint(pages.blueprint)
    add_export(app, "apps", export_apps)
