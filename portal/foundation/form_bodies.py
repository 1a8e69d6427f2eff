"""Bodies of forms: how many fields one may have. Reading millions of empty ones would take seconds and the memory.

The library that reads them limits the parts of multipart bodies, and nothing of urlencoded ones.
"""

from flask import Flask, abort, request

MOST_FIELDS = 5_000
_SMALL = 100_000
"""Bytes that cannot hold too many to matter."""


def init_app(app: Flask) -> None:
    """Refuse what has more, before anything reads it."""

    @app.before_request
    def refuse_too_many_fields() -> None:
        if request.mimetype != "application/x-www-form-urlencoded" or (request.content_length or 0) < _SMALL:
            return
        # Kept by Werkzeug, and read as a form from there.
        if request.get_data(cache=True, parse_form_data=False).count(b"&") >= MOST_FIELDS:
            abort(413)
