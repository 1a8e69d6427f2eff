"""Which cells are measured, in which order, and what each of them tells.

A cell is one kind of request at one number of connections to one server. Rounds go through all cells and every other
round goes backwards, so that whatever else the machine does meanwhile falls on all of them.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.bench.driver import Load, drive
from tests.bench.processes import DRIVER_CORES, Meter, on_cores
from tests.bench.targets import OURS, Served, databases, served
from tests.bench.workloads import SINGLE_USE

CHAINS = 256
"""Refresh tokens, each rotated again and again."""
READ_TOKENS = 2000
"""Access tokens for reading and introspection."""
_WARM_UP = 64
"""Requests of each kind before anything is measured, whose figures are thrown away."""
USUAL_CONNECTIONS = 8


@dataclass(frozen=True)
class Plan:
    """What is to be measured."""

    databases: Sequence[str]
    connections: Sequence[int]
    tokens: Sequence[int]
    works: Sequence[str]
    peers: Sequence[str] = ()
    rounds: int = 3
    seconds: float = 2.5
    """How long a cell lasts at most: longer than the two seconds after which the portal writes what it noted."""
    requests: int = 2000
    """How many requests a cell sends at most where each uses a code or token up; others send ten times as many."""
    every_combination: bool = False
    """Each number of tokens at each number of connections, and not only at the usual one."""
    workers: int = 1
    threads: int = 4

    def connections_at(self, tokens: int) -> Sequence[int]:
        """The numbers of connections that are measured beside so many other tokens."""
        if self.every_combination or tokens == min(self.tokens):
            return self.connections
        return [USUAL_CONNECTIONS] if USUAL_CONNECTIONS in self.connections else self.connections[:1]

    def counts_at(self, tokens: int) -> dict[str, int]:
        """What a database is seeded with."""
        used_up = len(self.connections_at(tokens)) * self.rounds * self.requests + 2 * _WARM_UP
        return {"codes": used_up, "refresh": CHAINS, "access": READ_TOKENS, "revoke": used_up, "fill": tokens}


class Place(NamedTuple):
    """Where a cell stands in the table."""

    database: str
    tokens: int
    work: str
    connections: int
    server: str


@dataclass(frozen=True)
class Reading:
    """What one round told of one cell."""

    place: Place
    requests: int
    wrong: int
    first_wrong: str
    cpu_ms: float | None
    """CPU milliseconds of the server, its database included, per request."""
    per_second: float
    p50_ms: float
    p99_ms: float
    others: float | None
    """How many cores were busy with something else meanwhile."""


def measure(plan: Plan, folder: Path) -> Iterator[Reading]:
    """Seed, serve and measure; progress goes to standard error.

    Args:
        plan: what to measure.
        folder: an empty one for databases and logs; it takes about 300 MB for a million tokens.
    """
    for kind in plan.databases:
        (folder / kind).mkdir()
        with ExitStack() as stack:
            servers = _serve(plan, kind, folder / kind, stack)
            with on_cores(DRIVER_CORES):
                yield from _rounds(plan, servers)


def _serve(plan: Plan, kind: str, folder: Path, stack: ExitStack) -> list[Served]:
    made = stack.enter_context(databases(kind, folder))
    servers = []
    for tokens in plan.tokens:
        for name in (OURS, *plan.peers):
            tell(f"{kind}: {name} with {tokens:,} other tokens is being prepared …")
            start = served(name, made, plan.counts_at(tokens), workers=plan.workers, threads=plan.threads)
            servers.append(stack.enter_context(start))
    return servers


def _rounds(plan: Plan, servers: Sequence[Served]) -> Iterator[Reading]:
    cells = [
        (server, Place(server.database, server.tokens, work, connections, server.name))
        for work in plan.works
        for server in servers
        if work in server.workloads.names()
        for connections in plan.connections_at(server.tokens)
    ]
    # A peer's cell comes right beside ours: their ratio is what counts.
    cells.sort(key=lambda cell: (cell[1].tokens, plan.works.index(cell[1].work), cell[1].connections))
    for server in servers:
        for work in plan.works:
            if work in server.workloads.names():
                drive(
                    server.address, server.workloads[work], connections=2, seconds=5, most=min(_WARM_UP, plan.requests)
                )
    for number in range(plan.rounds):
        for server, place in cells if number % 2 == 0 else reversed(cells):
            reading = _read(plan, server, place)
            done = f"round {number + 1} of {plan.rounds}: {place.database}, {place.tokens:,} tokens"
            cost = "" if reading.cpu_ms is None else f", {reading.cpu_ms:.3f} ms of CPU each"
            tell(f"{done}: {place.server} {place.work} ×{place.connections}: {reading.requests} requests{cost}")
            yield reading


def _read(plan: Plan, server: Served, place: Place) -> Reading:
    most = plan.requests if place.work in SINGLE_USE else plan.requests * 10
    meter = Meter(server.roots)
    load = drive(
        server.address,
        server.workloads[place.work],
        connections=place.connections,
        seconds=plan.seconds,
        most=most,
    )
    spent, others = meter.read()
    return reading_of(place, load, spent, others)


def reading_of(place: Place, load: Load, spent: float | None, others: float | None) -> Reading:
    """A cell's figures.

    Args:
        place: which cell.
        load: what the driver saw.
        spent: CPU seconds of the server.
        others: cores that were busy with something else.
    """
    latencies = sorted(load.latencies) or [0.0]
    requests = len(load.latencies)
    return Reading(
        place=place,
        requests=requests,
        wrong=load.wrong,
        first_wrong=load.first_wrong,
        cpu_ms=None if spent is None or not requests else spent * 1000 / requests,
        per_second=requests / load.wall if load.wall else 0.0,
        p50_ms=latencies[len(latencies) // 2] * 1000,
        p99_ms=latencies[min(len(latencies) - 1, len(latencies) * 99 // 100)] * 1000,
        others=others,
    )


def tell(line: str) -> None:
    """Progress: on a terminal each line takes the place of the one before."""
    if sys.stderr.isatty():
        width = os.get_terminal_size(sys.stderr.fileno()).columns - 1
        line = f"\r{line[:width]:<{width}}"
    else:
        line += "\n"
    sys.stderr.write(line)
    sys.stderr.flush()
