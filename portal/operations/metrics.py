"""`/metrics`, for Prometheus: what this node does, and what waits in the database that all nodes share.

Not for the public, though nothing in it is a secret or anybody's: to who may not read it, there is no such page.
"""

import hmac

from flask import Blueprint, Flask, Response, abort, request
from sqlalchemy.pool import QueuePool

from portal.config import Settings, current_settings
from portal.foundation.database import Database
from portal.foundation.measures import current_measures
from portal.foundation.this_machine import is_from_this_machine

blueprint = Blueprint("metrics", __name__)
POOL = ("size", "in_use", "overflow", "limit")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Every figure, in the form that the reader asks for."""
    from portal.operations.exposition import expose  # noqa: PLC0415  # a thirtieth of a second, and 3 MB, for one page

    if not _may_read(current_settings()):
        abort(404)
    figures, roles = current_measures().of_the_node()
    content, mimetype = expose(figures, roles, request.headers.get("Accept", ""))
    return Response(content, content_type=mimetype)


def _may_read(settings: Settings) -> bool:
    if settings.metrics_token:
        sent = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(sent, f"Bearer {settings.metrics_token}".encode())
    # Production has a proxy in front, whether TRUSTED_PROXIES says so or not, and that may run on this machine.
    return not (settings.production or settings.trusted_proxies) and is_from_this_machine()


def _pool_gauges(database: Database) -> dict[str, float]:
    """Of both engines: connections that are kept, used, used beyond what is kept, and the most there may be."""
    found = dict.fromkeys((f"pool_{name}" for name in POOL), 0.0)
    for engine in (database.writing, database.autocommit):
        pool = engine.pool
        if isinstance(pool, QueuePool):
            found["pool_size"] += pool.size()
            found["pool_in_use"] += pool.checkedout()
            found["pool_overflow"] += max(0, pool.overflow())
            found["pool_limit"] += pool.size() + pool._max_overflow
    return found


def init_app(app: Flask) -> None:
    """Serve it."""
    database: Database = app.extensions["database"]
    app.extensions["measures"].gauges = lambda: _pool_gauges(database)
    app.register_blueprint(blueprint)
