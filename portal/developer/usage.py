"""An app's Usage page: a chart for each of its numbers, the same numbers in a table, and as a file."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.developer.charts import (
    MONTH,
    chart_count,
    chart_rate,
    chart_total,
    describe_count,
    rate_of,
    say_day,
    say_rate,
)
from portal.developer.drawings import BAR, HEIGHT, WIDTH, draw_bars
from portal.developer.own_apps import own_app, show_app
from portal.developer.pages import blueprint
from portal.oauth.client_events import CAUSES
from portal.oauth.models import Client
from portal.oauth.record_writing import DAY
from portal.oauth.recorder import current_recorder
from portal.oauth.usage import Usage, read_usage

COLUMNS = {
    "authorized_users": "Authorized users",
    "authorizations": "Authorizations",
    "denials": "Denials",
    "active_tokens": "Active tokens",
    "exchanges": "Code exchanges",
    "refreshes": "Refreshes",
    "failed_calls": "Failed calls",
    "error_rate": "Error rate",
}
"""The numbers of each day: their names in the file, and as people read them."""


@blueprint.get("/developer/oauth-apps/<client_id>/usage")
@login_required
def usage(client_id: str) -> ResponseReturnValue:
    """How an app is used."""
    client = own_app(client_id)
    numbers = _read(client)
    columns = _columns(numbers)
    return show_app(
        "developer/usage.html",
        client,
        is_empty=numbers.is_empty,
        size=(WIDTH, HEIGHT, BAR),
        charts=[
            chart_total("users", "Authorized users", numbers.days, numbers.users),
            chart_count("allowed", "Authorizations", numbers.days, numbers.allowed),
            chart_count("denied", "Denials", numbers.days, numbers.denied),
            chart_total("active", "Active tokens", numbers.days, numbers.active),
            chart_count("refreshed", "Refreshes", numbers.days, numbers.refreshed),
            chart_rate("failed", "Error rate", numbers.days, numbers.failed, numbers.succeeded),
        ],
        causes=_causes(numbers, client),
        columns=COLUMNS.values(),
        rows=[
            (say_day(day, year=True), [_say(name, values[i]) for name, values in columns.items()])
            for i, day in reversed(list(enumerate(numbers.days)))
        ],
        first_day=say_day(numbers.days[0]),
    )


@blueprint.get("/developer/oauth-apps/<client_id>/usage.csv")
@login_required
def usage_file(client_id: str) -> ResponseReturnValue:
    """The same numbers as a file (RFC 4180), the earliest day first, with a column for each cause of failures."""
    numbers = _read(own_app(client_id))
    columns = _columns(numbers) | {f"failed_{cause}": series for cause, series in numbers.failures.items()}
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(map(_cell, ("day", *columns)))
    for i, day in enumerate(numbers.days):
        date = datetime.fromtimestamp(day * DAY, UTC).date().isoformat()
        lines.writerow(map(_cell, (date, *(f"{series[i]:.6g}" for series in columns.values()))))
    response = Response(text.getvalue(), content_type="text/csv; charset=utf-8; header=present")
    response.headers.set("Content-Disposition", "attachment", filename=f"usage-{client_id}.csv")
    return response


def _read(client: Client) -> Usage:
    current_recorder().write()
    return read_usage(client.id)


def _columns(numbers: Usage) -> dict[str, Sequence[float]]:
    """The series of each of COLUMNS."""
    rates = [rate_of(failed, good) for failed, good in zip(numbers.failed, numbers.succeeded, strict=True)]
    series = (
        numbers.users, numbers.allowed, numbers.denied, numbers.active, numbers.exchanged, numbers.refreshed,
        numbers.failed, rates,
    )  # fmt: skip
    return dict(zip(COLUMNS, series, strict=True))


def _say(name: str, value: float) -> str:
    return say_rate(value) if name == "error_rate" else f"{value:,}"


def _cell(value: str) -> str:
    """What a spreadsheet would take for a formula is taken for text."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _causes(numbers: Usage, client: Client) -> list[dict[str, object]]:
    """The causes of 30 days' failures, the most frequent first, and which part of all calls failed for each."""
    calls = sum(numbers.failed[-MONTH:]) + sum(numbers.succeeded[-MONTH:])
    failed = {cause: sum(series[-MONTH:]) for cause, series in numbers.failures.items()}
    most = max(failed.values(), default=0)
    return [
        {
            "name": cause,
            "title": CAUSES.get(cause, cause),
            "failed": f"{failed[cause]:,}",
            "rate": say_rate(failed[cause] / calls),
            "share": round(100 * failed[cause] / most, 1),
            "drawing": draw_bars(numbers.failures[cause], MONTH),
            "description": describe_count(numbers.days, numbers.failures[cause]),
            "url": url_for("developer.activity", client_id=client.client_id, cause=cause),
        }
        for cause in sorted(failed, key=lambda cause: -failed[cause])
        if failed[cause]
    ]
