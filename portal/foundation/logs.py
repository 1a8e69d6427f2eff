"""The log: lines for people, or an object a line for programs. The same for servers, workers and commands.

Owns how a line is written. That nothing in one is a secret is the business of whoever logs.
"""

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from typing import Any

from flask import g, has_app_context, has_request_context, request

from portal.config import Settings
from portal.foundation.headers import request_id

REQUEST_FIELDS = "request_fields"
"""The attribute of a record with what it tells of a request; otherwise that is asked of Flask."""
SERVER_LOGGING: dict[str, Any] = {
    "loggers": {name: {"handlers": [], "propagate": True} for name in ("_granian", "granian.access")}
}
"""For granian, which else writes in a form of its own."""
_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class TextLines(logging.Formatter):
    """Lines for people."""

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's name
        """The traceback, without the values that PostgreSQL gives: of a unique column it may be somebody's address."""
        return "\n".join(line for line in super().formatException(ei).splitlines() if not line.startswith("DETAIL:"))


class JsonLines(TextLines):
    """One JSON object a line: time (UTC, ISO 8601), level, logger, message, and what is known of the request.

    ASCII alone, so that no character in a message can end the line.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, REQUEST_FIELDS, _of_this_request()),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = record.stack_info
        return json.dumps(line, default=str)


def _of_this_request() -> dict[str, object]:
    if has_request_context():
        return {"request": request_id(), "endpoint": request.endpoint}
    return {"request": g.request_id} if has_app_context() and "request_id" in g else {}


def init(settings: Settings) -> None:
    """Begin to log to standard error, unless something has been set up to log already."""
    logging.getLogger("markdown_it").setLevel(logging.INFO)  # it reports each rule that it enters
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if settings.log_format == "json" else TextLines(_TEXT))
    logging.basicConfig(level=settings.log_level, handlers=[handler])
    if settings.log_format == "text":
        return
    logging.captureWarnings(True)  # noqa: FBT003  # its only argument
    sys.excepthook = _log_end
    threading.excepthook = lambda failed: _log_end(failed.exc_type, failed.exc_value, failed.exc_traceback)


def _log_end(kind: Any, error: Any, traceback: Any) -> None:
    """What nobody caught, as a line like any other."""
    if kind is not SystemExit:  # a thread's way to end
        logging.getLogger(__name__).critical("%s was not caught", kind.__name__, exc_info=(kind, error, traceback))
