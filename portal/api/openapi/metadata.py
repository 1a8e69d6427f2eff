"""The two metadata documents, as the API's description has them: their own fields, each with what it means."""

from collections.abc import Mapping
from typing import Any

from portal.api.openapi.schemas import Json, json_content
from portal.oauth.metadata import RESOURCES, WELL_KNOWN, WELL_KNOWN_RESOURCE, describe_resource

_MEANINGS: Mapping[str, str] = {
    "issuer": "This server’s identifier; the same as `iss` in its answers.",
    "authorization_endpoint": "Where you send the user’s browser.",
    "token_endpoint": "Where you get tokens.",
    "revocation_endpoint": "Where you revoke them.",
    "introspection_endpoint": "Where you ask about them.",
    "registration_endpoint": "Where apps register themselves.",
    "scopes_supported": "Every scope that there is.",
    "response_types_supported": "Values of `response_type`.",
    "response_modes_supported": "Values of `response_mode`.",
    "grant_types_supported": "Values of `grant_type`.",
    "token_endpoint_auth_methods_supported": "How your app may say who it is when it gets tokens.",
    "revocation_endpoint_auth_methods_supported": "The same when it revokes one.",
    "introspection_endpoint_auth_methods_supported": "The same when it asks about one.",
    "code_challenge_methods_supported": "Values of `code_challenge_method`.",
    "authorization_response_iss_parameter_supported": "Whether `iss` comes with the code (RFC 9207).",
    "protected_resources": "What tokens are for.",
    "service_documentation": "The guide for developers.",
    "client_id_metadata_document_supported": "Whether a client ID may be the address of a metadata document.",
    "resource": "The REST API’s identifier.",
    "resource_name": "What people call it.",
    "authorization_servers": "Who issues its tokens.",
    "bearer_methods_supported": "How to send them.",
    "resource_documentation": "The guide for developers.",
}


def describe_metadata(metadata: Mapping[str, Any], issuer: str) -> tuple[dict[str, Json], dict[str, Json]]:
    """The paths of the documents, and the schemas that they refer to.

    Args:
        metadata: the server's own (RFC 8414).
    """
    (resource,) = RESOURCES
    paths = {
        WELL_KNOWN: _document("read_server_metadata", "Read what this server can do", "RFC 8414", "ServerMetadata"),
        WELL_KNOWN_RESOURCE + resource: _document(
            "read_resource_metadata", "Read who issues tokens for the REST API", "RFC 9728", "ResourceMetadata"
        ),
    }
    schemas = {
        "ServerMetadata": _schema("Server metadata", metadata),
        "ResourceMetadata": _schema("Resource metadata", describe_resource(issuer, resource, "/docs/connect")),
    }
    return paths, schemas


def _document(operation_id: str, summary: str, standard: str, schema: str) -> Json:
    keep = {"description": "How long to keep it.", "required": True, "schema": {"const": "max-age=300"}}
    answer = {
        "description": "The document.",
        "headers": {"Cache-Control": keep},
        "content": json_content({"$ref": f"#/components/schemas/{schema}"}),
    }
    return {
        "get": {
            "operationId": operation_id,
            "tags": ["metadata"],
            "summary": summary,
            "description": f"OAuth libraries find every address and ability here by themselves ({standard}).",
            "security": [],
            "responses": {"200": answer},
        }
    }


def _schema(title: str, document: Mapping[str, Any]) -> Json:
    """Every field of a document as it is now."""
    return {
        "title": title,
        "type": "object",
        "required": list(document),
        "additionalProperties": False,
        "properties": {
            name: {**_kind(value), "description": _MEANINGS.get(name, "")} for name, value in document.items()
        },
    }


def _kind(value: object) -> Json:
    if isinstance(value, bool):
        return {"type": "boolean"}
    if isinstance(value, list):
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "string"}
