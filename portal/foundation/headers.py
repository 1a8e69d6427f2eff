"""Headers that every answer carries: content security policy, framing, caching, request id, CORS.

Knows no page; a page that needs an exception asks for it by name.
"""

import secrets
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, has_request_context, request

_READABLE = (
    "ETag, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id"
)
"""What scripts of other origins may read beside the headers that any may (Fetch Standard, CORS protocol)."""
GIVEN_ID = "portal.request_id"
"""The key of the environ for an id that a trusted proxy gave the request."""


def allow_form_to(redirect_uri: str) -> None:
    """Let this answer's forms lead to a client's redirect URI: Chromium applies form-action to redirects too.

    Exact for the one origin. A private-use scheme has no origin, so its scheme is allowed (RFC 8252 §7.1); CSP
    knows no IPv6 literal, so there the scheme has to do as well.
    """
    parts = urlsplit(redirect_uri)
    by_origin = parts.scheme in {"http", "https"} and not parts.netloc.startswith("[")
    g.form_action = f"{parts.scheme}://{parts.netloc}" if by_origin else f"{parts.scheme}:"


def allow_any_origin() -> None:
    """Let scripts of any origin read this answer, without cookies.

    Not for the authorization endpoint (RFC 9700 §2.6).
    """
    g.any_origin = True


def request_id() -> str:
    """The id of this request, for logs and answers."""
    here = g._get_current_object()  # each look through `g` itself costs as much as all of this
    identifier: str | None = here.get("request_id")
    if identifier is None:
        given = request.environ.get(GIVEN_ID) if has_request_context() else None
        identifier = here.request_id = given or secrets.token_hex(8)
    return identifier


_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action "
)
_FIXED = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),  # stricter would take the Referer that CSRF checks read
]
_STRICT_TRANSPORT = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
_ANY_ORIGIN = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", _READABLE)]


def init_app(app: Flask, https: bool) -> None:
    """Add the headers to every answer of the application.

    As the answer is sent: Werkzeug checks and copies each header of a response, which took longer than all of
    Flask's other work on a token's check.
    """
    inner, fixed = app.wsgi_app, [*_FIXED, _STRICT_TRANSPORT] if https else _FIXED

    def with_headers(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            here, there = g._get_current_object(), {name.lower() for name, _ in headers}
            form_action = here.get("form_action")
            policy = f"{_POLICY}'self' {form_action}" if form_action else f"{_POLICY}'self'"
            wanted = [*fixed, ("Content-Security-Policy", policy), ("X-Request-Id", request_id())]
            if "cache-control" not in there and request.endpoint != "static":
                wanted.append(("Cache-Control", "no-store"))
            headers += [header for header in wanted if header[0].lower() not in there]
            if here.get("any_origin"):
                headers += _ANY_ORIGIN
            return start_response(status, headers, *exc_info)

        return inner(environ, start)

    app.wsgi_app = with_headers  # type: ignore[method-assign]  # Flask's documented way to wrap itself
