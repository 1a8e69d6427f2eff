"""What templates may say in their own words: dates and times, in UTC."""

from datetime import UTC, datetime

from flask import Flask
from markupsafe import Markup


def date(seconds: int) -> Markup:
    """Seconds since the epoch as a day, such as 24 Nov 2026."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return _time(moment, _day(moment))


def moment(seconds: int) -> Markup:
    """Seconds since the epoch to the minute, such as 24 Nov 2026, 14:03 UTC."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return _time(moment, f"{_day(moment)}, {moment:%H:%M} UTC")


def time_of_day(seconds: int) -> Markup:
    """Seconds since the epoch to the minute, such as 14:03 UTC: under a heading that names the day."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return _time(moment, f"{moment:%H:%M} UTC")


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"


def _time(moment: datetime, text: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), text)


def init_app(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(date=date, moment=moment, time_of_day=time_of_day)
