"""The security log for operators: listed, filtered, purged; what strangers wrote steers no terminal."""

import json
from typing import Any

import pytest
import time_machine
from flask import Flask

from portal.foundation import audit
from portal.foundation.audit import DAY
from portal.foundation.database import transaction
from tests.developer.events import key_of
from tests.factories import Person, make_client, make_person
from tests.operations.conftest import run_command

NOW = 20_000 * DAY


@pytest.fixture
def ada(app: Flask) -> Person:
    return make_person(app, email="ada@people.example")


def record(portal: Flask, kind: str, *, agent: str = "curl/8", **what: Any) -> None:
    request = {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}, "headers": {"User-Agent": agent}}
    with portal.test_request_context(**request), transaction() as session:
        audit.record(session, kind, **what)


def listed(app: Flask, *options: str) -> list[dict[str, str]]:
    result = run_command(app, "audit", "list", "--json", *options)
    assert result.exit_code == 0, result.output
    events: list[dict[str, str]] = json.loads(result.stdout)
    return events


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--user", "nobody@people.example"], "there is no account with the email address nobody@people.example"),
        (["--app", "cf_app_x"], "there is no app with the client ID cf_app_x"),
        (["--kind", "nonsense"], "'nonsense' is not one of"),
        (["--days", "0"], "0 is not in the range"),
        (["--limit", "many"], "'many' is not a valid integer"),
    ],
)
def test_a_filter_that_fits_nothing_is_refused_with_its_value(app: Flask, options: list[str], words: str) -> None:
    result = run_command(app, "audit", "list", *options)
    assert result.exit_code == 2
    assert words in result.output


def test_it_says_who_what_when_from_where_and_with_which_app(app: Flask, ada: Person) -> None:
    with time_machine.travel(NOW, tick=False):
        client_id = make_client(app, ada).client_id
        key = key_of(app, client_id)
        record(app, "app_allowed", user_id=ada.id, client_id=key, app="Acme Notes", text="contexts:read")
    (entry,) = listed(app, "--kind", "app_allowed")
    assert len(entry.pop("reference")) == 16
    assert entry == {
        "at": "2024-10-04T00:00:00Z",
        "kind": "app_allowed",
        "user": "ada@people.example",
        "app": "Acme Notes",
        "client_id": client_id,
        "actor": "",
        "text": "contexts:read",
        "address": "203.0.113.9",
        "network": "203.0.113.0/24",
        "agent": "curl/8",
    }
    (line,) = run_command(app, "audit", "list", "--kind", "app_allowed").stdout.splitlines()
    told = ("2024-10-04T00:00:00Z", "Access allowed", ada.email, "Acme Notes", client_id, "203.0.113.9", "curl/8")
    for words in told:
        assert words in line


def test_it_is_filtered_by_account_app_kind_and_days_the_latest_first(app: Flask, ada: Person) -> None:
    client_id = make_client(app, make_person(app)).client_id
    with time_machine.travel(NOW, tick=False) as clock:
        record(app, "signed_in", user_id=ada.id)
        clock.shift(DAY)
        record(app, "signed_out", user_id=ada.id)
        record(app, "app_denied", user_id=1, client_id=key_of(app, client_id))
        for options, kinds in (
            (["--user", " ADA@people.example"], ["signed_out", "signed_in"]),
            (["--user", ada.email, "--limit", "1"], ["signed_out"]),
            (["--user", ada.email, "--kind", "signed_in"], ["signed_in"]),
            (["--app", client_id, "--kind", "app_denied"], ["app_denied"]),
            (["--user", ada.email, "--days", "1"], ["signed_out", "signed_in"]),
        ):
            assert [event["kind"] for event in listed(app, *options)] == kinds, options
        clock.shift(1)
        assert [event["kind"] for event in listed(app, "--user", ada.email, "--days", "1")] == ["signed_out"]


def test_what_is_deleted_is_found_by_its_number(app: Flask) -> None:
    record(app, "account_deleted", user_id=9_123_456_789_123_456_789, client_id=987_654_321)
    (entry,) = listed(app)
    assert (entry["user"], entry["client_id"]) == ("#9123456789123456789", "#987654321")
    assert listed(app, "--user", "#9123456789123456789") == listed(app, "--app", "#987654321") == [entry]


def test_it_says_when_there_are_older_ones(app: Flask) -> None:
    for _ in range(3):
        record(app, "signed_in")
    result = run_command(app, "audit", "list", "--limit", "2")
    assert len(result.stdout.splitlines()) == 2
    assert "older ones" in result.stderr
    assert run_command(app, "audit", "list", "--limit", "3").stderr == ""


@pytest.mark.standard("ContextFile security rule", "64", "What strangers wrote steers no operator's terminal")
def test_what_strangers_wrote_is_one_line_and_steers_nothing(app: Flask) -> None:
    record(app, "app_allowed", app="Acme\x1b[2J\nfake line", client_id=1, actor="Eve\u202e", text="\r\x07")
    output = run_command(app, "audit", "list").stdout
    assert output.count("\n") == 1
    assert not set("\x1b\x07\r\u202e\x9b") & set(output)


def test_a_purge_shortens_old_addresses_and_deletes_what_is_past_its_retention(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        record(app, "signed_in")
        clock.shift(335 * DAY)
        record(app, "signed_out")
        clock.shift(31 * DAY)
        assert run_command(app, "audit", "purge").exit_code == 0
        assert [(event["kind"], event["address"], event["network"]) for event in listed(app)] == [
            ("signed_out", "", "203.0.113.0/24")
        ]
