"""`make bench`: measures the server as it is served, prints the table and writes it as JSON."""

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from tests.bench import gates, report
from tests.bench.measuring import Plan, measure
from tests.bench.processes import TOLD
from tests.bench.targets import PEER
from tests.bench.workloads import WORKS

DATABASES = ("sqlite", "postgresql")


def _of(known: Sequence[str]) -> Callable[[click.Context, click.Parameter, str], tuple[str, ...]]:
    """Read known words with commas between them."""

    def read(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
        words = tuple(word.strip() for word in value.split(","))
        if unknown := [word for word in words if word not in known]:
            raise click.BadParameter(f"{unknown[0]!r} is not one of {', '.join(known)}.")
        return words

    return read


def _numbers(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[int, ...]:
    """Read positive numbers with commas between them."""
    words = [word.strip() for word in value.split(",")]
    if strange := [word for word in words if not word.isdigit() or int(word) == 0]:
        raise click.BadParameter(f"{strange[0]!r} is no positive number, such as 1000.")
    return tuple(sorted({int(word) for word in words}))


@click.command()
@click.option("--database", "databases", callback=_of(DATABASES), default=",".join(DATABASES), show_default=True)
@click.option("--connections", callback=_numbers, default="1,8,32", show_default=True, help="At once.")
@click.option("--tokens", callback=_numbers, default="1000,100000,1000000", show_default=True, help="Others, unused.")
@click.option("--work", "works", callback=_of(WORKS), default=",".join(WORKS), show_default=True)
@click.option("--every-combination", is_flag=True, help="All numbers of connections beside all numbers of tokens.")
@click.option("--rounds", default=3, show_default=True, help="Whose medians are given.")
@click.option("--seconds", default=2.5, show_default=True, help="Of a cell, at most.")
@click.option("--requests", default=2000, show_default=True, help="Of a cell that uses codes or tokens up, at most.")
@click.option("--workers", default=1, show_default=True, help="Server processes, as WORKERS.")
@click.option("--threads", default=4, show_default=True, help="Threads in each, as THREADS.")
@click.option("--peer", is_flag=True, help="Measure the textbook server of Authlib's documentation as well.")
@click.option("--check", is_flag=True, help="Fail unless every gate of tests/bench/gates.toml is reached; with --peer.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The JSON file; default: a temporary one.")
def bench(
    databases: tuple[str, ...],
    connections: tuple[int, ...],
    tokens: tuple[int, ...],
    works: tuple[str, ...],
    every_combination: bool,
    rounds: int,
    seconds: float,
    requests: int,
    workers: int,
    threads: int,
    peer: bool,
    check: bool,
    out: Path | None,
) -> None:
    """Measure what a request costs the server: CPU milliseconds, its database's included; and how fast it is."""
    plan = Plan(
        databases=databases,
        connections=connections,
        tokens=tokens,
        works=works,
        peers=(PEER,) if peer or check else (),
        rounds=rounds,
        seconds=seconds,
        requests=requests,
        every_combination=every_combination,
        workers=workers,
        threads=threads,
    )
    if not TOLD:
        click.echo("This system has no /proc: requests and latencies are measured, CPU time is not.", err=True)
        if check:
            raise click.UsageError("The gates are of CPU time; --check needs Linux.")
    with tempfile.TemporaryDirectory(prefix="contextfile-bench-") as folder:
        cells = report.cells_of(measure(plan, Path(folder)))
    out = out or Path(tempfile.mkdtemp(prefix="contextfile-bench-")) / "bench.json"
    report.write(out, plan, cells)
    click.echo(f"\n{report.table_of(cells)}\n\nWritten to {out}")
    if check and (faults := gates.missed(cells)):
        click.echo("\nGates that are not reached:\n  " + "\n  ".join(faults), err=True)
        sys.exit(1)


if __name__ == "__main__":
    bench()
