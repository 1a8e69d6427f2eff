"""gzip, for answers that repeat nothing of what was sent: a page that did could leak its secrets by its length."""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

_TEXT = {"text/css", "text/javascript", "image/svg+xml"}


def compress(response: Response) -> Response:
    """Compress an answer whose content is the same for everybody, if the browser wants it so."""
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] and response.status_code == 200:
        response.direct_passthrough = False
        response.set_data(_compressed(response.get_data()))
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
