"""Text for terminals: tables that read well, questions before what cannot be undone, strangers' words made harmless."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import click


def harmless(text: str) -> str:
    """A stranger's words on one line: nothing in them steers the terminal."""
    return "".join(c if unicodedata.category(c)[0] not in "CZ" or c == " " else "\ufffd" for c in text)


def moment(seconds: int | None) -> str:
    """Seconds since the epoch, to the minute in UTC; a dash for never."""
    return "–" if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


def count(number: int, of: str) -> str:
    """A number with its noun."""
    return f"{number:,} {of}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Column:
    """A heading, and how many characters of what is under it are shown."""

    heading: str
    most: int = 20
    """Not of the last column: what stands there is copied."""
    is_number: bool = False


def table(columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> list[str]:
    """Lines of text, headings first; within 80 columns unless the last one holds something long."""
    texts = [[f"{cell:,}" if isinstance(cell, int) else harmless(str(cell)) for cell in row] for row in rows]
    lines = [[column.heading for column in columns]]
    for row in texts:
        *cells, last = row
        lines.append([*map(_cut, cells, [column.most for column in columns]), last])
    widths = [max(_width(line[place]) for line in lines) for place in range(len(columns))]
    filled = [map(_fill, line, widths, columns) for line in lines]
    return ["  ".join(line).rstrip() for line in filled]


def _width(text: str) -> int:
    """How many places of a terminal it takes: East Asian characters take two (UAX #11)."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _cut(text: str, most: int) -> str:
    if _width(text) <= most:
        return text
    while _width(text) > most - 1:
        text = text[:-1]
    return text + "…"


def _fill(text: str, width: int, column: Column) -> str:
    space = " " * (width - _width(text))
    return space + text if column.is_number else text + space


def ask(question: str, *, yes: bool) -> None:
    """Go on only if somebody says so.

    Args:
        question: what will be done, and whom it concerns.
        yes: whether that was said before.

    Raises:
        click.Abort: nobody did.
    """
    click.echo(question)
    if not yes:
        click.confirm("Go on?", abort=True)
