"""The outermost layer of the application: times each request, and says which id a proxy gave it.

Sees what answers before Flask does as well. Whoever answers puts the endpoint's name into the environ
(`measures.ENDPOINT`).
"""

import logging
import re
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from flask import Flask

from portal.config import Settings
from portal.foundation.headers import GIVEN_ID
from portal.foundation.logs import REQUEST_FIELDS
from portal.foundation.measures import ENDPOINT, UNKNOWN, Measures

log = logging.getLogger("portal.access")
PREFLIGHT = "preflight"
"""The endpoint of what browsers ask before scripts' requests: it would spoil the figures of the requests."""
QUIET = ("health.healthz", "health.readyz", "metrics.metrics")
"""Not in the access log: machines ask them all the time."""
_HARMLESS = re.compile(r"[A-Za-z0-9.-]{8,64}", re.ASCII)
"""An id that may stand in logs. Our credentials have an underscore, so it is never one of them."""


def init_app(app: Flask, settings: Settings) -> None:
    """Watch every request; called after everything else that wraps the application."""
    inner = app.wsgi_app
    measures: Measures = app.extensions["measures"]
    behind_proxy, access_log = settings.trusted_proxies > 0, settings.access_log
    if access_log:
        log.setLevel(logging.INFO)  # asked for, whatever LOG_LEVEL says

    def observed(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        begun = perf_counter()
        status, headers = "500", []

        def note(sent: str, sent_headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            nonlocal status, headers
            status, headers = sent, sent_headers
            return start_response(sent, sent_headers, *exc_info)

        if behind_proxy and _HARMLESS.fullmatch(environ.get("HTTP_X_REQUEST_ID", "")):
            environ[GIVEN_ID] = environ["HTTP_X_REQUEST_ID"]
        try:
            return inner(environ, note)
        finally:
            seconds = perf_counter() - begun
            method = environ["REQUEST_METHOD"]
            endpoint = PREFLIGHT if method == "OPTIONS" else environ.get(ENDPOINT, UNKNOWN)
            measures.end(endpoint, int(status[0]), seconds)
            if access_log and endpoint not in QUIET:
                _log(method, endpoint, status, seconds, headers)

    app.wsgi_app = observed  # type: ignore[method-assign]  # Flask's documented way to wrap itself


def _log(method: str, endpoint: str, status: str, seconds: float, headers: list[tuple[str, str]]) -> None:
    sent = {name.lower(): value for name, value in headers}
    fields: dict[str, object] = {
        "request": sent.get("x-request-id"),
        "method": method if method.isalpha() and len(method) <= 10 else "other",
        "endpoint": endpoint,
        "status": int(status[:3]),
        "milliseconds": round(seconds * 1000, 1),
        "bytes": int(sent["content-length"]) if "content-length" in sent else None,
    }
    words = "%(method)s %(endpoint)s %(status)s %(milliseconds)s ms, %(bytes)s bytes, request %(request)s"
    log.info(words, fields, extra={REQUEST_FIELDS: fields})
