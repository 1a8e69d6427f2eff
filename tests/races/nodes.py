"""Two server processes on one database, and connections that stay open and send at the same moment."""

import base64
import json
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from itertools import chain
from threading import Barrier
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.fixtures.servers import LiveServer

CONNECTIONS_PER_NODE = 2
LONGEST_WAIT_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """Status and JSON body of an answer, and how long to wait before the next request."""

    status: int
    body: dict[str, Any]
    retry_after: str | None = None

    @property
    def outcome(self) -> str:
        """`ok`, or the RFC's error code."""
        return "ok" if self.status == 200 else str(self.body.get("error", self.status))

    @property
    def pair(self) -> tuple[str, str]:
        """The access and refresh token that it brings."""
        return self.body["access_token"], self.body["refresh_token"]


class Line:
    """One connection of the confidential client to one node, or to the proxy before them."""

    def __init__(self, url: str, client_id: str, client_secret: str, trust: ssl.SSLContext | None = None) -> None:
        address = urlsplit(url)
        host, port, wait = address.hostname or "", address.port, LONGEST_WAIT_SECONDS
        self._connection = (
            HTTPSConnection(host, port, timeout=wait, context=trust)
            if trust
            else HTTPConnection(host, port, timeout=wait)
        )
        self._identity = "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()

    def post(self, path: str, **form: str) -> Answer:
        """Send a form with the client's credentials."""
        headers = {"Authorization": self._identity, "Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", path, urlencode(form), headers)
        return self._read()

    def accepts(self, token: str) -> bool:
        """Whether this node takes an access token at the API, or says of a refresh token that it is active."""
        if token.startswith("cf_rt_"):
            answer = self.post("/api/oauth/introspect", token=token)
            assert answer.status == 200, answer
            return bool(answer.body["active"])
        answer = self.fetch("/api/v1/profile", token)
        assert answer.status in {200, 401}, answer
        return answer.status == 200

    def fetch(self, path: str, access_token: str) -> Answer:
        """Call the API."""
        self._connection.request("GET", path, headers={"Authorization": f"Bearer {access_token}"})
        return self._read()

    def _read(self) -> Answer:
        response = self._connection.getresponse()
        content = response.read()
        is_json = response.headers.get_content_type() == "application/json"
        return Answer(response.status, json.loads(content) if is_json else {}, response.headers.get("Retry-After"))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


Request = Callable[[Line], Answer]


class TwoNodes:
    """The client's connections to both nodes, and the codes and tokens that it has."""

    def __init__(self, nodes: tuple[LiveServer, LiveServer], **amounts: int) -> None:
        options = chain.from_iterable((f"--{kind}", str(amount)) for kind, amount in amounts.items())
        self.seeded: dict[str, Any] = json.loads(nodes[0].command("bench-seed", *options))
        self.database_url = nodes[0].environment["DATABASE_URL"]
        identity = self.seeded["client_id"], self.seeded["client_secret"]
        by_node = [[Line(node.url, *identity) for _ in range(CONNECTIONS_PER_NODE)] for node in nodes]
        self.nodes = by_node[0][0], by_node[1][0]
        self._lines = [line for pair in zip(*by_node, strict=True) for line in pair]  # the nodes take turns
        self._together = Barrier(len(self._lines))
        self._threads = ThreadPoolExecutor(len(self._lines))

    def race(self, number: int, *requests: Request) -> list[Answer]:
        """Send each request on a connection of its own, at once; gives the answers in the order of the requests.

        Args:
            number: of the round: who sends where changes with it.
        """
        assert len(requests) == len(self._lines)
        turn = number % len(self._lines)

        def send(line: Line, request: Request) -> Answer:
            self._together.wait(LONGEST_WAIT_SECONDS)
            return request(line)

        return list(self._threads.map(send, self._lines[turn:] + self._lines[:turn], requests))

    def exchange(self, code: dict[str, str]) -> Request:
        """The request that exchanges a seeded code."""
        form = {"grant_type": "authorization_code", "redirect_uri": self.seeded["redirect_uri"], **code}
        return lambda line: line.post(self.seeded["token_endpoint"], **form)

    def refresh(self, token: str) -> Request:
        """The request that refreshes."""
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return lambda line: line.post(self.seeded["token_endpoint"], **form)

    def revoke(self, token: str) -> Request:
        """The request that revokes."""
        return lambda line: line.post(self.seeded["revocation_endpoint"], token=token)

    def accepted(self, token: str) -> bool:
        """Whether a token is taken; both nodes must say the same."""
        one, other = (line.accepts(token) for line in self.nodes)
        assert one == other, "one node accepts what the other one refuses"
        return one

    def close(self) -> None:
        """Close every connection."""
        self._threads.shutdown()
        for line in self._lines:
            line.close()
