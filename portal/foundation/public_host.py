"""The host that requests are for: the public one, whatever the Host header says (OWASP ASVS 4.1.3).

A spoofed or malformed Host header can then change no address, and break nothing.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask


def init_app(app: Flask, issuer: str) -> None:
    """Give every request the scheme and host of `issuer`."""
    parts, inner = urlsplit(issuer), app.wsgi_app

    def with_public_host(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["HTTP_HOST"] = parts.netloc
        environ["wsgi.url_scheme"] = parts.scheme
        return inner(environ, start_response)

    app.wsgi_app = with_public_host  # type: ignore[method-assign]  # Flask's documented way to wrap itself
    app.url_map.merge_slashes = False  # a doubled slash is another address, not a redirect
