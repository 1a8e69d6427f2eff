"""Who may call the REST API: a bearer token with a scope that the operation names (RFC 6750)."""

import json
from collections.abc import Sequence

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6750 import InvalidTokenError
from flask import Blueprint, Response, g, request

from portal.config import Settings, current_settings
from portal.foundation.headers import allow_any_origin
from portal.oauth.bearer import Access, protect
from portal.oauth.metadata import WELL_KNOWN_RESOURCE

RESOURCE = "/api/v1"
_PROTECTOR = protect(RESOURCE)


def most_body_bytes(settings: Settings) -> int:
    """How large a body may be: a context, however JSON escapes it. Parsing more would only cost time."""
    return 6 * settings.most_context_bytes + 100_000


def refuse_without_token() -> Response | None:
    """The refusal of a request without a live access token; None if it has one.

    Then `current_access()` is what the token opens.
    """
    try:
        g.access = _PROTECTOR.validate_request([], request)
    except OAuth2Error as error:
        return _ask_for_token(error)
    return None


def refuse_without_scope(scopes: Sequence[str]) -> Response | None:
    """The refusal of a request whose access token includes none of these scopes; None if it includes one."""
    if not current_access().scope.isdisjoint(scopes):
        return None
    if len(scopes) == 1:
        message = (
            f"The access token does not include the scope {scopes[0]}. Ask the user for it in a new authorization."
        )
    else:
        message = (
            f"The access token includes none of the scopes {', '.join(scopes)}. Ask the user for one of them in a new "
            "authorization."
        )
    return _challenge(403, "insufficient_scope", message, scope=" ".join(scopes))


def current_access() -> Access:
    """What this request's token opens."""
    access: Access = g.access
    return access


def _ask_for_token(error: OAuth2Error) -> Response:
    if isinstance(error, InvalidTokenError):
        message = (
            "The access token has expired, was revoked or is mistyped. Refresh it, or ask the user to connect again."
        )
        return _challenge(401, "invalid_token", message)
    # RFC 6750 §3.1: no error code in the challenge when nothing was presented.
    message = "Send an access token: Authorization: Bearer cf_at_…, in the header and not in the address."
    return _answer(401, "unauthorized", message, _bearer())


def _challenge(status: int, code: str, message: str, **more: str) -> Response:
    attributes = {"error": code, "error_description": message, **more}
    challenge = ", ".join([_bearer(), *(f'{name}="{value}"' for name, value in attributes.items())])
    return _answer(status, code, message, challenge)


def _bearer() -> str:
    """The metadata's address leads a client that knows nothing yet to the authorization server (RFC 9728 §5.1)."""
    metadata = f"{current_settings().issuer}{WELL_KNOWN_RESOURCE}{RESOURCE}"
    return f'Bearer realm="ContextFile", resource_metadata="{metadata}"'


def _answer(status: int, code: str, message: str, challenge: str) -> Response:
    body = json.dumps({"error": code, "message": message}, ensure_ascii=False)
    return Response(body, status, {"WWW-Authenticate": challenge}, mimetype="application/json")


def answer_any_origin(blueprint: Blueprint) -> None:
    """CORS: scripts of any origin may call the resources, with a token and without cookies."""

    @blueprint.before_request
    def allow() -> Response | None:
        allow_any_origin()
        request.max_content_length = most_body_bytes(current_settings())
        if request.method != "OPTIONS":
            return None
        return Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
                "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-Match, "
                "If-None-Match, Last-Event-ID, Prefer",
                "Access-Control-Max-Age": "600",
            },
        )
