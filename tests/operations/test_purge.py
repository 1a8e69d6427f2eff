"""What goes and what stays: every table has its rule, every rule its limit, to the second."""

from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select

from portal.foundation import clock
from portal.foundation.database import Base, transaction
from portal.foundation.purging import Dead, purge_some
from portal.operations.purge import list_dead
from tests.accounts.stored import counts, dump
from tests.fixtures.purging import purge_all
from tests.fixtures.rows import example
from tests.oauth.parties import meet
from tests.operations.conftest import make_demo, run_command

NOW = 1_790_000_000
DAY = 86400
KEPT = {
    "users": "until their owner deletes them",
    "consents": "until the user removes the access",
    "redirect_uris": "with their app",
    "client_logos": "with their app",
    "contexts": "until their owner deletes them",
    "skills": "until their owner deletes them",
    "tasks": "until their owner deletes them",
    "run_steps": "with their run",
    "outgoing_mails": "until they are sent or given up, within a day",
}
"""Tables that are not purged, and how long their rows stay."""


def purged() -> dict[str, list[Dead]]:
    kinds: dict[str, list[Dead]] = {}
    for dead in list_dead():
        kinds.setdefault(dead.model.__tablename__, []).append(dead)
    return kinds


def test_every_table_is_purged_or_has_a_reason_not_to_be(app: Flask, app_context: None) -> None:
    assert purged().keys().isdisjoint(KEPT)
    assert purged().keys() | KEPT.keys() == Base.metadata.tables.keys()


def insert(app: Flask, table: str, number: int, **values: Any) -> None:
    """A row with rows that it refers to; what it does not say is empty where it may be."""
    rows = Base.metadata.tables[table]
    empty = {column.name: None for column in rows.columns if column.nullable}
    keys = {key.parent.name: 1 for key in rows.foreign_keys if not key.parent.nullable}
    with app.extensions["database"].writing.begin() as connection:
        connection.execute(rows.insert().values(example(rows, number, **{**empty, **keys, **values})))


AUTHORIZATION = {
    "created_at": NOW - 300 * DAY,
    "expires_at": NOW + DAY,
    "code_expires_at": NOW - 300 * DAY,
    "code_used_at": NOW - 300 * DAY,
    "access_expires_at": NOW - 300 * DAY,
    "refresh_expires_at": NOW + DAY,
}
LIVING: list[tuple[str, int, dict[str, Any]]] = [
    ("user_sessions", NOW + 1, {"expires_at": 0}),
    ("email_links", NOW + 1, {"expires_at": 0}),
    ("pending_requests", NOW - 3600 + 1, {"expires_at": 0}),
    ("spent_forms", NOW - 30 * DAY, {"spent_at": 0}),
    ("client_secrets", NOW + 1, {"expires_at": 0}),
    ("client_events", NOW - 30 * DAY, {"at": 0, "kind": "failure"}),
    ("client_days", NOW // DAY - 90, {"day": 0}),
    ("idempotency_keys", NOW - DAY, {"created_at": 0}),
    ("runs", NOW - 90 * DAY, {"finished_at": 0}),
    ("security_events", NOW - 365 * DAY, {"at": 0, "address": ""}),
    ("authorizations", NOW - 90 * DAY, {**AUTHORIZATION, "revoked_at": 0}),
    ("authorizations", NOW - 90 * DAY, {**AUTHORIZATION, "expires_at": 0}),
    ("authorizations", NOW - 90 * DAY, {**AUTHORIZATION, "refresh_expires_at": 0}),
    (
        "authorizations",
        NOW - 90 * DAY,
        {**AUTHORIZATION, "refresh_expires_at": 1, "access_expires_at": 0},
    ),
    ("authorizations", NOW - 90 * DAY, {**AUTHORIZATION, "code_used_at": None, "code_expires_at": 0}),
]
"""A table, the second (or day) from which on a row of it is kept, and its columns: the one with 0 is that second."""


def test_each_kind_of_row_goes_in_its_second_and_not_earlier(app: Flask) -> None:
    insert(app, "users", 1)
    insert(app, "clients", 1, owner_id=1)
    with time_machine.travel(NOW, tick=False):
        for table, kept_from, columns in LIVING:
            for number, moment in ((2, kept_from), (3, kept_from - 1)):
                values = {name: moment if value == 0 else value for name, value in columns.items()}
                insert(app, table, number, **values)
            gone = purge_all(app)
            assert sum(gone.values()) == 1, (table, columns, gone)
            with app.extensions["database"].writing.begin() as connection:
                assert connection.execute(Base.metadata.tables[table].delete()).rowcount == 1
    assert {table for table, _, _ in LIVING} | {"clients"} == Base.metadata.tables.keys() - KEPT.keys()


def test_edits_of_an_app_and_unfinished_runs_are_no_dead_rows(app: Flask) -> None:
    insert(app, "users", 1)
    insert(app, "clients", 1, owner_id=1)
    insert(app, "client_events", 2, at=1, kind="edited")
    insert(app, "runs", 2)
    insert(app, "client_secrets", 2)
    assert purge_all(app) == {}


def test_of_an_app_that_is_still_allowed_the_latest_use_is_remembered(app: Flask) -> None:
    insert(app, "users", 1)
    insert(app, "clients", 1, owner_id=1)
    insert(app, "consents", 1)
    with time_machine.travel(NOW, tick=False):
        for number in (2, 3, 4):
            insert(app, "authorizations", number, **AUTHORIZATION | {"expires_at": 1, "access_issued_at": number})
        assert purge_all(app) == {"ended access": 2}
        assert purge_all(app) == {}
        with app.extensions["database"].writing.begin() as connection:
            connection.execute(Base.metadata.tables["consents"].delete())
        assert purge_all(app) == {"ended access": 1}


def test_a_client_that_came_by_itself_goes_when_nothing_refers_to_it(app: Flask) -> None:
    insert(app, "users", 1)
    alone = {"origin": "registration", "created_at": NOW - 31 * DAY}
    expired = {"origin": "document", "created_at": 1, "document_expires_at": NOW - DAY - 1}
    with time_machine.travel(NOW, tick=False):
        for number, columns in ((1, alone), (2, alone | {"created_at": NOW - 30 * DAY}), (3, expired)):
            insert(app, "clients", number, **columns)
        insert(app, "clients", 4, **expired | {"document_expires_at": NOW - DAY})
        for table in ("consents", "pending_requests", "authorizations"):
            insert(app, table, 1, **{**AUTHORIZATION, "created_at": NOW, "expires_at": NOW + DAY})
            assert purge_all(app) == ({"apps by document": 1} if table == "consents" else {})
            with app.extensions["database"].writing.begin() as connection:
                connection.execute(Base.metadata.tables[table].delete())
        assert purge_all(app) == {"apps by registration": 1}


def test_a_client_that_an_operator_has_suspended_does_not_come_back_by_being_purged(app: Flask) -> None:
    alone = {"created_at": 1, "document_expires_at": 1, "suspended_at": 1, "suspension_reason": "phishing"}
    for number, origin in enumerate(("registration", "document"), start=1):
        insert(app, "clients", number, **alone, origin=origin)
    assert purge_all(app) == {}


def test_nothing_of_a_portal_in_use_goes(app: Flask) -> None:
    make_demo(app, "https://client.example/callback")
    owner, client = meet(app)
    tokens = client.obtain_tokens(owner)
    client.refresh(tokens["refresh_token"])
    client.obtain_code(owner)
    owner.browser.get(client.request_uri(prompt="consent"))
    app.extensions["recorder"].write()
    before = dump(app)
    assert purge_all(app) == {}
    assert dump(app) == before


def test_the_command_says_what_went_and_a_dry_run_what_would(app: Flask) -> None:
    insert(app, "users", 1)
    for number in range(250):
        insert(app, "user_sessions", number, expires_at=number)
    insert(app, "security_events", 1, at=clock.now() - 40 * DAY, address="203.0.113.9")
    before = counts(app)
    for arguments, line in ((["--dry-run"], "250 to be gone"), ([], "250 gone"), ([], " 0 gone")):
        if not arguments and line == "250 gone":
            assert counts(app) == before
        result = run_command(app, "purge", *arguments)
        assert result.exit_code == 0, result.output
        first, *_, last = result.stdout.splitlines()
        assert first.startswith("log-in sessions")
        assert first.endswith(line)
        assert last.startswith("whole addresses in the security log")
        assert last.endswith(line.replace("gone", "shortened").replace("250", "1"))
    assert counts(app) == before | {"user_sessions": 0}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_row_that_a_transaction_holds_is_left_and_not_waited_for(app: Flask, app_context: None) -> None:
    insert(app, "users", 1)
    for number in (1, 2, 3):
        insert(app, "user_sessions", number, expires_at=number)
    sessions = Base.metadata.tables["user_sessions"]
    with transaction() as session:
        session.execute(select(sessions).where(sessions.c.expires_at == 2).with_for_update())
        assert purge_all(app) == {"log-in sessions": 2}
    assert purge_all(app) == {"log-in sessions": 1}


def test_rows_are_found_by_an_index_and_no_table_is_read_whole(app: Flask, app_context: None) -> None:
    ran: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        ran.append((statement, parameters))

    database = app.extensions["database"]
    event.listen(database.autocommit, "before_cursor_execute", note)
    for dead in list_dead():
        purge_some(dead, 100)
    event.remove(database.autocommit, "before_cursor_execute", note)
    assert len(ran) == len(list_dead())
    with database.autocommit.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if not sqlite:  # of empty tables it would read everything
            connection.exec_driver_sql("SET enable_seqscan = off")
        for statement, parameters in ran:
            rows = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' * sqlite}{statement}", parameters).all()
            assert "INDEX" in rows[0][-1] if sqlite else "Seq Scan" not in str(rows), (statement, rows)
        connection.invalidate()
