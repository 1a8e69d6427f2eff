"""Client registration and configuration endpoints (RFC 7591 §3, RFC 7592 §2), when REGISTRATION is not off."""

from authlib.consts import default_json_headers
from authlib.oauth2 import OAuth2Error
from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException

from portal.api.oauth_endpoints import database_is_busy, failed, http_error, preflight, write_answer
from portal.config import current_settings
from portal.foundation.headers import allow_any_origin
from portal.oauth import registration
from portal.oauth.errors import ProtocolError
from portal.oauth.inbound import MOST_BYTES
from portal.oauth.metadata import REGISTRATION
from portal.oauth.server import current_server

blueprint = Blueprint("registration_endpoints", __name__, url_prefix=REGISTRATION)
blueprint.register_error_handler(HTTPException, http_error)
blueprint.register_error_handler(OperationalError, database_is_busy)
blueprint.register_error_handler(NoConnectionLeft, database_is_busy)
blueprint.register_error_handler(Exception, failed)


@blueprint.post("")
def register() -> Response:
    """Register a client (RFC 7591 §3.1)."""
    return _write(201, registration.register(_json(), _bearer(), request.remote_addr or ""))


@blueprint.get("/<client_id>")
def read(client_id: str) -> Response:
    """Show a registration to its client (RFC 7592 §2.1)."""
    return _write(200, registration.read_registration(client_id, _bearer()))


@blueprint.put("/<client_id>")
def replace(client_id: str) -> Response:
    """Replace a registration (RFC 7592 §2.2)."""
    return _write(200, registration.replace_registration(client_id, _bearer(), _json()))


@blueprint.delete("/<client_id>")
def delete(client_id: str) -> Response:
    """End a registration (RFC 7592 §2.3)."""
    registration.delete_registration(client_id, _bearer())
    return Response(status=204)


@blueprint.before_app_request
def prepare() -> ResponseReturnValue | None:
    """CORS, and the refusals of requests that belong to no blueprint because no route takes them.

    Scripts of any origin may register: single-page apps and browser-based inspectors are clients too.
    """
    if not f"{request.path}/".startswith(f"{REGISTRATION}/"):
        return None
    allow_any_origin()
    if current_settings().registration_mode == "off":
        return refused(ProtocolError("not_found", "Clients cannot register themselves here.", status=404))
    if isinstance(request.routing_exception, HTTPException):
        return http_error(request.routing_exception)
    return preflight("POST, GET, PUT, DELETE") if request.method == "OPTIONS" else None


@blueprint.errorhandler(OAuth2Error)
def refused(error: OAuth2Error) -> Response:
    """Write a refusal (RFC 7591 §3.2.2)."""
    return write_answer(current_server().handle_error_response(None, error))


def _write(status: int, document: dict[str, object]) -> Response:
    return write_answer(current_server().handle_response(status, document, default_json_headers))


def _json() -> bytes:
    request.max_content_length = MOST_BYTES + 1
    if request.mimetype != "application/json":
        raise ProtocolError("invalid_request", "Send the body as application/json (RFC 7591, section 3.1).")
    body = request.get_data(cache=False)
    if len(body) > MOST_BYTES:  # of a chunked body Werkzeug reads no more than the limit, and does not say so
        abort(413)
    return body


def _bearer() -> str:
    """The token in the Authorization header (RFC 6750 §2.1), or empty."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
