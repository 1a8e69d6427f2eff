"""Token introspection (RFC 7662): a client asks about its own tokens."""

from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from portal.config import current_settings
from portal.foundation import clock
from portal.foundation.credentials import same
from portal.oauth.access_tokens import access_part
from portal.oauth.clients import RegisteredClient
from portal.oauth.errors import ProtocolError
from portal.oauth.inbound import ProtocolRequest
from portal.oauth.metadata import AUTHENTICATION_METHODS
from portal.oauth.presented import Presented


def require_token(request: ProtocolRequest) -> None:
    """Refuse a request without `token` (RFC 7009 §2.1, RFC 7662 §2.1)."""
    if "token" not in request.form:
        raise ProtocolError("invalid_request", "Send the token in the body, as the parameter token.")


class Introspection(IntrospectionEndpoint):
    """Whether a token is active, and what it may do (§2.2)."""

    CLIENT_AUTH_METHODS = AUTHENTICATION_METHODS

    def authenticate_token(self, request: ProtocolRequest, client: RegisteredClient) -> Presented | None:
        """The token if it is this client's; about any other one nothing is said (§2.2)."""
        require_token(request)
        presented: Presented | None = request.presented
        return presented if presented and presented.client.key == client.key else None

    def create_introspection_payload(self, token: Presented | None) -> dict[str, object]:
        """The answer: exactly `{"active": false}` for what is not active."""
        if token is None or token.closed:
            return {"active": False}
        row = token.row
        about: dict[str, object] = {
            "active": True,
            "client_id": token.client.client_id,
            "sub": str(row.user_id),
            "iss": current_settings().issuer,
            "aud": [current_settings().issuer + path for path in row.resource.split()],
        }
        if token.kind == "access_token" and (part := access_part(row, token.digest)):
            return about | {
                "scope": part.scope,
                "token_type": "Bearer",
                "iat": part.issued_at,
                "exp": part.expires_at,
            }
        if (
            token.kind == "refresh_token"
            and same(token.digest, row.refresh_digest)
            and row.refresh_expires_at > clock.now()
        ):
            return about | {"scope": row.scope, "exp": row.refresh_expires_at}
        return {"active": False}
