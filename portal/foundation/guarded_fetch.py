"""GET a small JSON document from an address that a stranger chose (OWASP ASVS 1.3.6).

Every address of the host must be public, and the connection goes to one that was checked: what a name server answers
next changes nothing. No redirects, no proxies, no cookies; size and time are bounded as a whole. `http.client` and
`ssl` speak the protocols; what their callers usually add (a look-up of their own, time limits for each read alone)
is what a guard must not have. Knows nothing of what the document says.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from email.message import Message
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import ResponseCacheControl
from werkzeug.http import parse_cache_control_header, parse_date

from portal.foundation.public_addresses import is_loopback, is_public

TOTAL_SECONDS = 5.0
CONNECT_SECONDS = 3.0
"""For looking up the host, and for each connection to one of its addresses."""
MOST_ADDRESSES = 3
MOST_BODY_BYTES = 5 * 1024
MOST_BYTES = 32 * 1024
"""Of status line, headers, chunk framing and body together."""

Resolver = Callable[[str, int], Sequence[str]]
"""Gives the addresses of a host, for a port."""


class NotFetched(Exception):
    """There is no document.

    Args:
        text: a sentence for whoever published the address; tells nothing about this server's network.
        detail: for the log.
    """

    def __init__(self, text: str, detail: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.detail = detail


@dataclass(frozen=True)
class Fetched:
    """A document."""

    body: bytes
    fresh_seconds: int | None
    """How long it may be kept (RFC 9111 §4.2.1), 0 for not at all; None if its headers do not say."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses that this machine's resolver gives for a host."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def fetch(
    url: str,
    *,
    user_agent: str,
    loopback: bool = False,
    admit: Callable[[str], None] | None = None,
    resolver: Resolver = resolve,
    tls: ssl.SSLContext | None = None,
    seconds: float = TOTAL_SECONDS,
) -> Fetched:
    """GET `url` and return its JSON document.

    Args:
        url: https, with a path; only ASCII and without user name or fragment, which is the caller's to check.
        user_agent: how this server introduces itself.
        loopback: let http and loopback addresses pass, for development.
        admit: called with each address before it is connected to; may raise to refuse (no OSError).
        resolver: looks up the host, once.
        tls: whom to trust; the machine's certificate authorities when left out.
        seconds: how long it may take in all.

    Raises:
        NotFetched: the address may not be fetched, or did not answer 200 with JSON of at most 5 KB in time.
    """
    deadline = time.monotonic() + seconds
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    addresses = _look_up(host, port, resolver, deadline)
    if not all(is_public(address) or (loopback and is_loopback(address)) for address in addresses):
        # In the words of a name that does not exist: strangers learn nothing about names inside.
        raise NotFetched(_NO_ADDRESS, f"addresses {addresses}")
    if not secure and not (loopback and all(map(is_loopback, addresses))):
        raise NotFetched("The address must begin with https://.")
    headers = {"Host": parts.netloc, "Accept": "application/json", "User-Agent": user_agent, "Connection": "close"}
    try:
        plain = _connect(addresses[:MOST_ADDRESSES], port, admit, deadline)
        with _protect(plain, host, tls) if secure else plain as channel:
            sender = http.client.HTTPConnection(host, port)
            sender.sock = channel  # it would make its own otherwise
            sender.request("GET", "/" + url.split("/", 3)[3], headers=headers)
            with _BoundedResponse(channel, deadline) as response:
                response.begin()
                return _read(response)
    except ssl.SSLCertVerificationError as error:
        raise NotFetched("The TLS certificate is not valid for the host.", error.verify_message) from error
    except TimeoutError as error:
        raise NotFetched(f"The document did not arrive within {seconds:g} seconds.", str(error)) from error
    except OSError as error:
        raise NotFetched("The host cannot be connected to, or broke the connection.", repr(error)) from error
    except (http.client.HTTPException, ValueError) as error:
        raise NotFetched("The host did not answer in HTTP/1.1.", repr(error)) from error


_NO_ADDRESS = "The host name has no public address."


def _look_up(host: str, port: int, resolver: Resolver, deadline: float) -> list[str]:
    """In a thread of its own: the system's resolver has no time limit, and a stranger's name server may be slow."""
    answer: Future[list[str]] = Future()

    def ask() -> None:
        try:
            answer.set_result(list(dict.fromkeys(resolver(host, port))))
        except (OSError, ValueError) as error:  # ValueError: a label that is empty or too long
            answer.set_exception(error)

    Thread(target=ask, daemon=True).start()
    try:
        addresses = answer.result(min(CONNECT_SECONDS, deadline - time.monotonic()))
    except (OSError, ValueError) as error:  # among them that it took too long
        raise NotFetched(_NO_ADDRESS, repr(error)) from error
    if not addresses:
        raise NotFetched(_NO_ADDRESS)
    return addresses


def _connect(addresses: list[str], port: int, admit: Callable[[str], None] | None, deadline: float) -> socket.socket:
    failure: OSError = TimeoutError()
    for address in addresses:
        if admit:
            admit(address)
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            connection = socket.create_connection((address, port), timeout=min(CONNECT_SECONDS, left))
        except OSError as error:
            failure = error
        else:
            connection.settimeout(max(0.001, deadline - time.monotonic()))  # for the handshake, and for sending
            return connection
    raise failure


def _protect(plain: socket.socket, host: str, tls: ssl.SSLContext | None) -> ssl.SSLSocket:
    return (tls or ssl.create_default_context()).wrap_socket(plain, server_hostname=host)


class _BoundedReader(io.RawIOBase):
    """What a connection receives, up to MOST_BYTES and the deadline (of the monotonic clock)."""

    def __init__(self, channel: socket.socket, deadline: float) -> None:
        self._channel, self._deadline, self._left = channel, deadline, MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        self._channel.settimeout(seconds)
        count = self._channel.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise NotFetched(f"The answer is larger than {MOST_BYTES} bytes.")
        return count


class _BoundedResponse(http.client.HTTPResponse):
    """An answer that is read through a `_BoundedReader`, headers included."""

    def __init__(self, channel: socket.socket, deadline: float) -> None:
        super().__init__(channel, method="GET")
        self.fp.close()
        self.fp = io.BufferedReader(_BoundedReader(channel, deadline))


def _read(response: _BoundedResponse) -> Fetched:
    if response.status != 200:
        redirect = " Redirects are not followed." if 300 <= response.status < 400 else ""
        raise NotFetched(f"The answer must have status 200; it has {response.status}.{redirect}")
    kind = response.headers.get_content_type()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise NotFetched("The Content-Type must be application/json.", f"it is {kind!r}")
    body = b"" if (response.length or 0) > MOST_BODY_BYTES else response.read(MOST_BODY_BYTES + 1)
    if len(body) > MOST_BODY_BYTES or (response.length or 0) > MOST_BODY_BYTES:
        raise NotFetched(f"The document is larger than {MOST_BODY_BYTES} bytes.")
    if response.length:
        raise NotFetched("The document is shorter than its Content-Length.")
    return Fetched(body, _freshness(response.headers))


def _freshness(headers: Message) -> int | None:
    control = parse_cache_control_header(", ".join(headers.get_all("Cache-Control", [])), cls=ResponseCacheControl)
    if control.no_store or control.no_cache:
        return 0
    age = headers.get("Age", "0")
    seconds = control.s_maxage if control.s_maxage is not None else control.max_age
    if seconds is None and "Expires" in headers:
        expires, sent = parse_date(headers["Expires"]), parse_date(headers.get("Date"))
        seconds = int((expires - sent).total_seconds()) if expires and sent else 0
    return None if seconds is None else max(0, seconds - (int(age) if age.isascii() and age.isdigit() else 0))
