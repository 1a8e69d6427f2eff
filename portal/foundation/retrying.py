"""A request is answered a second time when the database ended its transaction and nothing of it was committed: a
deadlock, a serialization failure, a connection that a restart has cut.

Whoever sent it sees a short delay in place of an error. Where something may have been committed, it stays an error.
"""

import logging
import time

from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from portal.foundation.database import may_have_changed
from portal.foundation.headers import request_id

log = logging.getLogger(__name__)
_PASSING = {"40001", "40P01"}
"""PostgreSQL's serialization_failure and deadlock_detected: the other transaction has gone on."""
_PAUSE_SECONDS = 0.1
"""For the other one to wake up and take what it waited for; else both meet again at once."""


def init_app(app: Flask) -> None:
    """Have views called again, once."""
    dispatch = app.dispatch_request

    def dispatch_again() -> ResponseReturnValue:
        try:
            return dispatch()
        except DBAPIError as error:
            # Uploaded files have been read, and cannot be read again.
            if not _is_passing(error) or may_have_changed() or request.files:
                raise
            log.warning("request %s is answered again: %s", request_id(), error.orig)
        time.sleep(_PAUSE_SECONDS)
        return dispatch()

    app.dispatch_request = dispatch_again  # type: ignore[method-assign]  # both ways through Flask lead here


def _is_passing(error: DBAPIError) -> bool:
    return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _PASSING
