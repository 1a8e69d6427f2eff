"""requests-oauthlib, and the parts of oauthlib for what it has no call for."""

from typing import Any

from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from tests.flows.clients import Answer, RefusedError, Registration, Tokens
from tests.flows.clients.python import checked, discover, get


class RequestsOAuthlibClient:
    def __init__(self, registration: Registration) -> None:
        self._issuer = registration.issuer
        self._metadata = discover(registration.issuer)
        self._session = OAuth2Session(
            registration.client_id,
            redirect_uri=registration.redirect_uri,
            scope=registration.scope.split(),
            pkce="S256",
        )
        self._auth = None
        self._identity: dict[str, str] = {"client_id": registration.client_id}
        if registration.method == "client_secret_basic":
            self._auth = HTTPBasicAuth(registration.client_id, registration.client_secret or "")
            self._identity = {}
        elif registration.client_secret:
            self._identity["client_secret"] = registration.client_secret
        self.authorization_url, self._state = self._session.authorization_url(self._metadata["authorization_endpoint"])

    def exchange(self, callback_url: str) -> Tokens:
        checked(callback_url, self._issuer, self._state)
        return self._granted(
            self._session.fetch_token,
            authorization_response=callback_url,
            include_client_id=self._auth is None,
            client_secret=self._identity.get("client_secret"),
        )

    def refresh(self, refresh_token: str) -> Tokens:
        return self._granted(self._session.refresh_token, refresh_token=refresh_token, **self._identity)

    def _granted(self, request: Any, **arguments: Any) -> Tokens:
        try:
            return dict(request(self._metadata["token_endpoint"], auth=self._auth, **arguments))
        except OAuth2Error as error:
            raise RefusedError(error.error) from None

    def get(self, path: str, access_token: str) -> Answer:
        self._session.token = {"access_token": access_token, "token_type": "Bearer"}
        return get(self._session, self._issuer + path)

    def introspect(self, token: str) -> dict[str, Any]:
        return dict(self._post("introspection", token).json())

    def revoke(self, token: str) -> None:
        self._post("revocation", token)

    def _post(self, endpoint: str, token: str) -> Any:
        answer = self._session.post(
            self._metadata[f"{endpoint}_endpoint"],
            data={"token": token, **self._identity},
            auth=self._auth,
            withhold_token=True,
        )
        answer.raise_for_status()
        return answer
