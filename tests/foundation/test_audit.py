"""The security log: written with what happens or not at all, never changed, shortened and deleted in time."""

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, insert, select

from portal.foundation import audit
from portal.foundation.audit import DAY, KINDS, SecurityEvent
from portal.foundation.database import reading, transaction
from portal.foundation.purging import purge_some
from portal.oauth.activity import Wanted
from portal.oauth.activity import list_events as list_activity
from portal.oauth.client_events import FAILURE
from portal.oauth.client_events import KINDS as OF_CLIENTS
from tests.fixtures.applications import MakeApp
from tests.fixtures.purging import purge_all

NOON = 20_000 * DAY + DAY // 2
PORTAL = Path(__file__).parents[2] / "portal"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def record(
    portal: Flask, kind: str = "signed_in", *, address: str = "203.0.113.9", agent: str = AGENT, **what: Any
) -> None:
    """Record in a request."""
    request = {"environ_base": {"REMOTE_ADDR": address}, "headers": {"User-Agent": agent}}
    with portal.test_request_context(**request), transaction() as session:
        audit.record(session, kind, **what)


def recorded(app: Flask) -> list[SecurityEvent]:
    """Everything, the oldest first."""
    with app.app_context(), reading() as session:
        return list(session.scalars(select(SecurityEvent).order_by(SecurityEvent.at)))


def test_what_is_rolled_back_is_not_logged(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError):
        _record_and_fail(app)
    assert recorded(app) == []


def _record_and_fail(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        audit.record(session, "signed_in", user_id=1)
        session.flush()
        raise ZeroDivisionError


def test_an_event_says_who_what_when_from_where_with_which_app(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False):
        record(app, "app_allowed", user_id=7, client_id=8, app="Acme Notes", actor="Ada", text="x" * 2000)
    (row,) = recorded(app)
    assert (row.at, row.kind, row.user_id, row.client_id) == (NOON, "app_allowed", 7, 8)
    assert (row.app, row.actor, row.text) == ("Acme Notes", "Ada", "x" * 1000)
    assert (row.address, row.network, row.agent) == ("203.0.113.9", "203.0.113.0/24", AGENT)
    assert len(row.reference) == 16


def test_outside_a_request_there_is_nowhere_it_came_from(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        audit.record(session, "account_deleted", user_id=7)
    (row,) = recorded(app)
    assert (row.address, row.network, row.agent, row.reference) == ("", "", "", "")


@pytest.mark.standard("ContextFile security rule", "64", "What a request says of itself is inert in the security log")
@pytest.mark.parametrize(
    ("address", "kept", "network"),
    [
        ("2001:db8:1:2::3", "2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:203.0.113.9", "::ffff:203.0.113.9", "203.0.113.0/24"),
        ("unknown\x1b[31m", "", ""),
        ("1" * 300, "", ""),
        ("", "", ""),
    ],
)
def test_an_address_is_one_or_nothing(app: Flask, address: str, kept: str, network: str) -> None:
    record(app, address=address, agent="a\u202eb\x1bc" + "d" * 500)
    (row,) = recorded(app)
    assert (row.address, row.network) == (kept, network)
    assert row.agent == ("abc" + "d" * 500)[:200]


def test_addresses_are_shortened_after_30_days_and_events_deleted_after_their_retention(make_app: MakeApp) -> None:
    app = make_app(audit_days=40)
    with time_machine.travel(NOON, tick=False) as clock:
        record(app, text="first")
        clock.shift(DAY)
        record(app, text="second")
        seen = []
        for days in (29, 1, 10, 1):
            purge_all(app)
            seen.append([(row.text, row.address, row.network) for row in recorded(app)])
            clock.shift(days * DAY)
    whole, short = ("203.0.113.9", "203.0.113.0/24"), ("", "203.0.113.0/24")
    assert seen == [
        [("first", *whole), ("second", *whole)],
        [("first", *whole), ("second", *whole)],
        [("first", *short), ("second", *whole)],
        [("second", *short)],
    ]


def test_of_a_deleted_account_only_what_happened_and_when_stays(app: Flask) -> None:
    record(app, "app_allowed", user_id=7, client_id=8, app="Acme Notes", actor="Ada", text="Ada to Eve")
    record(app, "app_allowed", user_id=9, actor="Bob", text="other")
    with app.app_context(), transaction() as session:
        audit.forget_person(session, 7)
    mine, other = sorted(recorded(app), key=lambda row: row.user_id or 0)
    assert (mine.kind, mine.user_id, mine.client_id) == ("app_allowed", 7, 8)
    assert (mine.actor, mine.text, mine.address, mine.network, mine.agent) == ("", "", "", "", "")
    assert (other.actor, other.text, other.address) == ("Bob", "other", "203.0.113.9")


def test_the_log_is_read_a_page_at_a_time_the_latest_first_also_within_one_second(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(7):
            record(app, user_id=7, text=str(number))
            clock.shift(number % 2)
        record(app, user_id=9, text="of another")
    read, position = [], None
    with app.app_context():
        for size in (3, 3, 1):
            page = audit.list_events(SecurityEvent.user_id == 7, older_than=position, most=3)
            assert len(page.events) == size
            read += page.events
            position = page.older
    assert position is None
    assert [event.at for event in read] == sorted((event.at for event in read), reverse=True)
    assert sorted(event.text for event in read) == list("0123456")


def names_of(path: Path) -> set[str]:
    """Every call of update(), delete(), insert() and the like in a module that names the log's model or table."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            function = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            of_log = any("SecurityEvent" in ast.dump(argument) for argument in node.args)
            if function in {"update", "delete", "insert", "merge", "insert_or_add", "Dead", "SecurityEvent"} and (
                of_log or function == "SecurityEvent"
            ):
                found.add(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "security_events" in node.value:
            found.add(node.value)
    return found


def test_no_other_module_adds_changes_or_deletes_an_event() -> None:
    modules = [path for path in PORTAL.rglob("*.py") if path.parts[-2] != "versions"]
    found = {str(path.relative_to(PORTAL)): names for path in modules if (names := names_of(path))}
    assert found.keys() == {"foundation/audit.py"}
    assert {"update", "Dead", "SecurityEvent"} <= found["foundation/audit.py"]


def test_every_kind_that_is_recorded_has_its_words() -> None:
    calls = [
        node
        for path in PORTAL.rglob("*.py")
        if not {"samples", "quickstarts"} & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
    ]
    kinds = {call.args[1].value for call in calls if isinstance(call.args[1], ast.Constant)}
    assert kinds
    assert kinds <= KINDS.keys()
    assert set(OF_CLIENTS) - {FAILURE} <= KINDS.keys()


def plan_of(app: Flask, action: Callable[[], object]) -> str:
    """How the database finds the rows of the statements on the log that an action runs."""
    ran: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if "security_events" in statement and not statement.startswith("INSERT"):
            ran.append((statement, parameters))

    database = app.extensions["database"]
    for engine in (database.writing, database.autocommit):
        event.listen(engine, "before_cursor_execute", note)
    with app.app_context():
        action()
    for engine in (database.writing, database.autocommit):
        event.remove(engine, "before_cursor_execute", note)
    assert ran
    plans = []
    with database.autocommit.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:  # of a table this small it would read everything
            connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in ran:
            rows = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' * sqlite}{statement}", parameters)
            plans += [str(row[-1]) for row in rows]
        if not sqlite:
            connection.exec_driver_sql("RESET enable_seqscan")
    return "\n".join(plans)


def fill(app: Flask) -> None:
    """Two thousand events of other people, and statistics of them: what PostgreSQL plans must not hang on chance."""
    nothing = dict.fromkeys(("app", "actor", "text", "network", "agent", "reference"), "")
    whole = {"kind": "edited", "address": "203.0.113.7", **nothing}
    rows = [{"id": n, "at": NOON - n, "user_id": n % 200, "client_id": n % 200, **whole} for n in range(1000, 3000)]
    with app.extensions["database"].writing.begin() as connection:
        connection.execute(insert(SecurityEvent), rows)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE security_events")


def purge() -> None:
    for dead in audit.list_dead():
        purge_some(dead, 100)


@pytest.mark.parametrize(
    ("action", "indexes"),
    [
        (lambda: audit.list_events(SecurityEvent.user_id == 7, older_than=(NOON, 5)), ["ix_security_events_user"]),
        (lambda: audit.list_events(SecurityEvent.client_id == 7), ["ix_security_events_client"]),
        (lambda: list_activity(7, Wanted(), older_than=(NOON, 5)), ["ix_security_events_edits"]),
        (purge, ["ix_security_events_at", "ix_security_events_whole_address"]),
    ],
)
def test_lists_and_the_purge_read_no_more_than_they_need(
    app: Flask, action: Callable[[], object], indexes: list[str]
) -> None:
    record(app, user_id=7, client_id=7)
    fill(app)
    plan = plan_of(app, action)
    for index in indexes:
        assert re.search(rf"\b{index}\b", plan), plan
    assert not re.search(r"SCAN security_events|Seq Scan", plan), plan
