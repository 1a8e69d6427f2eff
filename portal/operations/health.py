"""Whether this process answers, and whether it can serve: for proxies and whoever starts processes.

Neither says an address or a reason: those are in the log, once for each change.
"""

import logging

from flask import Blueprint, Flask, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from portal.content.queue import current_queue
from portal.foundation import draining
from portal.foundation.limits import current_limiter
from portal.foundation.migrations import read_schema

log = logging.getLogger(__name__)
blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """This process answers; nothing else is looked at."""
    return {"status": "alive"}


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Whether requests should come here: 503 if not, and what is missing."""
    if draining.has_begun():
        return {"status": "stopping", "missing": []}, 503
    missing = _missing()
    _tell(missing)
    if missing:
        return {"status": "unready", "missing": missing}, 503
    lost = [] if current_limiter().store_fault() is None else ["shared limits"]  # each process counts for itself then
    return {"status": "degraded" if lost else "ready", "missing": lost}


def _missing() -> list[str]:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        if read_schema(app).is_behind:
            return ["migrations"]
    except SQLAlchemyError:
        return ["database"]
    return [] if current_queue().can_be_read() else ["queue"]


def _tell(missing: list[str]) -> None:
    before = current_app.extensions["missing"]
    current_app.extensions["missing"] = missing
    if missing and missing != before:
        log.warning("not ready: %s", ", ".join(missing))
    elif before and not missing:
        log.warning("ready again")


def init_app(app: Flask) -> None:
    """Serve both."""
    app.extensions["missing"] = []
    app.register_blueprint(blueprint)
