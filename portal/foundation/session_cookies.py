"""The session cookie's signature, dated by the portal's clock.

Flask dates it by the machine's, and refuses one of the future: what a node whose clock is ahead has signed would sign
people out at all the others.
"""

from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner

from portal.foundation import clock


class _Signer(TimestampSigner):
    def get_timestamp(self) -> int:
        return clock.now()


class _SessionCookies(SecureCookieSessionInterface):
    def get_signing_serializer(self, app: Flask) -> Any:
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = _Signer
        return serializer


def init_app(app: Flask) -> None:
    """Sign the application's sessions."""
    app.session_interface = _SessionCookies()
