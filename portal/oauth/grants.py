"""Authlib's grant classes, filled in: what is asked in which order is Authlib's, what is answered is `tokens`'."""

from authlib.oauth2.rfc6749 import InvalidGrantError, grants
from authlib.oauth2.rfc7636 import CodeChallenge

from portal.foundation import clock
from portal.foundation.credentials import same
from portal.oauth import rotation, tokens
from portal.oauth.authorization_request import granted_resources
from portal.oauth.clients import RegisteredClient
from portal.oauth.errors import ProtocolError, printable
from portal.oauth.metadata import AUTHENTICATION_METHODS
from portal.oauth.presented import Presented
from portal.oauth.redirect_uris import difference
from portal.oauth.scopes import parse, write
from portal.oauth.tokens import IssuedTokens


class PresentedCode:
    """A redeemable code, as Authlib's grant and PKCE extension want to see it."""

    def __init__(self, presented: Presented) -> None:
        self.presented = presented
        self.code_challenge = presented.row.code_challenge

    def get_redirect_uri(self) -> str | None:
        """What the token request must repeat (RFC 6749 §4.1.3)."""
        uri: str | None = self.presented.row.redirect_uri
        return uri

    def get_scope(self) -> str:
        """The granted scope."""
        scope: str = self.presented.row.scope
        return scope


class S256(CodeChallenge):
    """PKCE with S256 only; `plain` is no method here (RFC 9700 §2.1.1)."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_verifier(self, grant: "AuthorizationCodeGrant", result: object) -> None:
        """RFC 7636 §4.6, with an error that says what to send."""
        try:
            super().validate_code_verifier(grant, result)
        except InvalidGrantError:
            text = (
                "The code_verifier is not the one whose SHA-256 was sent as code_challenge. Keep one for each request."
            )
            raise ProtocolError("invalid_grant", text, cause="pkce_mismatch") from None

    def get_authorization_code_challenge_method(self, authorization_code: PresentedCode) -> str:  # noqa: ARG002
        """The only method there is."""
        return "S256"


class ForResources(grants.BaseGrant):
    """What both grants ask of `resource`."""

    def _check_resource(self, presented: Presented) -> None:
        """It may only name what was granted (RFC 8707 §2.2)."""
        sent = self.request.parameters.resources
        if sent and not set(granted_resources(sent)) <= set(presented.row.resource.split()):
            raise ProtocolError("invalid_target", "The authorization is not for this resource.")


class AuthorizationCodeGrant(ForResources, grants.AuthorizationCodeGrant):
    """RFC 6749 §4.1.3. The authorization endpoint's half is `authorization`."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTHENTICATION_METHODS

    def query_authorization_code(self, code: str, client: RegisteredClient) -> PresentedCode:  # noqa: ARG002 (read before)
        """The code, if this client may still redeem it."""
        presented = self.request.presented
        if presented is None or presented.kind != "code":
            text = "The code is mistyped or cut off: send it exactly as it was received."
            raise ProtocolError("invalid_grant", text, cause="code_malformed")
        if presented.client.key != client.key or not same(presented.digest, presented.row.code_digest):
            # Another client's attempt leaves the owner's code alone.
            text = "There is no such code for this client."
            raise ProtocolError("invalid_grant", text, detail=presented.reference, cause="code_unknown")
        if presented.row.code_used_at is not None:
            raise tokens.refuse_used_code(presented)
        if presented.closed or presented.row.code_expires_at <= clock.now():
            raise ProtocolError(
                "invalid_grant",
                "The code has expired or was revoked. Exchange it within a minute, or send the user to connect again.",
                detail=f"{presented.reference}: {presented.closed or 'the code expired'}",
                cause="code_expired",
            )
        self._check_resource(presented)
        self._check_redirect_uri(presented.row.redirect_uri)
        return PresentedCode(presented)

    def _check_redirect_uri(self, expected: str | None) -> None:
        """RFC 6749 §4.1.3; Authlib compares too, but does not say how the two differ."""
        sent = self.request.payload.redirect_uri
        if expected and sent != expected:
            cure = difference(sent, expected) if sent else "It is missing."
            text = f"Repeat the redirect_uri of the authorization request. {cure}"
            raise ProtocolError("invalid_grant", printable(text, 300), cause="redirect_uri_changed")

    def authenticate_user(self, authorization_code: PresentedCode) -> int:
        """The resource owner's key."""
        user_id: int = authorization_code.presented.row.user_id
        return user_id

    def generate_token(self, *_: object, **__: object) -> IssuedTokens:
        """Redeem the code and issue its tokens, in one transaction."""
        return tokens.exchange(self.request.authorization_code.presented)

    def save_token(self, token: IssuedTokens) -> None:
        """Nothing: the exchange has saved it."""

    def delete_authorization_code(self, authorization_code: PresentedCode) -> None:
        """Nothing: the exchange has spent it."""


class PresentedRefreshToken:
    """A refresh token of a row that exists, as Authlib's grant wants to see it."""

    def __init__(self, presented: Presented) -> None:
        self.presented = presented

    def check_client(self, client: RegisteredClient) -> bool:
        """Whether it was issued to this client. Authlib's own refusal would not say what is wrong."""
        if self.presented.client.key != client.key:
            text = "The refresh token was issued to another app. Send the client_id with which the user connected."
            raise ProtocolError("invalid_grant", text)
        return True

    def get_scope(self) -> str:
        """The granted scope, which a narrowed refresh does not narrow."""
        scope: str = self.presented.row.scope
        return scope


class RefreshTokenGrant(ForResources, grants.RefreshTokenGrant):
    """RFC 6749 §6, with rotation."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTHENTICATION_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> PresentedRefreshToken:  # noqa: ARG002 (read before)
        """The row that the token names; whether the token is current is decided when it is moved."""
        presented = self.request.presented
        if presented is None or presented.kind != "refresh_token":
            raise ProtocolError(
                "invalid_grant",
                "The refresh token is mistyped, cut off or no longer known. Send it exactly as received.",
                cause="refresh_token_malformed",
            )
        self._check_resource(presented)
        return PresentedRefreshToken(presented)

    def authenticate_user(self, refresh_token: PresentedRefreshToken) -> int:
        """The resource owner's key."""
        user_id: int = refresh_token.presented.row.user_id
        return user_id

    def issue_token(self, user: int, refresh_token: PresentedRefreshToken) -> IssuedTokens:  # noqa: ARG002
        """Rotate, in one transaction."""
        scope = parse(self.request.payload.scope or "") or parse(refresh_token.get_scope())
        return rotation.rotate(refresh_token.presented, write(scope))

    def save_token(self, token: IssuedTokens) -> None:
        """Nothing: the rotation has saved it."""

    def revoke_old_credential(self, refresh_token: PresentedRefreshToken) -> None:
        """Nothing: the rotation has replaced it."""
