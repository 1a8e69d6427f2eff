"""gzip, for answers whose length can tell nobody a secret.

An answer that holds a secret beside what an attacker had sent tells by its length how far the two are alike (BREACH).
Static files hold no secret. Those of the API do, but nobody can have them sent: a request is answered by the token in
its header, which no foreign page can add, and never by a cookie, which every browser sends along. Pages are not
compressed here.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

_LARGE = 1000
"""Bytes; less is not worth the work."""
_TEXT = {"text/css", "text/javascript", "image/svg+xml"}


def compress(response: Response) -> Response:
    """Compress an answer whose content is the same for everybody, if the browser wants it so."""
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] and response.status_code == 200:
        response.direct_passthrough = False
        response.set_data(_compressed(response.get_data()))
        response.content_encoding = "gzip"
    return response


def compress_own(response: Response) -> Response:
    """Compress a large answer that is somebody's own, if its client wants it so; no copy is kept."""
    content = response.get_data()
    if len(content) < _LARGE:  # goes out as it is, whatever the client wants
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(content, compresslevel=6, mtime=0))
        response.content_encoding = "gzip"
    return response


@lru_cache(maxsize=128)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def init_app(app: Flask) -> None:
    """Compress the static files that are text."""

    @app.after_request
    def compress_static(response: Response) -> Response:
        return compress(response) if request.endpoint == "static" and response.mimetype in _TEXT else response
