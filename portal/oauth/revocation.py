"""Token revocation (RFC 7009)."""

from authlib.oauth2.rfc7009 import RevocationEndpoint

from portal.foundation.credentials import same
from portal.oauth import tokens
from portal.oauth.clients import RegisteredClient
from portal.oauth.inbound import ProtocolRequest
from portal.oauth.introspection import require_token
from portal.oauth.metadata import AUTHENTICATION_METHODS
from portal.oauth.presented import Presented


class Revocation(RevocationEndpoint):
    """A refresh token takes its whole family along; an access token goes alone (§2.1)."""

    CLIENT_AUTH_METHODS = AUTHENTICATION_METHODS

    def authenticate_token(self, request: ProtocolRequest, client: RegisteredClient) -> Presented | None:
        """The token if it is this client's. Unknown, foreign and malformed ones are answered 200 all the same (§2.2).

        The hint is not needed: the prefix says what the token is (§2.1).
        """
        require_token(request)
        presented: Presented | None = request.presented
        return presented if presented and presented.client.key == client.key else None

    def revoke_token(self, token: Presented, request: ProtocolRequest) -> None:  # noqa: ARG002
        """End it."""
        row = token.row
        if token.kind == "access_token":
            tokens.revoke_access_token(token)
        elif token.kind == "refresh_token" and (
            same(token.digest, row.refresh_digest) or same(token.digest, row.previous_refresh_digest)
        ):
            tokens.revoke(row.id, "revoked_by_client")
