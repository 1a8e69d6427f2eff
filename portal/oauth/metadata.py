"""Metadata of the authorization server (RFC 8414) and its resources (RFC 9728), from the objects that both use.

Nothing is listed that does not work, and nothing works unlisted.
"""

from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

from portal.oauth.scopes import SCOPES

ENDPOINTS = {
    "authorization": "/oauth/authorize",
    "token": "/api/oauth/token",
    "revocation": "/api/oauth/revoke",
    "introspection": "/api/oauth/introspect",
}
REGISTRATION = "/api/oauth/register"
"""Listed when clients may register themselves (RFC 7591 §3); followed by `/` and a client ID it is RFC 7592's."""
RESOURCES = ("/api/v1",)
"""Paths of the protected resources (RFC 9728). A request that names none is for the first."""
PLAYGROUND_CALLBACK = "/developer/playground/callback"
"""Path of the portal's own redirect URI, at which developers try their apps."""
WELL_KNOWN = "/.well-known/oauth-authorization-server"
AUTHENTICATION_METHODS = ("client_secret_basic", "client_secret_post", "none")
GRANT_TYPES = ("authorization_code", "refresh_token")
RESPONSE_TYPES = ("code",)


def describe_server(
    issuer: str, documentation: str, *, registration: bool, client_documents: bool
) -> dict[str, object]:
    """The metadata document.

    Args:
        issuer: the issuer identifier, exactly as it is sent as `iss` (RFC 9207 §2.4).
        documentation: path of the page for developers.
        registration: whether clients may register themselves.
        client_documents: whether a client ID may be the URL of a client ID metadata document.
    """
    endpoints = {**ENDPOINTS, **({"registration": REGISTRATION} if registration else {})}
    document: dict[str, object] = {
        "issuer": issuer,
        **{f"{name}_endpoint": issuer + path for name, path in endpoints.items()},
        "scopes_supported": list(SCOPES),
        "response_types_supported": list(RESPONSE_TYPES),
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GRANT_TYPES),
        **{
            f"{name}_endpoint_auth_methods_supported": list(AUTHENTICATION_METHODS)
            for name in ("token", "revocation", "introspection")
        },
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "protected_resources": [issuer + path for path in RESOURCES],
        "service_documentation": issuer + documentation,
    }
    if client_documents:
        document["client_id_metadata_document_supported"] = True
    AuthorizationServerMetadata(document).validate()
    return document


WELL_KNOWN_RESOURCE = "/.well-known/oauth-protected-resource"
"""Followed by the resource's path (RFC 9728 §3.1)."""


def describe_resource(issuer: str, path: str, documentation: str) -> dict[str, object]:
    """The metadata document of a protected resource (RFC 9728 §2).

    Args:
        path: one of RESOURCES.
        documentation: path of the page for developers.
    """
    return {
        "resource": issuer + path,
        "resource_name": "ContextFile",
        "authorization_servers": [issuer],
        "scopes_supported": list(SCOPES),
        "bearer_methods_supported": ["header"],
        "resource_documentation": issuer + documentation,
    }
