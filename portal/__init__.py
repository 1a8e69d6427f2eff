"""Connect with ContextFile: `create_app()` is the ordered list of what is set up, and nothing else."""

from datetime import timedelta

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import accounts, api, cli, consent, developer, docs, library
from portal.api import short_way
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
    logs,
    mail,
    measures,
    observation,
    postman,
    public_host,
    retrying,
    session_cookies,
    templates,
    waiting_room,
)
from portal.foundation.page_files import page_files
from portal.oauth import server as oauth_server
from portal.oauth.standing import authorization_stands
from portal.operations import health, mailbox, metrics
from portal.operations.doctor import probe

csrf = CSRFProtect()


def create_app(settings: Settings | None = None) -> Flask:
    """Build the WSGI application.

    Args:
        settings: what to run with; read from the environment when left out.

    Raises:
        SettingsError: a setting is wrong or missing; the message names it and the cure.
    """
    settings = settings or load_settings()
    logs.init(settings)
    app = Flask(__name__, template_folder=page_files("templates"), static_folder=page_files("static"))
    app.config.update(flask_settings(settings))
    short_way.init_app(app)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way to wrap itself
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0, x_port=0
        )
    measures.init_app(app, settings)
    public_host.init_app(app, settings.issuer)
    form_bodies.init_app(app)
    database.init_app(app, settings.database_url, settings.threads, settings.database_seconds)
    retrying.init_app(app)
    limits.init_app(app, settings.rate_limits, settings.redis_url)
    assets.init_app(app)
    compression.init_app(app)
    templates.init_app(app)
    headers.init_app(app, settings.https)
    error_pages.init_app(app)
    waiting_room.init_app(app, settings.threads)
    session_cookies.init_app(app)
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
    health.init_app(app)
    metrics.init_app(app)
    probe.init_app(app)
    cli.init_app(app)
    observation.init_app(app, settings)  # the last one to wrap it sees everything
    return app


def flask_settings(settings: Settings) -> dict[str, object]:
    """What Flask and its extensions call our settings."""
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": settings.earlier_secret_keys,
        "WTF_CSRF_SECRET_KEY": [*settings.earlier_secret_keys, settings.secret_key],  # the last one signs
        "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,  # a photo as a logo gets a message at its field, not an error page
        "SESSION_COOKIE_NAME": "__Host-session" if settings.https else "session",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,  # or every cacheable answer would carry the cookie
        "PERMANENT_SESSION_LIFETIME": timedelta(seconds=settings.session_seconds),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a form left open over lunch still works
    }
