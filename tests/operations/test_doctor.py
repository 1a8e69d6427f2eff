"""The doctor's report, and what it finds in settings, on the disk and in the database."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import text

from portal.content.runs import start_task_run
from portal.content.skills import create_skill
from portal.content.tasks import create_task
from portal.foundation import clock
from portal.operations.doctor import machine_checks
from portal.operations.doctor.command import CHECKS
from portal.operations.doctor.database_checks import look_at_clock, look_at_database, look_at_migrations, look_at_worker
from portal.operations.doctor.findings import Check, carry_out, ok
from portal.operations.doctor.machine_checks import look_at_disk, look_at_permissions
from portal.operations.doctor.settings_checks import look_at_settings
from tests.factories import make_person
from tests.fixtures.applications import MakeApp, build, close
from tests.fixtures.loopback import free_port
from tests.operations.conftest import make_demo, run_command
from tests.operations.doctoring import SECRET_KEY, found, states

PRODUCTION = {"public_url": "https://id.example", "secret_key": SECRET_KEY, "rate_limits": True, "trusted_proxies": 1}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("settings", "state", "words"),
    [
        ({"rate_limits": False}, "problem", "RATE_LIMITS=off"),
        ({"trusted_proxies": 0}, "problem", "TRUSTED_PROXIES=0"),
        ({"secret_key": "k" * 40}, "problem", "SECRET_KEY has few different characters"),
        ({"secret_key_fallbacks": SECRET_KEY}, "problem", "SECRET_KEY_FALLBACKS holds SECRET_KEY itself"),
        ({"secret_key_fallbacks": SECRET_KEY + "?"}, "warning", "take it out 14 days after"),
        ({"registration": "open"}, "warning", "REGISTRATION=open"),
        ({"log_level": "DEBUG"}, "warning", "LOG_LEVEL=DEBUG"),
        ({"workers": 2}, "warning", "WORKERS=2 without REDIS_URL"),
        ({"access_token_seconds": 90_000}, "warning", "ACCESS_TOKEN_SECONDS=90000"),
        ({"refresh_token_seconds": 40_000_000}, "warning", "more than GRANT_SECONDS"),
        (
            {"generator": "openai", "generator_url": "http://llm.example/v1", "generator_model": "m"},
            "warning",
            "GENERATOR_URL is http",
        ),
    ],
)
def test_a_risky_setting_is_found_with_a_cure_and_without_the_key(
    make_app: MakeApp, settings: dict[str, object], state: str, words: str
) -> None:
    assert states(found(make_app(**PRODUCTION), look_at_settings)) == ["ok"]
    _, finding = found(make_app(**{**PRODUCTION, **settings}), look_at_settings)
    assert finding.state == state
    assert words in f"{finding.text} {finding.cure}"
    assert finding.cure
    assert SECRET_KEY not in f"{finding}"


def test_the_report_has_a_line_for_each_topic_and_a_cure_for_each_that_is_not_well(make_app: MakeApp) -> None:
    app = make_app(secret_key=SECRET_KEY, public_url=f"http://127.0.0.1:{free_port()}")
    result = run_command(app, "doctor")
    assert result.exit_code == 0, result.output
    *lines, _, summary = result.stdout.splitlines()
    topics = [line.split()[1] for line in lines if not line.lstrip().startswith("→")]
    assert list(dict.fromkeys(topics)) == [check.topic for check in CHECKS]
    assert summary.startswith("0 problems, 1 warning, ")
    (warned,) = [place for place, line in enumerate(lines) if line.startswith("warning")]
    assert "cannot be reached from here: Connection refused" in lines[warned]
    assert "→ start server and proxy" in lines[warned + 1]
    document = json.loads(run_command(app, "doctor", "--json").stdout)
    assert (document["problem"], document["warning"]) == (0, 1)
    assert {finding["topic"] for finding in document["findings"]} == set(topics)


def test_a_database_that_is_away_is_one_problem_and_the_rest_goes_on(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://portal:hunter2@127.0.0.1:{free_port()}/portal"
    app = build(database_url=url, instance_path=tmp_path, secret_key=SECRET_KEY)
    result = run_command(app, "doctor", "--json")
    close(app)
    assert result.exit_code == 1
    findings = json.loads(result.stdout)["findings"]
    (problem,) = [finding for finding in findings if finding["state"] == "problem"]
    assert problem["topic"] == "database"
    assert "it does not answer: " in problem["text"]
    skipped = {finding["topic"] for finding in findings if finding["text"].startswith("not looked at")}
    assert skipped == {check.topic for check in CHECKS if check.needs_database}
    assert {"mail", "disk"} <= {finding["topic"] for finding in findings if finding["state"] == "ok"}
    assert "hunter2" not in result.output


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_check_that_hangs_or_breaks_is_a_problem_and_ends(app: Flask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:

        def look_at_silence(_settings: object) -> list[object]:
            with socket.create_connection(silent.getsockname()) as connection:
                connection.recv(1)
            return []

        (finding,) = carry_out(Check("silence", look_at_silence), app, seconds=0.2)  # type: ignore[arg-type]
    assert (finding.state, finding.text) == ("problem", "no answer within 0.2 s")

    def break_down(_settings: object) -> list[object]:
        raise ValueError("hunter2")

    (finding,) = carry_out(Check("fault", break_down), app)  # type: ignore[arg-type]
    assert (finding.state, finding.text) == ("problem", "the check itself failed (ValueError)")


def test_the_database_is_named_with_its_version_and_speed(app: Flask, database: str) -> None:
    findings = found(app, look_at_database)
    assert set(states(findings)) == {"ok"}
    assert findings[0].text.startswith("SQLite 3." if database == "sqlite" else "PostgreSQL ")
    assert "ms a query" in findings[0].text
    if database == "postgresql":
        assert "this node may open " in findings[1].text
        assert " of 197 connections" in findings[1].text


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_more_connections_than_the_database_allows_are_a_problem(make_app: MakeApp) -> None:
    _, finding = found(make_app(workers=64), look_at_database)
    assert finding.state == "problem"
    assert "max_connections" in finding.cure


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_demo_accounts_in_a_production_database_are_a_problem(make_app: MakeApp) -> None:
    make_demo(make_app())
    _, finding = found(make_app(**PRODUCTION), look_at_database)
    assert (finding.state, "dana@example.com" in finding.text) == ("problem", True)


def test_a_database_without_tables_is_one_problem_and_no_fault_of_the_doctor(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    url = "https://id.example"
    app = build(database_url=new_database(), instance_path=tmp_path, secret_key=SECRET_KEY, public_url=url)
    findings = json.loads(run_command(app, "doctor", "--json").stdout)["findings"]
    close(app)
    assert [finding for finding in findings if "itself failed" in finding["text"]] == []
    (finding,) = [finding for finding in findings if finding["topic"] == "migrations"]
    assert finding["state"] == "problem"
    skipped = {finding["topic"] for finding in findings if finding["text"].startswith("not looked at")}
    assert skipped == {check.topic for check in CHECKS if check.needs_tables}


def test_a_schema_that_is_behind_or_ahead_is_found(new_database: Callable[[], str], tmp_path: Path) -> None:
    app = build(database_url=new_database(), instance_path=tmp_path)
    (finding,) = found(app, look_at_migrations)
    assert (finding.state, "revision none" in finding.text, "db upgrade" in finding.cure) == ("problem", True, True)
    run_command(app, "db", "upgrade")
    assert states(found(app, look_at_migrations)) == ["ok"]
    for revision, state in (("0001", "problem"), ("9998", "warning")):
        with app.extensions["database"].writing.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
        (finding,) = found(app, look_at_migrations)
        assert (finding.state, revision in finding.text) == (state, True)
    close(app)


def test_a_clock_that_is_not_the_databases_is_found(app: Flask, database: str) -> None:
    assert states(found(app, look_at_clock)) == ["ok"]
    with time_machine.travel(clock.now() + 300):
        (finding,) = found(app, look_at_clock)
    if database == "sqlite":
        assert (finding.state, "no other clock" in finding.text) == ("ok", True)
    else:
        assert finding.state == "warning"
        assert "300 s apart" in finding.text or "299 s apart" in finding.text


def test_runs_that_nobody_looks_after_are_found(app: Flask) -> None:
    assert "nothing waits" in found(app, look_at_worker)[0].text
    person = make_person(app)
    with app.app_context():
        skill = create_skill(person.id, "Say", "{{ input }}")
        start_task_run(person.id, create_task(person.id, "T", [{"skill_id": str(skill.id)}]), "in")
    (finding,) = found(app, look_at_worker)
    assert finding == ok("waiting: 1 run, under way: 0 runs")
    with time_machine.travel(clock.now() + 90):
        (finding,) = found(app, look_at_worker)
    assert (finding.state, "no worker is alive" in finding.text) == ("problem", True)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_key_or_a_database_that_others_can_read_is_a_problem(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app()
    secret = tmp_path / "secret_key"
    secret.write_text("the key")
    tmp_path.chmod(0o700)
    assert states(found(app, look_at_permissions)) == ["ok"], "the folder keeps others out"
    tmp_path.chmod(0o755)
    (finding,) = found(app, look_at_permissions)
    assert finding.state == "problem"
    assert finding.cure.startswith(f"chmod go-rwx {secret} ")
    secret.chmod(0o600)
    assert states(found(app, look_at_permissions)) == ["ok"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_disk_with_little_room_is_found(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(states(found(app, look_at_disk))) <= {"ok", "warning"}
    for limit, state in (("LITTLE_BYTES", "warning"), ("TOO_LITTLE_BYTES", "problem")):
        monkeypatch.setattr(machine_checks, limit, 10**18)  # more than any disk has
        assert set(states(found(app, look_at_disk))) == {state}
