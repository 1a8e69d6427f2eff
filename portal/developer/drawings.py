"""Small drawings of numbers, as paths of an SVG: made here, so that they need no script."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 64
BAR = 3
"""How wide the line of a bar is, of 4 for each of 90 days."""
_ROOM = 2
"""Above the highest value, so that its line is not cut off."""


@dataclass(frozen=True)
class Drawing:
    """Paths in a box that is WIDTH wide and HEIGHT high; each may be empty."""

    line: str = ""
    area: str = ""
    """What is under the line."""
    earlier: str = ""
    recent: str = ""
    """Bars, of which the recent ones are meant: lines that are BAR wide."""


def draw_line(values: Sequence[float]) -> Drawing:
    """A line, for what there is at each time."""
    scale, step = _scale(values), WIDTH / max(len(values) - 1, 1)
    points = " ".join(f"{_short(i * step)},{_short(HEIGHT - value * scale)}" for i, value in enumerate(values))
    return Drawing(line=f"M{points}", area=f"M0,{HEIGHT} {points} {WIDTH},{HEIGHT}z")


def draw_bars(values: Sequence[float], recent: int) -> Drawing:
    """A bar for what happened in each period, and none where nothing did.

    Args:
        recent: how many of the last ones are meant.
    """
    scale, step = _scale(values), WIDTH / max(len(values), 1)
    bars = [
        f"M{_short((i + 0.5) * step)} {HEIGHT}v-{_short(max(value * scale, 1.5))}" if value else ""
        for i, value in enumerate(values)
    ]
    return Drawing(earlier="".join(bars[:-recent]), recent="".join(bars[-recent:]))


def _scale(values: Sequence[float]) -> float:
    return (HEIGHT - _ROOM) / (max(values, default=0) or 1)


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
