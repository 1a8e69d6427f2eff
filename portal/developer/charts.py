"""Charts of what is counted by day: a headline, a comparison, a drawing, and what it shows in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from portal.developer.drawings import Drawing, draw_bars, draw_line

MONTH = 30
"""Days that the headlines are about; they are compared with as many before."""
_DAY = 86400


@dataclass(frozen=True)
class Chart:
    """One of several small charts of the same days."""

    name: str
    title: str
    headline: str
    about: str
    """What the headline is a number of."""
    change: str
    highest: str
    """The value at the top of the drawing."""
    description: str
    """For those who do not see the drawing."""
    drawing: Drawing


def chart_total(name: str, title: str, days: Sequence[int], values: Sequence[int]) -> Chart:
    """What there is at the end of each day."""
    return Chart(
        name,
        title,
        headline=f"{values[-1]:,}",
        about="now",
        change=_compare(values[-1], values[-1 - MONTH], "in 30 days"),
        description=f"From {values[0]:,} on {say_day(days[0])} to {values[-1]:,} now. {_highest(days, values)}",
        highest=f"{max(values):,}",
        drawing=draw_line(values),
    )


def chart_count(name: str, title: str, days: Sequence[int], values: Sequence[int]) -> Chart:
    """What happened on each day."""
    now, before = sum(values[-MONTH:]), sum(values[-2 * MONTH : -MONTH])
    return Chart(
        name,
        title,
        headline=f"{now:,}",
        about="in 30 days",
        change=_compare(now, before, "on the 30 days before"),
        description=describe_count(days, values),
        highest=f"{max(values):,}",
        drawing=draw_bars(values, MONTH),
    )


def chart_rate(name: str, title: str, days: Sequence[int], failed: Sequence[int], good: Sequence[int]) -> Chart:
    """Which part of each day's calls failed."""
    rates = [rate_of(bad, well) for bad, well in zip(failed, good, strict=True)]
    now = rate_of(sum(failed[-MONTH:]), sum(good[-MONTH:]))
    earlier = slice(-2 * MONTH, -MONTH)
    before = rate_of(sum(failed[earlier]), sum(good[earlier]))
    points = f"{100 * (now - before):+.1f}".replace("-", "−")
    highest = max(range(len(rates)), key=rates.__getitem__)
    return Chart(
        name,
        title,
        headline=say_rate(now),
        about="in 30 days",
        change=f"{'No change' if points[1:] == '0.0' else f'{points} points'} on the 30 days before",
        description=f"Highest: {say_rate(rates[highest])} on {say_day(days[highest])}."
        if any(rates)
        else "No failures.",
        highest=say_rate(rates[highest]),
        drawing=draw_bars(rates, MONTH),
    )


def rate_of(failed: int, good: int) -> float:
    """Which part of all calls failed; none if there was no call."""
    return failed / (failed + good) if failed else 0.0


def say_rate(rate: float) -> str:
    """A part of one in percent; what is not quite nothing does not look like it."""
    return "<0.1%" if 0 < rate < 0.0005 else f"{100 * rate:.1f}%".replace(".0%", "%")


def say_day(day: int, *, year: bool = False) -> str:
    """Days since the epoch as a date, such as 24 Nov."""
    date = datetime.fromtimestamp(day * _DAY, UTC)
    return f"{date.day} {date:%b %Y}" if year else f"{date.day} {date:%b}"


def describe_count(days: Sequence[int], values: Sequence[int]) -> str:
    """What happened on each day, in words."""
    return f"{sum(values):,} from {say_day(days[0])} to today. {_highest(days, values)}"


def _highest(days: Sequence[int], values: Sequence[int]) -> str:
    at = max(range(len(values)), key=values.__getitem__)
    return f"Highest: {values[at]:,} on {say_day(days[at])}."


def _compare(now: int, before: int, when: str) -> str:
    if now == before:
        return f"No change {when}"
    sign = "+" if now > before else "−"
    share = f" ({sign}{abs(now - before) / before:.0%})" if before else ""
    return f"{sign}{abs(now - before):,}{share} {when}"
