"""Whether a run reaches the gates of `gates.toml`."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.bench.measuring import Place
from tests.bench.report import Cell
from tests.bench.targets import OURS

GATES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "gates.toml").read_text())


def missed(cells: Sequence[Cell]) -> list[str]:
    """A line for each gate that was not reached, with the cell, what is wanted and what was got."""
    ours = [cell for cell in cells if cell.place.server == OURS]
    return [*_wrong(cells), *_too_close_to_the_peer(ours), *_growing(ours)]


def _wrong(cells: Sequence[Cell]) -> Iterator[str]:
    for cell in cells:
        if cell.wrong or not cell.requests:
            yield f"{_named(cell.place)}: wanted right answers alone, got {cell.wrong} wrong of {cell.requests}"


def _too_close_to_the_peer(ours: Sequence[Cell]) -> Iterator[str]:
    for cell in ours:
        for peer, got in cell.ratios.items():
            wanted = GATES[peer][cell.place.database].get(cell.place.work)
            if wanted is not None and got < wanted:
                yield f"{_named(cell.place)}: wanted {wanted} × less CPU than {peer}, got {got:.2f} ×"


def _growing(ours: Sequence[Cell]) -> Iterator[str]:
    costs = {cell.place: cell.cpu_ms for cell in ours if cell.cpu_ms}
    for place, cost in costs.items():
        fewest = place._replace(tokens=min(other.tokens for other in costs if other.database == place.database))
        wanted = GATES["growth"][place.database]
        if fewest in costs and cost > wanted * costs[fewest]:
            got = cost / costs[fewest]
            yield f"{_named(place)}: wanted at most {wanted} × the CPU beside {fewest.tokens:,} tokens, got {got:.2f} ×"


def _named(place: Place) -> str:
    return f"{place.server} {place.work} ×{place.connections} on {place.database} beside {place.tokens:,} tokens"
