"""The auth part of the Model Context Protocol's Python client: it is given the address of a resource and no more."""

import asyncio
import threading
import time
from collections.abc import Coroutine
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any

import httpx2
import time_machine
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from pydantic import AnyUrl

from tests.fixtures.loopback import parameters
from tests.flows.clients import Answer, Registration, Tokens

PATIENCE_SECONDS = 20


class Kept:
    """What an application keeps for the library."""

    tokens: OAuthToken | None = None
    client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


class McpClient:
    """Its first request is refused, and waits for a person; the browser's library has a loop in the main thread."""

    def __init__(self, registration: Registration) -> None:
        self._issuer = registration.issuer
        self._kept = Kept()
        self._sent_away: Future[str] = Future()
        self._came_back: Future[str] = Future()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._auth = OAuthClientProvider(
            f"{registration.issuer}/api/v1",
            OAuthClientMetadata.model_validate(
                {
                    "client_name": "An MCP client",
                    "redirect_uris": [AnyUrl(registration.redirect_uri)],
                    "token_endpoint_auth_method": registration.method,
                }
            ),
            self._kept,
            self._send_away,
            self._come_back,
        )
        self._first = self._begin(self._request("/api/v1/profile"))
        either: list[Future[Any]] = [self._first, self._sent_away]
        wait(either, PATIENCE_SECONDS, FIRST_COMPLETED)
        if self._first.done():
            self._first.result()
        self.authorization_url = self._sent_away.result(0)

    def _begin(self, work: Coroutine[Any, Any, Answer]) -> Future[Answer]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _request(self, path: str) -> Answer:
        async with httpx2.AsyncClient(auth=self._auth, timeout=PATIENCE_SECONDS) as http:
            response = await http.get(self._issuer + path)
        return Answer(response.status_code, response.json())

    async def _send_away(self, url: str) -> None:
        self._sent_away.set_result(url)

    async def _come_back(self) -> AuthorizationCodeResult:
        answer = parameters(await asyncio.wrap_future(self._came_back))
        return AuthorizationCodeResult.model_validate(answer)

    def exchange(self, callback_url: str) -> Tokens:
        """Let the first request go on."""
        self._came_back.set_result(callback_url)
        assert self._first.result(PATIENCE_SECONDS).status == 200
        return self._tokens()

    def _tokens(self) -> Tokens:
        assert self._kept.tokens
        return self._kept.tokens.model_dump()

    def get(self, path: str, access_token: str) -> Answer:
        """Call the API; the library sends its own token."""
        assert self._tokens()["access_token"] == access_token
        return self._begin(self._request(path)).result(PATIENCE_SECONDS)

    def refresh(self, refresh_token: str) -> Tokens:
        """Send a request when, by the client's clock, the access token is over."""
        assert self._tokens()["refresh_token"] == refresh_token
        with time_machine.travel(time.time() + self._tokens()["expires_in"] + 60):
            assert self._begin(self._request("/api/v1/profile")).result(PATIENCE_SECONDS).status == 200
        return self._tokens()

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_SECONDS)
        self._loop.close()
