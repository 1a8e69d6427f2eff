"""Operators list accounts, disable, enable and delete them, and log them out; the security log says who did it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from portal.__main__ import main
from tests.accounts.stored import counts
from tests.accounts.visitor import Visitor
from tests.factories import Person, make_client, make_person
from tests.fixtures.loopback import free_port
from tests.fixtures.servers import ROOT, bare_environment
from tests.oauth.parties import meet
from tests.operations.conftest import run_command
from tests.operations.test_audit_commands import listed

LONG = "Bartholo\x1b[2J 名前名前名前"


@pytest.fixture
def ada(app: Flask) -> Person:
    return make_person(app, email="ada@people.example")


def shown(app: Flask, email: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(run_command(app, "users", "show", email, "--json").stdout)
    return facts


def is_logged_in(visitor: Visitor) -> bool:
    return visitor.request("/settings/profile").status_code == 200


def test_an_account_that_is_not_there_is_named_with_the_way_to_find_one(app: Flask) -> None:
    for command in ("show", "disable", "enable", "sign-out", "delete"):
        result = run_command(app, "users", command, "nobody@people.example")
        assert result.exit_code == 2, command
        assert "there is no account with the email address nobody@people.example" in result.output


def test_nothing_is_done_that_nobody_says_yes_to(app: Flask, ada: Person) -> None:
    for command in ("disable", "sign-out", "delete"):
        result = run_command(app, "users", command, ada.email)
        assert result.exit_code == 1, command
        assert "Go on?" in result.output
        assert "Aborted!" in result.output
    assert shown(app, ada.email)["disabled_at"] is None
    assert listed(app) == []


def test_a_disabled_account_ends_at_once_and_its_tokens_work_again_when_it_is_enabled(app: Flask) -> None:
    owner, client = meet(app)
    tokens, visitor = client.obtain_tokens(owner), Visitor.of(app)
    visitor.log_in(owner.person)
    result = run_command(app, "users", "disable", owner.person.email, "--yes")
    assert "cannot log in any more. What stops: 2 sessions, 1 live authorization.\n" in result.output
    assert client.call(tokens["access_token"]).status_code == 401
    assert client.introspect(tokens["refresh_token"]) == {"active": False}
    assert client.refresh(tokens["refresh_token"]).status_code == 400
    assert not is_logged_in(visitor)
    assert visitor.log_in(owner.person).status_code == 422
    assert "was disabled already" in run_command(app, "users", "disable", owner.person.email, "--yes").output

    run_command(app, "users", "enable", owner.person.email)
    assert not is_logged_in(visitor), "the old session is gone for good"
    assert visitor.log_in(owner.person).status_code == 303
    assert client.call(tokens["access_token"]).status_code == 200
    assert "was not disabled" in run_command(app, "users", "enable", owner.person.email).output
    done = [(entry["kind"], entry["actor"]) for entry in listed(app, "--user", owner.person.email)]
    assert [entry for entry in done if "able" in entry[0]] == [
        ("account_enabled", "ContextFile’s operator"),
        ("account_disabled", "ContextFile’s operator"),
    ]


def test_somebody_is_logged_out_everywhere_and_reads_who_did_it(app: Flask, ada: Person) -> None:
    visitor = Visitor.of(app)
    visitor.log_in(ada)
    assert "logged out of 1 session." in run_command(app, "users", "sign-out", ada.email, "--yes").output
    assert not is_logged_in(visitor)
    visitor.log_in(ada)
    history = visitor.open("/settings/history").text
    assert "Logged out everywhere" in history
    assert "by ContextFile’s operator" in history


def test_a_deleted_account_goes_with_its_apps_and_the_log_says_that_an_operator_did_it(app: Flask) -> None:
    owner, client = meet(app)
    tokens, developer = client.obtain_tokens(owner), shown_owner(app)
    result = run_command(app, "users", "delete", developer, "--yes")
    assert "the access of 0 apps, and 1 app of their own (used by 1 account)." in result.output
    assert client.call(tokens["access_token"]).status_code == 401
    assert counts(app)["clients"] == 0
    assert counts(app)["users"] == 1
    (entry,) = listed(app, "--kind", "account_deleted")
    assert entry["actor"] == "ContextFile’s operator"


def shown_owner(app: Flask) -> str:
    """The address of the only developer."""
    people = json.loads(run_command(app, "users", "list", "--json").stdout)
    (email,) = [person["email"] for person in people if person["apps"]]
    return str(email)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_list_fits_a_terminal_and_nothing_in_it_steers_that(app: Flask, ada: Person) -> None:
    make_client(app, make_person(app, name=LONG, email="b@people.example"))
    lines = run_command(app, "users", "list").stdout.splitlines()
    assert lines[0].split() == ["CREATED", "STATE", "APPS", "NAME", "EMAIL"]
    assert len(lines) == 3
    assert all(len(line) <= 80 for line in lines)
    assert not any("\x1b" in line for line in lines)
    (row,) = [line for line in lines if "b@people.example" in line]
    assert "active     1  Bartholo\ufffd[2J 名前名…" in row
    wide = sum(2 if c in "名前" else 1 for c in row[: row.index("b@")])
    (other,) = [line for line in lines if ada.email in line]
    assert wide == other.index(ada.email), "columns are in line for the eye"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_list_is_searched_and_says_when_there_are_more(app: Flask, ada: Person) -> None:
    other = make_person(app, name="Bob", email="bob@people.example")
    run_command(app, "users", "disable", other.email, "--yes")
    for options, emails in (
        (["--search", "LOVELACE"], [ada.email]),
        (["--search", "bob@"], [other.email]),
        (["--search", "%"], []),
        (["--disabled"], [other.email]),
    ):
        found = json.loads(run_command(app, "users", "list", "--json", *options).stdout)
        assert [person["email"] for person in found] == emails, options
    result = run_command(app, "users", "list", "--limit", "1")
    assert len(result.stdout.splitlines()) == 2
    assert "There are more" in result.stderr
    assert run_command(app, "users", "list", "--limit", "2").stderr == ""
    assert "live authorizations  0" in run_command(app, "users", "show", f"#{ada.id}").stdout
    assert run_command(app, "users", "show", f"#{2**63}").exit_code == 2


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_database_that_is_away_is_told_in_a_line_without_its_password(app: Flask) -> None:
    away = f"postgresql://portal:hunter2@127.0.0.1:{free_port()}/portal"
    environment = {"DATABASE_URL": away, "INSTANCE_PATH": str(app.config["SETTINGS"].instance_path)}
    result = CliRunner().invoke(main, ["users", "list"], env=environment)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: the database cannot be used: connection failed")
    assert "hunter2" not in result.output


def test_a_database_without_tables_is_told_in_a_line(new_database: Callable[[], str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "portal", "users", "list"]
    environment = bare_environment(database_url=new_database(), instance_path=tmp_path)
    result = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (1, "Error: the database has no tables yet: run `db upgrade`\n")
