"""The database: whether it answers, how fast, with which schema and clock; and whether somebody carries runs out."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.demo_accounts import list_demo_accounts
from portal.config import Settings
from portal.content.run_models import RUNNING, Run
from portal.foundation import clock
from portal.foundation.database import Database, current_database, reading, reading_connection
from portal.foundation.migrations import read_schema
from portal.foundation.shared_clock import seconds_behind
from portal.operations.doctor.findings import Finding, ok, problem, warning
from portal.operations.terminal import count

SLOW_MILLISECONDS = 20
MOST_SECONDS_APART = 2
NO_SCHEMA = "the schema is at revision none"


def look_at_database(settings: Settings) -> Iterable[Finding]:
    """Whether it answers, what it is, and whether it has connections enough."""
    database = current_database()
    cure = "start it, or correct DATABASE_URL; its own log says more"
    try:
        with reading_connection() as connection:
            milliseconds = min(_milliseconds(connection) for _ in range(3))
            version = _version(connection)
            connections = list(_connections(connection, database, settings))
    except SQLAlchemyError as error:
        yield problem(f"it does not answer: {_reason(error)}", cure)
        return
    told = f"{version}, {milliseconds:.1f} ms a query"
    slow = milliseconds > SLOW_MILLISECONDS
    yield warning(told, "put it nearer: a page asks it several times") if slow else ok(told)
    yield from connections
    if settings.production and read_schema(_app()).found and (demo := list_demo_accounts()):
        emails = ", ".join(account.email for account in demo)
        yield problem(f"it holds demo accounts, whose password is published ({emails})", "run `demo --remove`")


def _milliseconds(connection: Connection) -> float:
    began = time.perf_counter()
    connection.execute(text("SELECT 1"))
    return (time.perf_counter() - began) * 1000


def _version(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        return f"SQLite {connection.scalar(text('SELECT sqlite_version()'))}, on this machine's disk: one node"
    return f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"


def _connections(connection: Connection, database: Database, settings: Settings) -> Iterator[Finding]:
    """Whether as many connections are allowed as this node's processes may open (PostgreSQL)."""
    if connection.dialect.name != "postgresql":
        return
    allowed = int(connection.scalar(text("SHOW max_connections")) or 0)
    kept = int(connection.scalar(text("SHOW superuser_reserved_connections")) or 0)
    used = connection.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"))
    each = sum(_most(engine) for engine in (database.writing, database.autocommit))
    processes = settings.workers + 1  # the worker of runs
    most = each * processes
    told = (
        f"this node may open {most} of {allowed - kept} connections ({processes} processes × {each}); {used} open now"
    )
    if most > allowed - kept:
        yield problem(told, "raise max_connections, or lower WORKERS or THREADS")
    else:
        yield ok(f"{told}; the other nodes' come on top")


def _most(engine: Engine) -> int:
    pool: Any = engine.pool
    return int(pool.size()) + max(0, int(pool._max_overflow))


def _reason(error: SQLAlchemyError) -> str:
    """In the driver's words, which name host and user but no password; on one line."""
    return " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())[:300]


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]


def look_at_migrations(_settings: Settings) -> Iterable[Finding]:
    """Whether the schema is the one of this release."""
    schema = read_schema(_app())
    if schema.is_behind:
        text = f"the schema is at revision {schema.found or 'none'}, and this release needs {schema.needed}"
        yield problem(text, "run `db upgrade`, or start the server, which does that first")
    elif schema.is_ahead:
        text = f"the schema is at revision {schema.found}, of a newer release than this one ({schema.needed})"
        yield warning(text, "that works; bring this node to the newer release when all is well")
    else:
        yield ok(f"the schema is at revision {schema.needed}, as this release needs")


def look_at_clock(_settings: Settings) -> Iterable[Finding]:
    """How far this machine's clock is from the database server's, which servers follow."""
    database = current_database()
    if database.autocommit.dialect.name != "postgresql":
        yield ok("there is one node, so no other clock to compare with")
        return
    apart = abs(seconds_behind(database))
    if apart > MOST_SECONDS_APART:
        yield warning(
            f"this machine and the database server are {apart:.0f} s apart; servers follow the database's clock",
            "let both machines set their clocks by NTP (timedatectl set-ntp true)",
        )
    else:
        yield ok(f"this machine and the database server are {apart * 1000:.0f} ms apart")


def look_at_worker(settings: Settings) -> Iterable[Finding]:
    """Whether somebody carries runs out: a worker puts off each that waits, and says of each that it is at work."""
    lease, now = settings.run_lease_seconds, clock.now()
    overdue = (Run.lease_until < now - lease) & (Run.created_at < now - 2 * lease)
    counts = (func.count(), func.count().filter(Run.status == RUNNING), func.count().filter(overdue))
    with reading() as session:
        unfinished, running, forgotten = session.execute(select(*counts).where(Run.finished_at.is_(None))).one()
    told = f"waiting: {count(unfinished - running, 'run')}, under way: {count(running, 'run')}"
    if forgotten:
        apart = settings.worker == "apart"
        cure = "start one: `worker`" if apart else "see in the server's log why its worker ends"
        yield problem(f"{told}; {forgotten} of them nobody has looked after for {lease} s: no worker is alive", cure)
    elif unfinished == 0:
        yield ok("nothing waits; whether a worker is alive shows as soon as something does")
    else:
        yield ok(told)
