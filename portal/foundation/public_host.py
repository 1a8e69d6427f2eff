"""The host that requests are for: the public one, whatever the Host header says (OWASP ASVS 4.1.3).

A spoofed or malformed Host header can then change no address, and break nothing.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request
from werkzeug.routing import MapAdapter

HOST_SENT = "portal.host_sent"
"""The key of the environ for the Host header as it was sent."""


def init_app(app: Flask, issuer: str) -> None:
    """Give every request the scheme and host of `issuer`."""
    parts, inner = urlsplit(issuer), app.wsgi_app

    def with_public_host(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[HOST_SENT] = environ.get("HTTP_HOST", "")
        environ["HTTP_HOST"] = parts.netloc
        environ["wsgi.url_scheme"] = parts.scheme
        return inner(environ, start_response)

    def bind(request: Request | None) -> MapAdapter | None:
        """Flask's own reads and checks the Host header of each request, twice."""
        if request is None:
            return None
        return app.url_map.bind(
            parts.netloc,
            url_scheme=parts.scheme,
            default_method=request.method,
            path_info=_decoded(request.environ.get("PATH_INFO", "")),
            query_args=_decoded(request.environ.get("QUERY_STRING", "")),
        )

    app.wsgi_app = with_public_host  # type: ignore[method-assign]  # Flask's documented way to wrap itself
    app.create_url_adapter = bind  # type: ignore[method-assign]  # what it is for (Flask 0.6)
    app.url_map.merge_slashes = False  # a doubled slash is another address, not a redirect


def _decoded(text: str) -> str:
    """What WSGI has as Latin-1 is UTF-8 (PEP 3333)."""
    return text.encode("latin-1").decode(errors="replace")
