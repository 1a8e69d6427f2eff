"""Authlib's own client."""

from typing import Any

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from tests.flows.clients import Answer, RefusedError, Registration, Tokens
from tests.flows.clients.python import checked, discover, get


class AuthlibClient:
    def __init__(self, registration: Registration) -> None:
        self._issuer = registration.issuer
        self._metadata = discover(registration.issuer)
        self._session = OAuth2Session(
            registration.client_id,
            registration.client_secret,
            token_endpoint_auth_method=registration.method,
            revocation_endpoint_auth_method=registration.method,
            scope=registration.scope,
            redirect_uri=registration.redirect_uri,
            code_challenge_method="S256",
        )
        self._verifier = generate_token(48)
        self.authorization_url, self._state = self._session.create_authorization_url(
            self._metadata["authorization_endpoint"], code_verifier=self._verifier
        )

    def exchange(self, callback_url: str) -> Tokens:
        answer = checked(callback_url, self._issuer, self._state)
        if "error" in answer:  # Authlib leaves this to its integrations with web frameworks
            raise RefusedError(answer["error"])
        return self._granted(
            self._session.fetch_token,
            authorization_response=callback_url,
            state=self._state,
            code_verifier=self._verifier,
        )

    def refresh(self, refresh_token: str) -> Tokens:
        return self._granted(self._session.refresh_token, refresh_token=refresh_token)

    def _granted(self, request: Any, **arguments: Any) -> Tokens:
        try:
            return dict(request(self._metadata["token_endpoint"], **arguments))
        except OAuthError as error:
            raise RefusedError(error.error) from None

    def get(self, path: str, access_token: str) -> Answer:
        self._session.token = {"access_token": access_token, "token_type": "Bearer"}
        return get(self._session, self._issuer + path)

    def introspect(self, token: str) -> dict[str, Any]:
        answer: requests.Response = self._session.introspect_token(
            self._metadata["introspection_endpoint"], token=token
        )
        answer.raise_for_status()
        return dict(answer.json())

    def revoke(self, token: str) -> None:
        self._session.revoke_token(self._metadata["revocation_endpoint"], token=token).raise_for_status()
