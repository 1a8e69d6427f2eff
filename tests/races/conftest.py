from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import requests

from tests.fixtures.servers import Demo, DemoClient, LiveServer, StartServer
from tests.races.visitor import Visitor

RACERS = 8
REDIRECT_URI = "http://127.0.0.1:3000/callback"


class Race:
    """A confidential client whose eight connections to one server send their requests at the same moment."""

    def __init__(self, server: LiveServer) -> None:
        self.url = server.url
        demo: Demo = server.demo(REDIRECT_URI)
        self._client: DemoClient = demo.confidential
        self._visitor = Visitor(server, demo)
        self._sessions = [requests.Session() for _ in range(RACERS)]
        self._together = Barrier(RACERS)
        self._threads = ThreadPoolExecutor(RACERS)

    def run(self, *requests_to_send: Callable[[requests.Session], requests.Response]) -> list[requests.Response]:
        """Send one request on each connection, at once; gives the answers in the same order."""

        def send(
            session: requests.Session, request: Callable[[requests.Session], requests.Response]
        ) -> requests.Response:
            self._together.wait(30)
            return request(session)

        return list(self._threads.map(send, self._sessions, requests_to_send))

    def new_code(self) -> str:
        """A code that nobody has used."""
        return self._visitor.allow(self._client)

    def new_tokens(self) -> dict[str, str]:
        """The tokens of a new authorization."""
        answer = self.exchange(self.new_code())(self._sessions[0])
        assert answer.status_code == 200, answer.text
        tokens: dict[str, str] = answer.json()
        return tokens

    def exchange(self, code: str) -> Callable[[requests.Session], requests.Response]:
        """The request that exchanges a code."""
        return self._post("token", grant_type="authorization_code", code=code, redirect_uri=self._client.redirect_uri)

    def refresh(self, token: str) -> Callable[[requests.Session], requests.Response]:
        """The request that refreshes."""
        return self._post("token", grant_type="refresh_token", refresh_token=token)

    def revoke(self, token: str) -> Callable[[requests.Session], requests.Response]:
        """The request that revokes."""
        return self._post("revoke", token=token)

    def _post(self, endpoint: str, **body: str) -> Callable[[requests.Session], requests.Response]:
        identity = (self._client.client_id, self._client.client_secret or "")
        return lambda session: session.post(f"{self.url}/api/oauth/{endpoint}", data=body, auth=identity, timeout=30)

    def alone(self, request: Callable[[requests.Session], requests.Response]) -> requests.Response:
        """Send one request, after the race."""
        return request(self._sessions[0])

    def opens(self, access_token: str) -> bool:
        """Whether the API accepts a token."""
        answer = requests.get(
            f"{self.url}/api/v1/profile", headers={"Authorization": f"Bearer {access_token}"}, timeout=10
        )
        assert answer.status_code in {200, 401}, answer.text
        return answer.status_code == 200

    def close(self) -> None:
        """Close every connection."""
        self._threads.shutdown()
        self._visitor.close()
        for session in self._sessions:
            session.close()


@pytest.fixture(scope="session")
def forgiving_server(start_server: StartServer) -> LiveServer:
    """Two server processes that answer a repeated refresh with the same tokens for a while."""
    return start_server(workers=2, refresh_retry_seconds=60)


@pytest.fixture(scope="session")
def strict_server(start_server: StartServer) -> LiveServer:
    """Two server processes that take a repeated refresh for a theft."""
    return start_server(workers=2, refresh_retry_seconds=0)


@pytest.fixture
def race(forgiving_server: LiveServer) -> Iterator[Race]:
    race = Race(forgiving_server)
    yield race
    race.close()


@pytest.fixture
def strict_race(strict_server: LiveServer) -> Iterator[Race]:
    race = Race(strict_server)
    yield race
    race.close()
