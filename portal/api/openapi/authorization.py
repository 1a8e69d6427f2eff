"""The authorization endpoint, as the API's description has it: where a browser is sent, and how it comes back."""

from collections.abc import Mapping
from typing import Any

from portal.api.openapi.schemas import Json
from portal.api.openapi.token_schemas import resource_schema
from portal.config import Settings
from portal.oauth.authorization_request import PROMPTS
from portal.oauth.clients import CLIENT_ID_PREFIX
from portal.oauth.metadata import ENDPOINTS
from portal.oauth.presented import PREFIXES

_ERRORS: Mapping[str, tuple[str, str]] = {
    "access_denied": (
        "The user said no, or left every scope out.",
        "Respect it. Offer the button again, no more.",
    ),
    "invalid_request": (
        "A parameter is missing, repeated or malformed, or the PKCE challenge is missing or not S256.",
        "`error_description` says what to change.",
    ),
    "invalid_scope": (
        "No scope was named, there is none of that name, or your app may not ask for it.",
        "`error_description` names it. Your app’s page says which scopes it may ask for.",
    ),
    "invalid_target": (
        "`resource` names something that is not served here.",
        "Leave `resource` out.",
    ),
    "unsupported_response_type": (
        "`response_type` is something else.",
        "Send `response_type=code`.",
    ),
    "login_required": (
        "`prompt=none` was sent, and nobody is signed in.",
        "Send the user again without `prompt=none`.",
    ),
    "consent_required": (
        "`prompt=none` was sent, and the user has to be asked.",
        "Send the user again without `prompt=none`.",
    ),
}
"""What comes back in place of a code: when, and what to do."""


def describe_authorization(settings: Settings, metadata: Mapping[str, Any]) -> dict[str, Json]:
    """The path of the authorization endpoint.

    Args:
        metadata: the server's own (RFC 8414).
    """
    address = {
        "description": "Your redirect URI with the answer added; or this server’s log-in page.",
        "required": True,
        "schema": {"type": "string"},
    }
    page: Json = {"text/html": {"schema": {"type": "string"}}}
    described = {
        "operationId": "authorize",
        "tags": ["oauth"],
        "summary": "Ask the user to allow your app",
        "description": "Send the user’s browser here, with a link or a redirect; it is no address for your program to "
        "call. The user signs in, sees what your app asks for, and answers. The browser then comes to your redirect "
        "URI with a code, or with an error.",
        "security": [],
        "parameters": _parameters(settings, metadata),
        "responses": {
            "200": {"description": "The consent screen, for the user.", "content": page},
            "303": {
                "description": "On to your redirect URI, or to the log-in page first.",
                "headers": {"Location": address},
            },
            "400": {
                "description": "A page that tells the user what is wrong: the client ID or the redirect URI is "
                "missing, unknown, repeated, or they do not belong together. Nothing is sent to your app, because it "
                "is not known to be yours.",
                "content": page,
            },
            "500": {"description": "A page that says that the server failed.", "content": page},
            "503": {"description": "A page that says that the database is busy.", "content": page},
        },
        "callbacks": {"answer": {"{$request.query.redirect_uri}": {"get": _answer(settings)}}},
    }
    return {ENDPOINTS["authorization"]: {"get": described}}


def _parameters(settings: Settings, metadata: Mapping[str, Any]) -> list[Json]:
    client_id = "Your app’s client ID"
    if settings.client_documents:
        client_id += ", or the `https` address of its client ID metadata document"
    parameters: dict[str, Json] = {
        "response_type": {"enum": metadata["response_types_supported"], "description": "How you want the answer."},
        "client_id": {"type": "string", "description": f"{client_id}.", "examples": [f"{CLIENT_ID_PREFIX}…"]},
        "redirect_uri": {
            "type": "string",
            "description": "Where the answer goes: a redirect URI of your app, to the character. May be left out if "
            "your app has only one.",
            "examples": ["https://yourapp.com/callback"],
        },
        "scope": {
            "type": "string",
            "description": "What you ask for: names of scopes, separated by spaces. Left out, it is your app’s usual "
            "scopes, if it has any.",
            "examples": ["profile:read contexts:read"],
        },
        "state": {
            "type": "string",
            "description": "Comes back as it is. Send a random value that you keep in the user’s session, and compare.",
        },
        "code_challenge": {
            "type": "string",
            "pattern": "^[A-Za-z0-9_-]{43}$",
            "description": "The SHA-256 of your `code_verifier` in base64url, 43 characters (RFC 7636). Public apps "
            "must send it, and apps whose settings say so; every app should.",
        },
        "code_challenge_method": {
            "enum": metadata["code_challenge_methods_supported"],
            "description": "Goes with `code_challenge`.",
        },
        "response_mode": {
            "enum": metadata["response_modes_supported"],
            "description": "Where in your redirect URI the answer is. There is one way, so leave it out.",
        },
        "prompt": {
            "type": "string",
            "description": f"One or more of {', '.join(f'`{name}`' for name in sorted(PROMPTS))}, separated by spaces; "
            "`none` only alone. `login` lets the user sign in again, `consent` and `select_account` show the consent "
            "screen also to somebody who has decided before, `none` asks nothing and answers at once.",
            "examples": ["login"],
        },
        "login_hint": {"type": "string", "description": "An e-mail address for the log-in page to begin with."},
        "resource": resource_schema(metadata),
    }
    return [
        {
            "name": name,
            "in": "query",
            "required": name in {"response_type", "client_id"},
            "description": schema.pop("description"),
            "schema": schema,
        }
        for name, schema in parameters.items()
    ]


def _answer(settings: Settings) -> Json:
    """What the browser brings to the redirect URI (RFC 6749 §4.1.2, RFC 9207)."""
    code: Json = {"type": "string", "examples": [f"{PREFIXES['code']}…"]}
    error: Json = {"enum": list(_ERRORS)}
    parameters: dict[str, tuple[str, Json]] = {
        "code": (f"What you exchange for tokens, once and within {settings.code_seconds} seconds.", code),
        "state": ("The `state` that you sent.", {"type": "string"}),
        "iss": ("This server. Compare it before you use the code.", {"const": settings.issuer}),
        "error": ("In place of `code`: why there is none.", error),
        "error_description": ("With `error`: what happened and what to do, for you.", {"type": "string"}),
    }
    described = [
        {"name": name, "in": "query", "required": name == "iss", "description": words, "schema": schema}
        for name, (words, schema) in parameters.items()
    ]
    described[3]["examples"] = {
        code: {"summary": when, "description": cure, "value": code} for code, (when, cure) in _ERRORS.items()
    }
    return {
        "summary": "The browser comes to your redirect URI",
        "parameters": described,
        "responses": {"200": {"description": "Whatever your app shows."}},
    }
