"""Sending the browser to a client: to the character, and without taking anything along."""

from typing import TYPE_CHECKING

from flask import Response
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def send_to(location: str) -> ResponseReturnValue:
    """303, never 307, which would send the form along (RFC 9700 §4.12); the address holds a code, so no Referer."""
    return _ToTheCharacter("", 303, {"Location": location, "Referrer-Policy": "no-referrer"})


class _ToTheCharacter(Response):
    """A redirect URI arrives as it was registered; Werkzeug would rewrite it (com.example.app:///cb loses slashes)."""

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> Headers:
        """The headers as they were set."""
        location = self.headers.pop("Location")
        headers = super().get_wsgi_headers(environ)
        headers["Location"] = self.headers["Location"] = location
        return headers
