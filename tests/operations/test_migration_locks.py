"""Migrating while others work, on PostgreSQL: who waits for whom, and for how long."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from portal.foundation import migrations
from portal.foundation.migrations import check_models, migrate, read_schema

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def test_a_migration_waits_for_whoever_holds_a_table_and_those_behind_it_do_not(
    empty_app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A change of a table that waits would have everybody wait who comes after it."""
    migrate(empty_app, "0002")
    engine = empty_app.extensions["database"].writing
    with engine.connect() as report, ThreadPoolExecutor(1) as threads:
        report.execute(text("SELECT count(*) FROM authorizations"))  # and its transaction goes on
        with monkeypatch.context() as impatient:
            impatient.setattr(migrations, "LONGEST_WAIT_SECONDS", 0)
            with pytest.raises(OperationalError, match="lock timeout"):
                migrate(empty_app, "0003")
        migrating = threads.submit(migrate, empty_app, "0003")
        longest, ends = 0.0, time.monotonic() + 2
        while time.monotonic() < ends:
            began = time.monotonic()
            with engine.connect() as connection:
                connection.execute(text("SELECT count(*) FROM authorizations"))
            longest = max(longest, time.monotonic() - began)
            time.sleep(0.02)
        assert not migrating.done()
        report.rollback()
        migrating.result(20)
    assert read_schema(empty_app).found == "0003"
    assert longest < migrations.LOCK_SECONDS + 0.5
    assert "stays at revision 0002 for now: a transaction holds a table" in caplog.text


def test_while_another_process_migrates_one_waits_and_says_so(
    empty_app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with empty_app.extensions["database"].writing.connect() as other, ThreadPoolExecutor(1) as threads:
        other.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": migrations._LOCK})
        with monkeypatch.context() as impatient:
            impatient.setattr(migrations, "LONGEST_WAIT_SECONDS", 0)
            with pytest.raises(TimeoutError, match="another process migrates, for 0 seconds; look for one that hangs"):
                migrate(empty_app)
        migrating = threads.submit(migrate, empty_app)
        time.sleep(0.2)
        assert not migrating.done()
        other.rollback()
        migrating.result(20)
    check_models(empty_app)
    assert "another process migrates" in caplog.text


def test_an_index_that_an_attempt_left_unfinished_is_built_anew(empty_app: Flask) -> None:
    """PostgreSQL keeps the name of an index whose building was cut off, and does not use it."""
    migrate(empty_app, "0004")
    with empty_app.extensions["database"].writing.begin() as connection:
        connection.execute(text("CREATE INDEX ix_authorizations_created_at_id ON authorizations (id)"))
        connection.execute(
            text(
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_authorizations_created_at_id'::regclass"
            )
        )
    migrate(empty_app)
    with empty_app.extensions["database"].autocommit.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_index WHERE NOT indisvalid")) == 0
    check_models(empty_app)
