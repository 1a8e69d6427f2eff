"""Medians of what the rounds told, as a table and as JSON; ratios to a peer are of the medians."""

import json
import platform
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from os import cpu_count
from pathlib import Path

from tests.bench.measuring import Place, Plan, Reading
from tests.bench.targets import OURS


@dataclass(frozen=True)
class Cell:
    """One line of the table."""

    place: Place
    cpu_ms: float | None
    spread: float | None
    """Of the CPU time: largest minus smallest round, as a share of the median."""
    per_second: float
    p50_ms: float
    p99_ms: float
    requests: int
    """Of all rounds."""
    wrong: int
    first_wrong: str
    others: float | None
    ratios: dict[str, float]
    """For each peer: its CPU time, divided by this."""


def cells_of(readings: Iterable[Reading]) -> list[Cell]:
    """The lines of the table, in the order in which they were first measured."""
    rounds: dict[Place, list[Reading]] = {}
    for reading in readings:
        rounds.setdefault(reading.place, []).append(reading)
    costs = {place: _median(found, lambda reading: reading.cpu_ms) for place, found in rounds.items()}
    return [_cell(place, found, costs) for place, found in rounds.items()]


def _cell(place: Place, found: Sequence[Reading], costs: dict[Place, float | None]) -> Cell:
    cost = costs[place]
    known = [reading.cpu_ms for reading in found if reading.cpu_ms is not None]
    theirs = {peer.server: peers for peer, peers in costs.items() if peer._replace(server=OURS) == place}
    return Cell(
        place=place,
        cpu_ms=cost,
        spread=(max(known) - min(known)) / cost if known and cost else None,
        per_second=_median(found, lambda reading: reading.per_second) or 0.0,
        p50_ms=_median(found, lambda reading: reading.p50_ms) or 0.0,
        p99_ms=_median(found, lambda reading: reading.p99_ms) or 0.0,
        requests=sum(reading.requests for reading in found),
        wrong=sum(reading.wrong for reading in found),
        first_wrong=next((reading.first_wrong for reading in found if reading.first_wrong), ""),
        others=_median(found, lambda reading: reading.others),
        ratios={peer: peers / cost for peer, peers in theirs.items() if peer != OURS and peers and cost},
    )


def _median(found: Sequence[Reading], figure: Callable[[Reading], float | None]) -> float | None:
    known = [value for reading in found if (value := figure(reading)) is not None]
    return statistics.median(known) if known else None


def table_of(cells: Sequence[Cell]) -> str:
    """The table, a part for each database and number of tokens."""
    heading = (
        f"{'':15}{'server':9}{'connections':>12}{'CPU ms':>9}{'spread':>8}{'÷ peer':>8}"
        f"{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'others':>8}{'wrong':>7}"
    )
    lines: list[str] = []
    part = None
    for cell in cells:
        place = cell.place
        if (place.database, place.tokens) != part:
            part = place.database, place.tokens
            lines += ["", f"{place.database}, {place.tokens:,} other tokens", heading]
        lines.append(
            f"{place.work:15}{place.server:9}{place.connections:12}{_shown(cell.cpu_ms, '9.3f')}"
            f"{_shown(cell.spread, '8.0%')}{_shown(next(iter(cell.ratios.values()), None), '8.1f')}"
            f"{cell.per_second:9.0f}{cell.p50_ms:9.2f}{cell.p99_ms:9.2f}{_shown(cell.others, '8.2f')}{cell.wrong:7}"
        )
        if cell.first_wrong:
            lines.append(f"  wrong: {cell.first_wrong}")
    return "\n".join(lines[1:])


def _shown(value: float | None, form: str) -> str:
    """A figure that this system does not tell is a dash, as wide."""
    return f"{'–':>{form.partition('.')[0]}}" if value is None else f"{value:{form}}"


def write(path: Path, plan: Plan, cells: Sequence[Cell]) -> None:
    """Everything that was found, as JSON."""
    document = {
        "machine": {"cores": cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "plan": asdict(plan),
        "cells": [{**cell.place._asdict(), **asdict(cell), "place": None} for cell in cells],
    }
    for cell in document["cells"]:
        del cell["place"]  # type: ignore[attr-defined]
    path.write_text(json.dumps(document, indent=1) + "\n")
