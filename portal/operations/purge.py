"""Purging: what every room calls dead, table by table, slowly enough that nobody who writes waits for it.

The worker does it every hour, and `flask purge` at once. Any number may at the same time, and each may be stopped at
any moment: what has gone is gone, and the rest goes the next time.
"""

import time
from collections.abc import Iterable, Iterator
from threading import Event

import click
from flask.cli import with_appcontext

from portal.accounts import dead_rows as of_accounts
from portal.content import upkeep as of_content
from portal.foundation import audit
from portal.foundation.purging import Dead, purge_some
from portal.oauth import dead_rows as of_oauth

BUSY_SHARE = 0.25
"""Of the time, how much goes into statements at most: SQLite has one writer, and a machine other things to do."""
LONG_SECONDS, SHORT_SECONDS = 0.04, 0.02
"""A transaction that took longer has the next one look at half as many rows; one that was shorter, at twice as many.
Rows differ: a run takes up to fifty steps along, and SQLite writes whole pages."""
FEWEST, MOST = 50, 1000
"""Rows that one transaction looks at."""
_SHORTEST_PAUSE_SECONDS = 0.005
_TELL_EVERY_SECONDS = 2


def list_dead() -> list[Dead]:
    """What all rooms call dead just now."""
    return [*of_accounts.list_dead(), *of_oauth.list_dead(), *of_content.list_dead(), *audit.list_dead()]


def purge(kinds: Iterable[Dead], stopping: Event, *, only_count: bool = False) -> Iterator[tuple[Dead, int, int, bool]]:
    """Purge, pausing between transactions, until all is done or it is told to stop.

    Args:
        kinds: what is dead.
        stopping: set to have it end after the current transaction.
        only_count: change nothing, and tell how many rows would be.

    Yields:
        After each transaction: what was purged, how many of it were looked at and went so far, and if that was all.
    """
    for dead in kinds:
        seen, gone, place, most = 0, 0, None, 100
        while True:
            began = time.perf_counter()
            step = purge_some(dead, most, place, only_count=only_count)
            took = time.perf_counter() - began
            seen, gone, place = seen + step.seen, gone + step.gone, step.goes_on
            yield dead, seen, gone, place is None
            if stopping.is_set():
                return
            if place is None:
                break
            if took > LONG_SECONDS:
                most = max(FEWEST, most // 2)
            elif took < SHORT_SECONDS:
                most = min(MOST, most * 2)
            stopping.wait(max(_SHORTEST_PAUSE_SECONDS, took * (1 / BUSY_SHARE - 1)))


@click.command("purge", short_help="Delete what has expired or ended long ago.")
@click.option("--dry-run", is_flag=True, help="Tell how many rows would go, and change nothing.")
@with_appcontext
def purge_command(dry_run: bool) -> None:
    """Do away with what has expired or ended long ago, in small steps beside a running portal."""
    report(list_dead(), only_count=dry_run)


def report(kinds: Iterable[Dead], *, only_count: bool = False) -> None:
    """Purge and print what went, by kind; while one takes long, how far it is."""
    told = time.monotonic()
    for dead, seen, gone, done in purge(kinds, Event(), only_count=only_count):
        what = "shortened" if dead.values else "gone"
        if only_count:
            what = f"to be {what}"
        if done:
            click.echo(f"{dead.what:<36}{gone:>12,} {what}")
        elif time.monotonic() >= told + _TELL_EVERY_SECONDS:
            told = time.monotonic()
            click.echo(f"{dead.what}: {gone:,} {what} of {seen:,} looked at so far …", err=True)
