"""The form of every refusal under `/api/v1`: `{"error": code, "message": text}`.

The text is written for the client's developer; what went wrong inside goes to the log only.
"""

import logging
from collections.abc import Mapping

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)

from portal.foundation.headers import allow_any_origin, request_id

log = logging.getLogger(__name__)

_PREFIX = "/api/v1/"
_ANSWERS = {
    400: ("invalid_request", "The request cannot be read; check that it was sent whole."),
    429: ("too_many_requests", "Too many requests; wait for the seconds that Retry-After names."),
}


class ApiError(Exception):
    """A refusal with a text for the client."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


def quoted(text: str) -> str:
    """What a client sent, short enough to name in a message."""
    return f"'{text}'" if len(text) <= 60 else f"'{text[:59]}…'"


def register_error_handlers(blueprint: Blueprint) -> None:
    """Answer every error in the blueprint, and every unknown address or method under `/api/v1`, as JSON."""
    blueprint.register_error_handler(ApiError, refuse)
    blueprint.register_error_handler(HTTPException, _http_error)
    # By name too: Flask prefers the application's handler for exactly this one over ours for all.
    blueprint.register_error_handler(InternalServerError, _failed)
    blueprint.register_error_handler(OperationalError, _database_is_busy)
    blueprint.register_error_handler(NoConnectionLeft, _database_is_busy)
    blueprint.before_app_request(_refuse_unknown_address)


def _refuse_unknown_address() -> ResponseReturnValue | None:
    """An address that no route matched belongs to no blueprint, so its handlers would not see the error."""
    error = request.routing_exception
    if error is None or not f"{request.path}/".startswith(_PREFIX):
        return None
    allow_any_origin()
    return _http_error(error)


def _error(status: int, code: str, message: str, headers: Mapping[str, str]) -> ResponseReturnValue:
    return jsonify(error=code, message=message), status, dict(headers)


def refuse(error: ApiError) -> ResponseReturnValue:
    """Answer a refusal."""
    return _error(error.status, error.code, error.message, error.headers)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    code, message = _ANSWERS.get(status, (error.name.lower().replace(" ", "_"), error.description or ""))
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    if isinstance(error, NotFound):
        message = f"The API has no address {quoted(request.path)}; check it against the reference."
    elif isinstance(error, MethodNotAllowed):
        message = f"{request.method} is not possible here; use {', '.join(sorted(error.valid_methods or []))}."
    elif isinstance(error, RequestEntityTooLarge):
        message = f"The body is larger than {request.max_content_length} bytes; send less."
    return _error(status, code, message, headers)


def _failed(_unexpected: InternalServerError) -> ResponseReturnValue:
    # Flask has logged the exception.
    message = f"The server failed. Try again; if it keeps happening, quote the reference {request_id()}."
    return _error(500, "server_error", message, {})


def _database_is_busy(error: Exception) -> ResponseReturnValue:
    log.error("request %s: database unavailable: %s", request_id(), getattr(error, "orig", None) or error)
    message = "The database is busy. Try again in a few seconds."
    return _error(503, "temporarily_unavailable", message, {"Retry-After": "5"})
