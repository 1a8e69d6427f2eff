"""Sends a workload's requests over so many connections at once, and notes what came back and how fast.

HTTP/1.1 on bare sockets in one thread, so that the driver costs little beside the server; loopback alone. Knows no
endpoint: what is sent, and whether an answer is right, is the workload's.
"""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

_PATIENCE_SECONDS = 30
"""How long after the end of a cell answers are waited for."""


class Request(NamedTuple):
    """What is sent, and the credential that it is about."""

    raw: bytes
    item: str = ""


class Workload(Protocol):
    """Requests of one kind."""

    def next_request(self) -> Request | None:
        """One to send now; None if there are none left."""

    def is_right(self, status: int, body: bytes, item: str, /) -> bool:
        """Whether this is what the request had to be answered with."""


@dataclass
class Load:
    """What came of it."""

    latencies: list[float] = field(default_factory=list)
    """Of each answer, in seconds."""
    wrong: int = 0
    first_wrong: str = ""
    wall: float = 0.0
    """Seconds from the first request to the last answer."""

    def note(self, latency: float) -> None:
        """An answer came."""
        self.latencies.append(latency)

    def fault(self, what: str) -> None:
        """It was none that is right."""
        self.wrong += 1
        self.first_wrong = self.first_wrong or what


class _Connection:
    """One of the connections, kept open as long as the server keeps it."""

    def __init__(self, address: tuple[str, int], selector: selectors.BaseSelector) -> None:
        self._address, self._selector = address, selector
        self._socket: socket.socket | None = None
        self.received = b""
        self.item = ""
        self.sent_at = 0.0
        self.waits = False

    def send(self, request: Request) -> None:
        self.item, self.waits, self.sent_at = request.item, True, time.perf_counter()
        if self._socket is None:
            self._socket = socket.create_connection(self._address, _PATIENCE_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(self._socket, selectors.EVENT_READ, self)
        self._socket.sendall(request.raw)

    def receive(self) -> bool:
        """Take what has come. False if the server has closed the connection."""
        assert self._socket is not None
        try:
            data = self._socket.recv(1 << 18)
        except ConnectionError:
            data = b""
        self.received += data
        return bool(data)

    def close(self) -> None:
        if self._socket is not None:
            self._selector.unregister(self._socket)
            self._socket.close()
        self._socket, self.received = None, b""


def parse(received: bytes) -> tuple[int, bytes, bool] | None:
    """Status, body, and whether the connection stays open, of a whole answer; None while some of it is missing."""
    head, separator, rest = received.partition(b"\r\n\r\n")
    if not separator:
        return None
    lines = head.lower().split(b"\r\n")
    headers = {name: value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
    stays = headers.get(b"connection") != b"close"
    status = int(lines[0].split(b" ")[1])
    if headers.get(b"transfer-encoding") == b"chunked":
        body = _unchunk(rest)
        return None if body is None else (status, body, stays)
    length = int(headers.get(b"content-length", 0))
    return (status, rest[:length], stays) if len(rest) >= length else None


def _unchunk(rest: bytes) -> bytes | None:
    """RFC 9112 §7.1; None while some of it is missing."""
    body: list[bytes] = []
    while True:
        size, separator, rest = rest.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16) if separator else -1
        if length < 0 or len(rest) < length + 2:
            return None
        if length == 0:
            return b"".join(body)
        body.append(rest[:length])
        rest = rest[length + 2 :]


def drive(address: tuple[str, int], workload: Workload, *, connections: int, seconds: float, most: int) -> Load:
    """Keep every connection busy with one request at a time.

    Args:
        connections: how many there are.
        seconds: when to stop sending.
        most: how many requests to send at most.
    """
    load, selector, left = Load(), selectors.DefaultSelector(), most
    began = time.perf_counter()
    ends = began + seconds

    def send_next(connection: _Connection) -> None:
        nonlocal left
        connection.waits = False
        if left > 0 and time.perf_counter() < ends and (request := workload.next_request()):
            left -= 1
            connection.send(request)

    crowd = [_Connection(address, selector) for _ in range(connections)]
    for connection in crowd:
        send_next(connection)
    while any(connection.waits for connection in crowd) and time.perf_counter() < ends + _PATIENCE_SECONDS:
        for key, _ in selector.select(1):
            _take(key.data, workload, load, send_next)
    load.wall = time.perf_counter() - began
    for connection in crowd:
        if connection.waits:
            load.fault("no answer")
        connection.close()
    selector.close()
    return load


def _take(connection: _Connection, workload: Workload, load: Load, send_next: Callable[[_Connection], None]) -> None:
    """Take what came on one connection; if that was the rest of an answer, send the next request."""
    is_open = connection.receive()
    answer = parse(connection.received)
    if answer is None:
        if is_open:
            return
        connection.close()
        if connection.waits:
            load.fault("the connection was closed before the whole answer came")
            send_next(connection)
        return
    status, body, stays = answer
    load.note(time.perf_counter() - connection.sent_at)
    if not workload.is_right(status, body, connection.item):
        load.fault(f"{status} {body[:200]!r}")
    connection.received = b""
    if not (is_open and stays):
        connection.close()
    send_next(connection)
