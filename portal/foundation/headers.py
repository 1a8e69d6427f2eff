"""Headers that every answer carries: content security policy, framing, caching, request id, CORS.

Knows no page; a page that needs an exception asks for it by name.
"""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

_READABLE = (
    "ETag, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id"
)
"""What scripts of other origins may read beside the headers that any may (Fetch Standard, CORS protocol)."""


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
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    identifier: str = g.request_id
    return identifier


def init_app(app: Flask, https: bool) -> None:
    """Add the headers to every answer of the application."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        form_action = " ".join(filter(None, ["'self'", g.get("form_action")]))
        headers.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
            f"frame-ancestors 'none'; form-action {form_action}",
        )
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "same-origin")  # stricter would take the Referer that CSRF checks read
        headers.setdefault("X-Request-Id", request_id())
        if https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
        if g.get("any_origin"):
            headers["Access-Control-Allow-Origin"] = "*"
            headers["Access-Control-Expose-Headers"] = _READABLE
        return response
