"""The figures in Prometheus's words: the one list of metrics. `deployment.md` tells their readers what each means."""

import importlib.metadata
import logging
from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from portal.config import current_settings
from portal.content.run_models import QUEUED, RUNNING, Run
from portal.foundation import clock
from portal.foundation.database import reading_connection
from portal.foundation.figures import Figures, buckets, by_status
from portal.foundation.limits import current_limiter
from portal.foundation.mail import OutgoingMail
from portal.operations.metrics import POOL

log = logging.getLogger(__name__)
PREFIX = "contextfile_"
TOKENS = ("exchanged", "refreshed", "retried", "revoked", "introspected")
CONSENTS = {"allowed": "allowed", "denied": "denied", "withdrawn": "left"}
"""Answers, and what the recorder calls them."""
SIGN_INS = ("succeeded", "refused", "paused")
_OWN_REQUESTS = {"revoked": "oauth_endpoints.revoke", "introspected": "oauth_endpoints.introspect"}
"""What is counted already, as requests that were answered well."""


def expose(figures: Figures, roles: list[str], accept: str) -> tuple[bytes, str]:
    """Write every metric.

    Args:
        figures: of all processes of this node.
        roles: of those that run.
        accept: the Accept header: Prometheus reads several forms.

    Returns:
        The document and its content type.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once([*_counted(figures), *_of_this_node(figures, roles), *_of_all_nodes()]))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Once(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


def _counter(name: str, words: str, label: str, values: Mapping[str, float]) -> CounterMetricFamily:
    family = CounterMetricFamily(PREFIX + name, words, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(PREFIX + name, words, value)


def _counted(figures: Figures) -> Iterator[Metric]:
    requests = CounterMetricFamily(PREFIX + "requests", "Requests that were answered.", labels=["endpoint", "status"])
    times = HistogramMetricFamily(PREFIX + "request_seconds", "How long answering took.", labels=["endpoint"])
    for endpoint, row in sorted(figures.requests.items()):
        for status, number in by_status(row).items():
            requests.add_metric([endpoint, status], number)
        times.add_metric([endpoint], *buckets(row))
    yield requests
    yield times
    counts = figures.counts
    tokens = {event: counts.get(f"noted {event}", 0) for event in TOKENS}
    for event, endpoint in _OWN_REQUESTS.items():
        tokens[event] = by_status(figures.requests[endpoint]).get("2xx", 0) if endpoint in figures.requests else 0
    yield _counter("tokens", "What became of codes and tokens.", "event", tokens)
    consents = {answer: counts.get(f"noted {what}", 0) for answer, what in CONSENTS.items()}
    yield _counter("consents", "What people answered apps.", "answer", consents)
    sign_ins = {outcome: counts.get(f"sign_ins {outcome}", 0) for outcome in SIGN_INS}
    yield _counter("sign_ins", "How attempts to log in ended.", "outcome", sign_ins)
    errors = CounterMetricFamily(PREFIX + "oauth_errors", "Refused OAuth calls.", labels=["endpoint", "cause"])
    for key, count in sorted(counts.items()):
        if key.startswith("refused "):
            errors.add_metric(key.split()[1:], count)
    yield errors


def _of_this_node(figures: Figures, roles: list[str]) -> Iterator[Metric]:
    words = {
        "size": "Database connections that are kept open at most.",
        "in_use": "Database connections in use.",
        "overflow": "Database connections beyond those that are kept open.",
        "limit": "Database connections there may be; who wants one more waits.",
    }
    for name in POOL:
        yield _gauge(f"database_pool_{name}", words[name], figures.gauges.get(f"pool_{name}", 0))
    yield _gauge("workers", "Workers that run on this node.", roles.count("worker"))
    limiter = current_limiter()
    if limiter.shared:
        yield _gauge("shared_limits", "Whether limits are shared just now.", limiter.store_fault() is None)
    build = GaugeMetricFamily(PREFIX + "build_info", "What runs.", labels=["version", "database"])
    build.add_metric([read_version(), current_settings().database_url.partition(":")[0].partition("+")[0]], 1)
    yield build


def _of_all_nodes() -> Iterator[Metric]:
    runs = select(Run.status, func.count(), func.min(Run.created_at)).where(Run.finished_at.is_(None))
    mails = select(func.count(), func.min(OutgoingMail.created_at))
    try:
        with reading_connection() as connection:
            unfinished = {
                status: (count, since) for status, count, since in connection.execute(runs.group_by(Run.status))
            }
            waiting, oldest = connection.execute(mails).one()
    except SQLAlchemyError as error:
        log.warning("metrics without the database: %s", getattr(error, "orig", None) or error)
        yield _gauge("database_up", "Whether the database answers.", 0)
        return
    yield _gauge("database_up", "Whether the database answers.", 1)
    queue = GaugeMetricFamily(PREFIX + "queue_runs", "Unfinished runs, of all nodes.", labels=["state"])
    for state, status in (("waiting", QUEUED), ("running", RUNNING)):
        queue.add_metric([state], unfinished.get(status, (0, 0))[0])
    yield queue
    yield _gauge(
        "queue_oldest_seconds", "How long the oldest run has waited.", _age(unfinished.get(QUEUED, (0, None))[1])
    )
    yield _gauge("mails_waiting", "Mails that are not sent yet, of all nodes.", waiting)
    yield _gauge("mails_oldest_seconds", "How long the oldest mail has waited.", _age(oldest))


def _age(since: int | None) -> int:
    return 0 if since is None else max(0, clock.now() - since)


def read_version() -> str:
    """The release, or `source` where it is not installed."""
    try:
        return importlib.metadata.version("contextfile-connect")
    except importlib.metadata.PackageNotFoundError:  # a checkout
        return "source"
