"""What the token endpoints take and answer, as schemas.

The parameters are read where the protocol asks for them, so each is described here.
"""

from collections.abc import Mapping
from typing import Any

from portal.api.openapi.schemas import Json
from portal.config import Settings
from portal.oauth.clients import CLIENT_ID_PREFIX, SECRET_PREFIX
from portal.oauth.presented import PREFIXES

_CREDENTIALS: Mapping[str, Json] = {
    "client_id": {
        "type": "string",
        "description": "Your app’s client ID, unless it is in a Basic `Authorization` header.",
        "examples": [f"{CLIENT_ID_PREFIX}…"],
    },
    "client_secret": {
        "type": "string",
        "description": "Your app’s client secret, unless it is in the header. A public app has none.",
        "examples": [f"{SECRET_PREFIX}…"],
    },
}


def resource_schema(metadata: Mapping[str, Any]) -> Json:
    """`resource`, the one parameter that may be repeated (RFC 8707 §2)."""
    return {
        "type": "array",
        "items": {"enum": metadata["protected_resources"]},
        "description": "What the tokens are for (RFC 8707). Left out, it is the REST API.",
    }


def token_schemas(settings: Settings, metadata: Mapping[str, Any]) -> dict[str, Json]:
    """By name.

    Args:
        metadata: the server's own (RFC 8414).
    """
    code, access, refresh = (f"{PREFIXES[kind]}…" for kind in ("code", "access_token", "refresh_token"))
    resource = resource_schema(metadata)
    scope = "profile:read contexts:read"
    return {
        "AuthorizationCodeRequest": {
            "title": "To exchange a code",
            "type": "object",
            "required": ["grant_type", "code"],
            "properties": {
                "grant_type": {"const": "authorization_code", "description": "Says that this is an exchange."},
                "code": {
                    "type": "string",
                    "description": f"The code from the redirect. It is good for {settings.code_seconds} seconds.",
                    "examples": [code],
                },
                "redirect_uri": {
                    "type": "string",
                    "description": "The same as in the authorization request; needed if it was sent there.",
                    "examples": ["https://yourapp.com/callback"],
                },
                "code_verifier": {
                    "type": "string",
                    "minLength": 43,
                    "maxLength": 128,
                    "pattern": "^[A-Za-z0-9._~-]*$",
                    "description": "Needed if `code_challenge` was sent: what that was made of (RFC 7636).",
                },
                **_CREDENTIALS,
                "resource": resource,
            },
        },
        "RefreshTokenRequest": {
            "title": "To refresh",
            "type": "object",
            "required": ["grant_type", "refresh_token"],
            "properties": {
                "grant_type": {"const": "refresh_token", "description": "Says that this is a refresh."},
                "refresh_token": {"type": "string", "description": "The latest that you got.", "examples": [refresh]},
                "scope": {
                    "type": "string",
                    "description": "Fewer scopes for the new access token, separated by spaces. Left out, it gets all "
                    "that the user allowed.",
                    "examples": ["contexts:read"],
                },
                **_CREDENTIALS,
                "resource": resource,
            },
        },
        "Tokens": {
            "title": "Tokens",
            "type": "object",
            "required": ["access_token", "token_type", "expires_in", "refresh_token", "scope"],
            "additionalProperties": False,
            "properties": {
                "access_token": {"type": "string", "description": "What you send to the REST API."},
                "token_type": {"const": "Bearer", "description": "How you send it."},
                "expires_in": {
                    "type": "integer",
                    "minimum": 0,
                    "description": "Seconds until the access token expires.",
                },
                "refresh_token": {"type": "string", "description": "What you send here to get the next tokens."},
                "scope": {"type": "string", "description": "What the access token opens, separated by spaces."},
            },
            "examples": [
                {
                    "access_token": access,
                    "token_type": "Bearer",
                    "expires_in": settings.access_token_seconds,
                    "refresh_token": refresh,
                    "scope": scope,
                }
            ],
        },
        "TokenToName": {
            "type": "object",
            "required": ["token"],
            "properties": {
                "token": {"type": "string", "description": "An access or refresh token.", "examples": [refresh]},
                "token_type_hint": {
                    "type": "string",
                    "description": "Taken and not needed: the token says what it is.",
                    "examples": ["refresh_token"],
                },
                **_CREDENTIALS,
            },
        },
        "TokenFacts": {
            "title": "Token facts",
            "type": "object",
            "required": ["active"],
            "additionalProperties": False,
            "properties": {
                "active": {"type": "boolean", "description": "Whether the token is good; if not, there is no more."},
                "client_id": {"type": "string", "description": "Your app’s client ID."},
                "sub": {"type": "string", "description": "The user’s `id`, as in `/api/v1/profile`."},
                "iss": {"type": "string", "format": "uri", "description": "This server."},
                "aud": {
                    "type": "array",
                    "items": {"enum": metadata["protected_resources"]},
                    "description": "What the token is for.",
                },
                "scope": {"type": "string", "description": "What it opens, separated by spaces."},
                "token_type": {"const": "Bearer", "description": "Of an access token only."},
                "iat": {
                    "type": "integer",
                    "description": "When it was issued, in seconds since 1970. Of an access token only.",
                },
                "exp": {"type": "integer", "description": "When it expires, in seconds since 1970."},
            },
            "examples": [
                {
                    "active": True,
                    "client_id": f"{CLIENT_ID_PREFIX}…",
                    "sub": "4611686018427387904",
                    "iss": settings.issuer,
                    "aud": metadata["protected_resources"],
                    "scope": scope,
                    "token_type": "Bearer",
                    "iat": 1769851800,
                    "exp": 1769851800 + settings.access_token_seconds,
                }
            ],
        },
    }
