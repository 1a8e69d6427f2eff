"""Connect with ContextFile: `create_app()` is the ordered list of what is set up, and nothing else."""

import logging
from datetime import timedelta

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import accounts, api, cli, consent, developer, docs, library
from portal.config import Settings, load_settings
from portal.content import execution, generators, queue
from portal.foundation import (
    assets,
    compression,
    database,
    error_pages,
    form_bodies,
    headers,
    limits,
    mail,
    postman,
    public_host,
    templates,
    waiting_room,
)
from portal.oauth import server as oauth_server
from portal.oauth.standing import authorization_stands
from portal.operations import mailbox

csrf = CSRFProtect()


def create_app(settings: Settings | None = None) -> Flask:
    """Build the WSGI application.

    Args:
        settings: what to run with; read from the environment when left out.

    Raises:
        SettingsError: a setting is wrong or missing; the message names it and the cure.
    """
    settings = settings or load_settings()
    logging.getLogger("markdown_it").setLevel(logging.INFO)  # it reports each rule that it enters
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    app = Flask(__name__, template_folder="../templates", static_folder="../static")
    app.config.update(flask_settings(settings))
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way to wrap itself
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0, x_port=0
        )
    public_host.init_app(app, settings.issuer)
    form_bodies.init_app(app)
    database.init_app(app, settings.database_url)
    limits.init_app(app, settings.rate_limits)
    assets.init_app(app)
    compression.init_app(app)
    templates.init_app(app)
    headers.init_app(app, settings.https)
    error_pages.init_app(app)
    waiting_room.init_app(app, settings.threads)
    csrf.init_app(app)
    mail.init_app(app)
    postman.init_app(app, settings)
    accounts.init_app(app)
    oauth_server.init_app(app, settings)
    generators.init_app(app, settings)
    queue.init_app(app, settings)
    execution.init_app(app, stands=authorization_stands)
    consent.init_app(app)
    library.init_app(app)
    developer.init_app(app)
    docs.init_app(app)
    api.init_app(app, csrf)
    mailbox.init_app(app, settings)
    cli.init_app(app)
    return app


def flask_settings(settings: Settings) -> dict[str, object]:
    """What Flask and its extensions call our settings."""
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,  # a photo as a logo gets a message at its field, not an error page
        "SESSION_COOKIE_NAME": "__Host-session" if settings.https else "session",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,  # or every cacheable answer would carry the cookie
        "PERMANENT_SESSION_LIFETIME": timedelta(seconds=settings.session_seconds),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a form left open over lunch still works
    }
