"""Whether this process has been told to stop and only finishes what is under way: who asks it something new next had
better ask another node.

Owns the one fact of it, for the process. Knows neither the server that tells it nor who tells proxies.
"""

from collections.abc import Callable, Iterable
from threading import Event
from typing import Any

WSGI = Callable[..., Iterable[bytes]]
_begun = Event()


def begin() -> None:
    """From now on this process finishes; it does not begin anew."""
    _begun.set()


def has_begun() -> bool:
    """Whether this process is about to stop."""
    return _begun.is_set()


def ending_connections(app: WSGI) -> WSGI:
    """Have every answer ask the proxy for a new connection while this process drains (RFC 9112 §9.6).

    A connection that is closed after an answer loses nothing; one that is closed while it is idle may lose the request
    that was just sent on it, and a proxy must not send a POST twice.
    """

    def with_end(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not _begun.is_set():
            return app(environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, [*headers, ("Connection", "close")], *error)

        return app(environ, start)

    return with_end
