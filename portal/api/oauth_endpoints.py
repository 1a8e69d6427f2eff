"""Token, revocation and introspection endpoints, and the metadata that describes them."""

import json
import logging

from flask import Blueprint, Response, abort, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import HTTPException

from portal.config import current_settings
from portal.foundation.headers import allow_any_origin, request_id
from portal.oauth.errors import ProtocolError
from portal.oauth.inbound import MOST_BYTES
from portal.oauth.metadata import ENDPOINTS, RESOURCES, WELL_KNOWN, WELL_KNOWN_RESOURCE, describe_resource
from portal.oauth.server import ProtocolAnswer, current_server

log = logging.getLogger(__name__)
blueprint = Blueprint("oauth_endpoints", __name__)
_KEEP = {"Cache-Control": "max-age=300"}


def write_answer(answer: ProtocolAnswer) -> Response:
    """The answer as Flask sends it."""
    return Response(answer.body, answer.status, answer.headers)


def _respond(endpoint: str) -> Response:
    sent = request_ctx.request
    sent.max_content_length = MOST_BYTES + 1  # a chunked body is cut there; one that reaches it is refused
    return write_answer(
        current_server().respond(
            endpoint,
            content_type=sent.mimetype,
            query=sent.query_string,
            body=sent.get_data(),
            authorization=sent.headers.get("Authorization"),
            remote=sent.remote_addr or "",
        )
    )


@blueprint.route(ENDPOINTS["token"], methods=["POST", "OPTIONS"])
def token() -> Response:
    """Exchange a code, or refresh (RFC 6749 §3.2). Scripts of any origin may: single-page apps are clients too."""
    allow_any_origin()
    return preflight("POST") if request.method == "OPTIONS" else _respond("token")


@blueprint.route(ENDPOINTS["revocation"], methods=["POST", "OPTIONS"])
def revoke() -> Response:
    """Revoke a token (RFC 7009)."""
    allow_any_origin()
    return preflight("POST") if request.method == "OPTIONS" else _respond("revocation")


@blueprint.route(ENDPOINTS["introspection"], methods=["POST", "OPTIONS"])
def introspect() -> Response:
    """Ask about a token (RFC 7662)."""
    allow_any_origin()
    return preflight("POST") if request.method == "OPTIONS" else _respond("introspection")


@blueprint.get(WELL_KNOWN)
def metadata() -> Response:
    """Authorization server metadata (RFC 8414 §3)."""
    allow_any_origin()
    return Response(current_server().metadata, mimetype="application/json", headers=_KEEP)


@blueprint.get(WELL_KNOWN_RESOURCE + "/<path:resource>")
def resource_metadata(resource: str) -> Response:
    """Protected resource metadata (RFC 9728 §3)."""
    allow_any_origin()
    if f"/{resource}" not in RESOURCES:
        abort(404)
    document = describe_resource(current_settings().issuer, f"/{resource}", "/docs/connect")
    return Response(json.dumps(document, indent=2), mimetype="application/json", headers=_KEEP)


def preflight(methods: str) -> Response:
    """What a browser asks before a script's request: these methods, without cookies."""
    headers = {
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
    }
    return Response(status=204, headers={**headers, "Access-Control-Max-Age": "600"})


@blueprint.before_app_request
def refuse_other_methods() -> ResponseReturnValue | None:
    """A method that no route takes belongs to no blueprint, so its handlers would not see the error."""
    error = request.routing_exception
    ours = request.path in {ENDPOINTS[name] for name in ("token", "revocation", "introspection")}
    return http_error(error) if ours and isinstance(error, HTTPException) else None


@blueprint.errorhandler(HTTPException)
def http_error(error: HTTPException) -> ResponseReturnValue:
    """Wrong method, too large a body: the RFC's JSON all the same."""
    allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    texts = {
        404: "There is no such endpoint.",
        405: f"Use {allowed}.",
        413: f"The request is larger than {MOST_BYTES} bytes.",
    }
    description = texts.get(error.code or 500, "The request cannot be read.")
    answer = current_server().handle_error_response(
        None, ProtocolError("invalid_request", description, status=error.code or 500)
    )
    response = write_answer(answer)
    if allowed:
        response.headers["Allow"] = allowed
    return response


@blueprint.errorhandler(OperationalError)
@blueprint.errorhandler(NoConnectionLeft)
def database_is_busy(error: Exception) -> ResponseReturnValue:
    """The database cannot be reached or written: nothing was issued, and the client may try again."""
    log.error("request %s: database unavailable: %s", request_id(), getattr(error, "orig", None) or error)
    return write_answer(
        current_server().handle_error_response(
            None,
            ProtocolError("temporarily_unavailable", "Try again in a few seconds.", status=503, retry_after=5),
        )
    )


@blueprint.errorhandler(Exception)
def failed(error: Exception) -> ResponseReturnValue:
    """A fault of ours: told to the log, not to the client."""
    log.error("request %s failed", request_id(), exc_info=error)
    return write_answer(
        current_server().handle_error_response(None, ProtocolError("server_error", "The server failed.", status=500))
    )
