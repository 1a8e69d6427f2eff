"""The authorization server that the consent screen and the token endpoints share: one Authlib server, one façade.

Doors call this module, and `authorization` for the two steps that a person takes. Knows no web framework beyond
the application it is set up for.
"""

import json
import logging
from dataclasses import dataclass

from authlib.oauth2 import AuthorizationServer, OAuth2Error
from authlib.oauth2.rfc6749 import UnsupportedGrantTypeError
from flask import Flask, current_app

from portal.config import Settings
from portal.foundation.headers import request_id
from portal.oauth import recorder
from portal.oauth.client_authentication import authenticate_client
from portal.oauth.clients import RegisteredClient, find_client
from portal.oauth.errors import ProtocolError, printable
from portal.oauth.failures import caller_of, caller_of_unreadable, note_failure
from portal.oauth.grants import S256, AuthorizationCodeGrant, RefreshTokenGrant
from portal.oauth.inbound import MOST_BYTES, ProtocolRequest, read_form
from portal.oauth.introspection import Introspection
from portal.oauth.metadata import ENDPOINTS, GRANT_TYPES, describe_server
from portal.oauth.presented import find
from portal.oauth.revocation import Revocation

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProtocolAnswer:
    """Status, JSON body and headers of an endpoint's answer."""

    status: int
    body: str
    headers: list[tuple[str, str]]
    error: OAuth2Error | None = None


class Server(AuthorizationServer):
    """Authlib's server on our clients, our client authentication and our answers."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.issuer = settings.issuer
        registration = settings.registration_mode != "off"
        described = describe_server(
            settings.issuer, "/docs/connect", registration=registration, client_documents=settings.client_documents
        )
        self.metadata = json.dumps(described, indent=2)
        self.register_grant(AuthorizationCodeGrant, [S256(required=True)])
        self.register_grant(RefreshTokenGrant)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)

    # ruff: noqa: ARG002 (Authlib's signatures)
    def query_client(self, client_id: str) -> RegisteredClient | None:
        """Look up a client."""
        return find_client(client_id)

    def authenticate_client(
        self, request: ProtocolRequest, methods: object, endpoint: str = "token"
    ) -> RegisteredClient:
        """Our own way to know the caller, on every endpoint."""
        known = request.presented.client if request.presented else None
        return authenticate_client(request, known, request.remote)

    def create_oauth2_request(self, request: ProtocolRequest) -> ProtocolRequest:
        """Requests arrive checked and translated."""
        return request

    def get_token_grant(self, request: ProtocolRequest) -> object:
        """Authlib's choice of grant, with an error that says what there is."""
        try:
            return super().get_token_grant(request)
        except UnsupportedGrantTypeError:
            sent = request.payload.grant_type
            error = "unsupported_grant_type" if sent else "invalid_request"
            raise ProtocolError(
                error,
                f"The grant_type {printable(sent or '')} is not served; use {' or '.join(GRANT_TYPES)}."
                if sent
                else f"Send grant_type: {' or '.join(GRANT_TYPES)}.",
            ) from None

    def handle_response(self, status: int, body: object, headers: list[tuple[str, str]]) -> ProtocolAnswer:
        """Write the answer."""
        return ProtocolAnswer(status, json.dumps(body), headers)

    def handle_error_response(self, request: object, error: OAuth2Error) -> ProtocolAnswer:
        """Write the error, and its private part to the log."""
        log.info("request %s refused: %s %s", request_id(), error.error, getattr(error, "detail", ""))
        return ProtocolAnswer(error.status_code, json.dumps(dict(error.get_body())), error.get_headers(), error)

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def respond(
        self,
        endpoint: str,
        content_type: str,
        query: bytes,
        body: bytes,
        authorization: str | None,
        remote: str,
    ) -> ProtocolAnswer:
        """Answer a POST to `token`, `revocation` or `introspection` (RFC 6749 §3.2, RFC 7009, RFC 7662).

        Args:
            content_type: the media type without parameters.
            query: the raw query string.
            body: the raw body.
            authorization: the Authorization header, or None.
            remote: the caller's address.
        """
        request = None
        try:
            request = read_form(self.issuer + ENDPOINTS[endpoint], content_type, query, body, authorization)
            request.remote = remote
            request.presented = find(request.form.get(_credential_of(endpoint, request), ""))
            if endpoint == "token":
                answer: ProtocolAnswer = self.create_token_response(request)
            else:
                answer = self.create_endpoint_response(endpoint, request)
        except OAuth2Error as error:
            answer = self.handle_error_response(None, error)
        if answer.error:
            call = "refresh" if endpoint == "token" and _REFRESH in body else CALLS[endpoint]
            unreadable = authorization, query, body[:MOST_BYTES]
            caller = caller_of(request) if request else caller_of_unreadable(*unreadable)
            note_failure(answer.error, call, caller, remote)
        return answer


CALLS = {"token": "token", "revocation": "revoke", "introspection": "introspect"}
"""What developers call the endpoints."""
_REFRESH = b"refresh_token"


def _credential_of(endpoint: str, request: ProtocolRequest) -> str:
    """Which parameter names the row: it is read first, with its client, so that one query does for both."""
    if endpoint != "token":
        return "token"
    return "code" if request.payload.grant_type == "authorization_code" else "refresh_token"


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its authorization server."""
    recorder.init_app(app)
    app.extensions["oauth"] = Server(settings)
    # Authlib logs tokens at DEBUG (its grants' "Issue token %r"); ours do not print, and this keeps the rest quiet.
    logging.getLogger("authlib").setLevel(logging.INFO)


def current_server() -> Server:
    """The authorization server of the application that serves this request."""
    server: Server = current_app.extensions["oauth"]
    return server
