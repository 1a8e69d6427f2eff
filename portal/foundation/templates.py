"""What templates may say in their own words: dates."""

from datetime import UTC, datetime

from flask import Flask
from markupsafe import Markup


def date(seconds: int) -> Markup:
    """Seconds since the epoch as a day, such as 24 Nov 2026."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), f"{moment.day} {moment:%b %Y}")


def init_app(app: Flask) -> None:
    """Give templates the filters."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["date"] = date
