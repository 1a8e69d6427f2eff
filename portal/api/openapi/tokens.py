"""The token, revocation and introspection endpoints, as the API's description has them."""

from collections.abc import Mapping
from typing import Any

from portal.api.openapi.errors import Problem, refusal
from portal.api.openapi.schemas import SCHEMAS, Json, json_content
from portal.api.openapi.shared_errors import shared
from portal.api.openapi.token_schemas import token_schemas
from portal.config import Settings
from portal.oauth.metadata import ENDPOINTS

FORM = "application/x-www-form-urlencoded"
NO_STORE: Json = {
    "Cache-Control": {"description": "Keep no copy.", "required": True, "schema": {"const": "no-store"}},
}
_TOKEN_PROBLEMS = (
    Problem(
        "invalid_request",
        "The body is not form-encoded, or a parameter is missing, repeated or in the address.",
        "The description says what to change.",
        "Send grant_type: authorization_code or refresh_token.",
    ),
    Problem(
        "invalid_grant",
        "The code or refresh token is mistyped, expired, revoked, used before or another app’s, or `redirect_uri` or "
        "`code_verifier` do not belong to it.",
        "The description says which. What has expired, or was revoked or used, cannot be mended: connect again.",
        "The refresh token has expired. Ask the user to connect again.",
    ),
    Problem(
        "invalid_scope",
        "The refresh asks for a scope that the user did not allow.",
        "Leave `scope` out, or ask for a part of what was allowed.",
        "The requested scope is invalid, unknown, or malformed.",
    ),
    Problem(
        "invalid_target",
        "`resource` names something that the authorization is not for.",
        "Leave `resource` out, or repeat that of the authorization request.",
        "The authorization is not for this resource.",
    ),
    Problem(
        "unsupported_grant_type",
        "`grant_type` is something else.",
        "Send `authorization_code` or `refresh_token`.",
        "The grant_type password is not served; use authorization_code or refresh_token.",
    ),
)
_TOKEN_MISSING = Problem(
    "invalid_request",
    "`token` is missing or repeated, the body is not form-encoded, or parameters are in the address.",
    "The description says what to change.",
    "Send the token in the body, as the parameter token.",
)
_AUTHENTICATED: list[Json] = [{"client": []}, {}]
"""HTTP Basic, or what OpenAPI has no word for: credentials in the body, or a public client's `client_id` alone."""


def describe_tokens(settings: Settings, metadata: Mapping[str, Any]) -> tuple[dict[str, Json], dict[str, Json]]:
    """The token, revocation and introspection endpoints, and the schemas that they refer to.

    Args:
        metadata: the server's own (RFC 8414).
    """
    described = {"token": _token(), "revocation": _revocation(), "introspection": _introspection()}
    return {ENDPOINTS[name]: {"post": one} for name, one in described.items()}, token_schemas(settings, metadata)


def _post(operation_id: str, summary: str, description: str, request: Json, responses: Json) -> Json:
    return {
        "operationId": operation_id,
        "tags": ["oauth"],
        "summary": summary,
        "description": description,
        "security": _AUTHENTICATED,
        "requestBody": {
            "required": True,
            "content": {FORM: {"schema": request, "encoding": {"resource": {"style": "form", "explode": True}}}},
        },
        "responses": {
            **responses,
            **shared("UnknownClient", "TooLarge", "TooManyFailures", "OAuthFailed", "OAuthBusy"),
        },
    }


def _token() -> Json:
    names = ("AuthorizationCodeRequest", "RefreshTokenRequest")
    answer = {
        "description": "New tokens. Keep both, and forget those from before.",
        "headers": NO_STORE,
        "content": json_content({"$ref": f"{SCHEMAS}Tokens"}),
    }
    return _post(
        "request_tokens",
        "Exchange an authorization code for tokens, or refresh them",
        "Each code can be exchanged once. Each refresh returns a new refresh token in place of the one that was sent.",
        {"oneOf": [{"$ref": SCHEMAS + name} for name in names]},
        {"200": answer, "400": refusal("The request cannot be granted.", _TOKEN_PROBLEMS)},
    )


def _revocation() -> Json:
    answer = {
        "description": "The token is not good any more, or never was. The body is `{}`.",
        "headers": NO_STORE,
        "content": json_content({"type": "object", "additionalProperties": False}),
    }
    return _post(
        "revoke_token",
        "Revoke a token",
        "A refresh token takes the whole authorization along, with every token that came from it; an access token goes "
        "alone. Only your app’s own tokens can be revoked (RFC 7009).",
        {"$ref": f"{SCHEMAS}TokenToName"},
        {"200": answer, "400": refusal("The request cannot be read.", [_TOKEN_MISSING])},
    )


def _introspection() -> Json:
    answer = {
        "description": "What the token is good for.",
        "headers": NO_STORE,
        "content": json_content({"$ref": f"{SCHEMAS}TokenFacts"}),
    }
    return _post(
        "introspect_token",
        "Ask whether a token is good, and for what",
        "Only your app’s own tokens can be asked about; any other is answered as one that is not good (RFC 7662).",
        {"$ref": f"{SCHEMAS}TokenToName"},
        {"200": answer, "400": refusal("The request cannot be read.", [_TOKEN_MISSING])},
    )
