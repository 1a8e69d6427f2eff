"""Dates and times as templates say them."""

from flask import Flask

MOMENT = 1_800_000_000 + 61


def test_dates_and_times_are_in_utc_with_a_machines_reading(app: Flask) -> None:
    said = {name: str(app.jinja_env.filters[name](MOMENT)) for name in ("date", "moment", "time_of_day")}
    opening = '<time datetime="2027-01-15T08:01:01+00:00">'
    assert said == {
        "date": f"{opening}15 Jan 2027</time>",
        "moment": f"{opening}15 Jan 2027, 08:01 UTC</time>",
        "time_of_day": f"{opening}08:01 UTC</time>",
    }
