"""Who may call the REST API: a bearer token with the scope that the operation names (RFC 6750)."""

import json

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6750 import InsufficientScopeError, InvalidTokenError
from flask import Blueprint, Response, g, request

from portal.config import current_settings
from portal.foundation.headers import allow_any_origin
from portal.oauth.bearer import Access, protect
from portal.oauth.metadata import WELL_KNOWN_RESOURCE

MOST_BYTES = 1_500_000
"""A context of 100,000 characters, however it is escaped; parsing more would only cost time."""
RESOURCE = "/api/v1"
_PROTECTOR = protect(RESOURCE)


def refuse_without_scope(scope: str) -> Response | None:
    """The refusal of a request without a live access token that includes `scope`; None if it has one.

    Then `current_access()` is what the token opens.
    """
    try:
        g.access = _PROTECTOR.validate_request([scope], request)
    except OAuth2Error as error:
        return _challenge(error, scope)
    return None


def current_access() -> Access:
    """What this request's token opens."""
    access: Access = g.access
    return access


def _challenge(error: OAuth2Error, scope: str) -> Response:
    """RFC 6750 §3.1: no error code when nothing was presented; the scope that is needed when it is missing.

    The metadata's address leads a client that knows nothing yet to the authorization server (RFC 9728 §5.1).
    """
    metadata = f"{current_settings().issuer}{WELL_KNOWN_RESOURCE}{RESOURCE}"
    bearer = f'Bearer realm="ContextFile", resource_metadata="{metadata}"'
    if isinstance(error, InsufficientScopeError):
        code, status = "insufficient_scope", 403
        message = f"The access token does not include the scope {scope}. Ask the user for it in a new authorization."
        challenge = f'{bearer}, error="{code}", error_description="{message}", scope="{scope}"'
    elif isinstance(error, InvalidTokenError):
        code, status = "invalid_token", 401
        message = (
            "The access token has expired, was revoked or is mistyped. Refresh it, or ask the user to connect again."
        )
        challenge = f'{bearer}, error="{code}", error_description="{message}"'
    else:
        code, status, challenge = "unauthorized", 401, bearer
        message = "Send an access token: Authorization: Bearer cf_at_…, in the header and not in the address."
    body = json.dumps({"error": code, "message": message}, ensure_ascii=False)
    return Response(body, status, {"WWW-Authenticate": challenge}, mimetype="application/json")


def answer_any_origin(blueprint: Blueprint) -> None:
    """CORS: scripts of any origin may call the resources, with a token and without cookies."""

    @blueprint.before_request
    def allow() -> Response | None:
        allow_any_origin()
        request.max_content_length = MOST_BYTES
        if request.method != "OPTIONS":
            return None
        return Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
                "Access-Control-Allow-Headers": "Authorization, Content-Type",
                "Access-Control-Max-Age": "600",
            },
        )
