"""What the registration endpoints take and answer, as schemas."""

from portal.api.openapi.schemas import Json
from portal.oauth.client_metadata import DEFAULT_SCOPE, MOST_REDIRECT_URIS, UNNAMED
from portal.oauth.clients import CLIENT_ID_PREFIX, SECRET_PREFIX
from portal.oauth.metadata import AUTHENTICATION_METHODS, GRANT_TYPES, REGISTRATION, RESPONSE_TYPES
from portal.oauth.registration import TOKEN_PREFIX
from portal.oauth.scopes import write

_REDIRECT_URI = "https://yourapp.com/callback"


def registration_schemas(issuer: str) -> dict[str, Json]:
    """By name."""
    sent: Json = {"redirect_uris": [_REDIRECT_URI], "client_name": "Your app"}
    client_id = f"{CLIENT_ID_PREFIX}…"
    return {
        "ClientMetadata": {
            "description": "What an app says of itself. Other fields are ignored, and `null` counts as left out.",
            "type": "object",
            "required": ["redirect_uris"],
            "properties": _metadata(),
            "examples": [sent],
        },
        "ClientReplacement": {
            "description": "The whole registration anew, without the fields that this server decides: "
            "`registration_access_token`, `registration_client_uri`, `client_id_issued_at` and "
            "`client_secret_expires_at`.",
            "type": "object",
            "required": ["client_id", "redirect_uris"],
            "properties": {
                "client_id": {"type": "string", "description": "As in the address."},
                "client_secret": {
                    "type": "string",
                    "description": "The secret that the app has. It cannot be chosen, so leave it out.",
                },
                **_metadata(),
            },
            "examples": [{"client_id": client_id, **sent}],
        },
        "ClientInformation": {
            "title": "Client information",
            "type": "object",
            "required": [name for name in _information() if name not in _SOMETIMES],
            "additionalProperties": False,
            "properties": _information(),
            "examples": [
                {
                    "client_id": client_id,
                    "client_secret": f"{SECRET_PREFIX}…",
                    "client_secret_expires_at": 0,
                    "client_id_issued_at": 1769851800,
                    "registration_access_token": f"{TOKEN_PREFIX}…",
                    "registration_client_uri": f"{issuer}{REGISTRATION}/{client_id}",
                    **sent,
                    "token_endpoint_auth_method": AUTHENTICATION_METHODS[0],
                    "grant_types": list(GRANT_TYPES),
                    "response_types": list(RESPONSE_TYPES),
                    "scope": write(DEFAULT_SCOPE),
                }
            ],
        },
    }


def _metadata() -> dict[str, Json]:
    address: Json = {"type": ["string", "null"], "maxLength": 2000}
    return {
        "redirect_uris": {
            "type": "array",
            "items": {"type": "string"},
            "minItems": 1,
            "maxItems": MOST_REDIRECT_URIS,
            "description": "Where users come back to: `https`, loopback `http`, or a scheme of the app’s own.",
        },
        "client_name": {
            "type": ["string", "null"],
            "maxLength": 80,
            "description": f"What users read. Left out, it is “{UNNAMED}”.",
        },
        "client_uri": {**address, "description": "The app’s home page."},
        "policy_uri": {**address, "description": "Its privacy policy."},
        "tos_uri": {**address, "description": "Its terms of service."},
        "scope": {
            "type": ["string", "null"],
            "maxLength": 1000,
            "description": "What a request that names no scope asks for, separated by spaces. Left out, it is "
            f"`{write(DEFAULT_SCOPE)}`. The app may ask for any other later.",
        },
        "token_endpoint_auth_method": {
            "enum": [*AUTHENTICATION_METHODS, None],
            "description": "How the app will say who it is; `none` for an app that can keep no secret. Left out, it is "
            f"`{AUTHENTICATION_METHODS[0]}`.",
        },
        "grant_types": {
            "type": ["array", "null"],
            "items": {"enum": list(GRANT_TYPES)},
            "contains": {"const": GRANT_TYPES[0]},
            "description": "Every app may use both, whatever it says here.",
        },
        "response_types": {
            "type": ["array", "null"],
            "items": {"enum": list(RESPONSE_TYPES)},
            "contains": {"const": RESPONSE_TYPES[0]},
            "description": "There is only this.",
        },
    }


_SOMETIMES = {"client_secret", "client_secret_expires_at", "client_uri", "policy_uri", "tos_uri"}


def _information() -> dict[str, Json]:
    texts: Json = {"type": "array", "items": {"type": "string"}}
    return {
        "client_id": {"type": "string", "description": "The app’s client ID."},
        "client_secret": {"type": "string", "description": "Its secret, when it is new, and never again."},
        "client_secret_expires_at": {"const": 0, "description": "It never does. Only of apps with a secret."},
        "client_id_issued_at": {"type": "integer", "description": "When it registered, in seconds since 1970."},
        "registration_access_token": {"type": "string", "description": "What it needs to manage its registration."},
        "registration_client_uri": {"type": "string", "description": "Where it does that."},
        "client_name": {"type": "string", "description": "What users read."},
        "redirect_uris": {**texts, "description": "Where users come back to."},
        "token_endpoint_auth_method": {
            "enum": list(AUTHENTICATION_METHODS),
            "description": "How it says who it is.",
        },
        "grant_types": {**texts, "description": "What it may send as `grant_type`."},
        "response_types": {**texts, "description": "What it may send as `response_type`."},
        "scope": {"type": "string", "description": "What a request that names no scope asks for."},
        "client_uri": {"type": "string", "description": "Its home page, if it has one."},
        "policy_uri": {"type": "string", "description": "Its privacy policy, if it has one."},
        "tos_uri": {"type": "string", "description": "Its terms of service, if it has any."},
    }
