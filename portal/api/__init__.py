"""The machines' door: the OAuth endpoints, registration, metadata, the REST API under `/api/v1`,
and the description of all of them."""

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect

from portal.api import (
    content_export,
    contexts,
    errors,
    executions,
    oauth_endpoints,
    openapi,
    profile,
    protection,
    rate,
    refusals,
    registration_endpoints,
    runs,
    skills,
    tasks,
)


def init_app(app: Flask, csrf: CSRFProtect) -> None:
    """Serve this room's endpoints; none of them knows cookies, so none needs a CSRF token."""
    resources = Blueprint("api", __name__, url_prefix="/api/v1")
    for resource in (profile, contexts, skills, tasks, executions, runs):
        resource.add_routes(resources)
    errors.register_error_handlers(resources)
    refusals.register_refusals(resources)
    rate.add_rate_headers(resources)
    protection.answer_any_origin(resources)
    for blueprint in (oauth_endpoints.blueprint, registration_endpoints.blueprint, resources):
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    content_export.init_app(app)
    openapi.init_app(app, app.config["SETTINGS"])
