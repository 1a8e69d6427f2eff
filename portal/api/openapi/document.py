"""`/openapi.json`: the description of every endpoint for programs (OpenAPI 3.1), made once from what serves them."""

import json
from collections.abc import Mapping
from functools import cache, partial
from hashlib import sha256
from typing import Any

from flask import Blueprint, Flask, Response, request

from portal.api.openapi import resources
from portal.api.openapi.authorization import describe_authorization
from portal.api.openapi.errors import ERROR_SCHEMAS
from portal.api.openapi.metadata import describe_metadata
from portal.api.openapi.registration import describe_registration
from portal.api.openapi.resource_headers import SHARED_HEADERS
from portal.api.openapi.resources import describe_resources
from portal.api.openapi.schemas import Json
from portal.api.openapi.shared_errors import SHARED
from portal.api.openapi.tokens import describe_tokens
from portal.config import Settings
from portal.foundation.compression import compress
from portal.foundation.headers import allow_any_origin
from portal.oauth.scopes import SCOPES

PATH = "/openapi.json"
VERSION = "1.0.0"
"""Of what is described: the first number is that of `/api/v1`."""
_TAGS: Mapping[str, str] = {
    "oauth": "How your app gets tokens, and ends them.",
    "registration": "How apps register themselves.",
    "metadata": "What OAuth libraries read by themselves.",
    **resources.TAGS,
}


def init_app(app: Flask, settings: Settings) -> None:
    """Serve the description of the application's endpoints, which is made when it is first asked for.

    Other rooms get it from the function `app.extensions["openapi"]`: no start has to wait for it.
    """
    document = app.extensions["openapi"] = cache(partial(describe, app, settings))

    @cache
    def written() -> tuple[bytes, str]:
        text = json.dumps(document(), ensure_ascii=False, indent=1).encode()
        return text, sha256(text).hexdigest()[:32]

    blueprint = Blueprint("openapi", __name__)

    @blueprint.get(PATH)
    def openapi() -> Response:
        """The document. As plain JSON: every reader of OpenAPI takes that, and browsers show it."""
        allow_any_origin()
        text, digest = written()
        response = Response(text, mimetype="application/json", headers={"Cache-Control": "max-age=300"})
        response.set_etag(digest, weak=True)  # the same whether it is compressed or not
        response.make_conditional(request)
        return compress(response)

    app.register_blueprint(blueprint)


def describe(app: Flask, settings: Settings) -> Json:
    """The whole document."""
    metadata: Mapping[str, Any] = json.loads(app.extensions["oauth"].metadata)
    parts: tuple[tuple[dict[str, Json], dict[str, Json]], ...] = (
        (describe_authorization(settings, metadata), {}),
        describe_tokens(settings, metadata),
        describe_registration(settings),
        describe_metadata(metadata, settings.issuer),
        describe_resources(app, settings),
    )
    paths: dict[str, Json] = {}
    schemas: dict[str, Json] = {}
    for more_paths, more_schemas in parts:
        paths |= more_paths
        schemas |= more_schemas
    used = {tag for path in paths.values() for method in path.values() if "tags" in method for tag in method["tags"]}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ContextFile",
            "version": VERSION,
            "summary": "Connect with ContextFile: OAuth 2.0, and the REST API that it opens.",
            "description": "With a user’s permission your app works with their context files, skills and tasks. Get "
            "tokens at the OAuth endpoints, and send them to the REST API below `/api/v1`.",
        },
        "externalDocs": {"description": "The guide and the reference", "url": f"{settings.issuer}/docs/reference"},
        "servers": [{"url": settings.issuer, "description": "This server"}],
        "tags": [{"name": name, "description": words} for name, words in _TAGS.items() if name in used],
        "paths": paths,
        "components": {
            "schemas": {**schemas, **ERROR_SCHEMAS},
            "headers": dict(SHARED_HEADERS),
            "responses": {name: response for name, (_, response) in SHARED.items()},
            "securitySchemes": _security_schemes(settings, metadata),
        },
    }


def _security_schemes(settings: Settings, metadata: Mapping[str, Any]) -> dict[str, Json]:
    flow = {
        "authorizationUrl": metadata["authorization_endpoint"],
        "tokenUrl": metadata["token_endpoint"],
        "refreshUrl": metadata["token_endpoint"],
        "scopes": {scope.name: scope.sentence for scope in SCOPES.values()},
    }
    schemes: dict[str, Json] = {
        "oauth2": {
            "type": "oauth2",
            "description": "An access token in the header: `Authorization: Bearer cf_at_…`.",
            "flows": {"authorizationCode": flow},
        },
        "client": {
            "type": "http",
            "scheme": "basic",
            "description": "Client ID and client secret, each form-encoded. In place of the header, they may be in the "
            "body as `client_id` and `client_secret`; a public app sends `client_id` alone.",
        },
    }
    if settings.registration_mode == "token":
        schemes["initial_access_token"] = {
            "type": "http",
            "scheme": "bearer",
            "description": "What those who run this server give to developers.",
        }
    if settings.registration_mode != "off":
        schemes["registration_access_token"] = {
            "type": "http",
            "scheme": "bearer",
            "description": "What came with the registration.",
        }
    return schemes
