"""Operators count authorizations and end them: an app's, a person's, and those whose tokens were found somewhere."""

import json
from typing import Any

import pytest
import time_machine
from flask import Flask

from portal.foundation import clock
from tests.accounts.stored import kinds
from tests.factories import make_client, make_person
from tests.oauth.parties import Client, meet
from tests.operations.conftest import run_command
from tests.operations.test_audit_commands import listed


def counted(app: Flask, *options: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(run_command(app, "tokens", "count", "--json", *options).stdout)
    return document


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_it_must_be_said_whose_and_somebody_must_say_yes(app: Flask) -> None:
    owner, client = meet(app)
    tokens = client.obtain_tokens(owner)
    client_id = client.registered.client_id
    for options, code, words in (
        ([], 2, "say whose"),
        (["--leaked", "--app", client_id], 2, "say whose"),
        (["--app", "cf_app_unknown"], 2, "there is no app with the client ID cf_app_unknown"),
        (["--user", "nobody@people.example"], 2, "there is no account"),
        (["--app", client_id], 1, "1 user and 1 live authorization of"),
        (["--user", owner.person.email], 1, "allowed ends for good: 1 app, 1 live authorization."),
    ):
        result = run_command(app, "tokens", "revoke", *options)
        assert (result.exit_code, words in result.output) == (code, True), result.output
    assert client.call(tokens["access_token"]).status_code == 200


def test_live_expired_and_revoked_ones_are_counted_by_app(app: Flask) -> None:
    owner, client = meet(app)
    other = Client(app, make_client(app, make_person(app), name="Pocket Writer"))
    with time_machine.travel(clock.now() - 40 * 86400):
        client.obtain_tokens(owner.log_in())
    client.obtain_tokens(owner.log_in())
    client.revoke(other.obtain_tokens(owner)["refresh_token"])
    other.revoke(other.obtain_tokens(owner)["refresh_token"])
    document = counted(app)
    assert (document["live"], document["expired"], document["revoked"]) == (2, 1, 1)
    assert {app["name"]: (app["live"], app["expired"], app["revoked"]) for app in document["apps"]} == {
        "Acme Notes": (1, 1, 0),
        "Pocket Writer": (1, 0, 1),
    }
    assert counted(app, "--app", other.registered.client_id)["live"] == 1
    assert counted(app, "--user", make_person(app).email)["apps"] == []
    lines = run_command(app, "tokens", "count").stdout.splitlines()
    assert lines[0].split() == ["LIVE", "EXPIRED", "REVOKED", "NAME", "CLIENT", "ID"]
    assert lines[-1].split() == ["2", "1", "1", "all", "2", "apps"]
    assert all(len(line) <= 80 for line in lines)


def test_an_apps_tokens_end_for_everybody_and_another_apps_do_not(app: Flask) -> None:
    owner, client = meet(app)
    other = Client(app, make_client(app, make_person(app)))
    tokens, kept = client.obtain_tokens(owner), other.obtain_tokens(owner)
    result = run_command(app, "tokens", "revoke", "--app", client.registered.client_id, "--yes")
    assert "1 user and 1 live authorization ended." in result.output
    assert client.call(tokens["access_token"]).status_code == 401
    assert client.refresh(tokens["refresh_token"]).status_code == 400
    assert other.call(kept["access_token"]).status_code == 200
    assert [entry["actor"] for entry in listed(app, "--kind", "access")] == ["ContextFile’s operator"]


def test_a_persons_tokens_end_with_one_app_or_with_all(app: Flask) -> None:
    owner, client = meet(app)
    other = Client(app, make_client(app, make_person(app)))
    tokens, more = client.obtain_tokens(owner), other.obtain_tokens(owner)
    whose = ("tokens", "revoke", "--yes", "--user", owner.person.email)
    assert "Access ended: 1 app." in run_command(app, *whose, "--app", client.registered.client_id).output
    assert client.call(tokens["access_token"]).status_code == 401
    assert other.call(more["access_token"]).status_code == 200
    assert "Access ended: 0 apps." in run_command(app, *whose, "--app", client.registered.client_id).output
    assert "Access ended: 1 app." in run_command(app, *whose).output
    assert other.call(more["access_token"]).status_code == 401
    assert kinds(app, owner.person.id).count("app_removed") == 2


def test_leaked_tokens_are_found_in_a_text_and_end_with_all_that_came_of_them(app: Flask) -> None:
    owner, client = meet(app)
    first, second = (client.obtain_tokens(owner) for _ in range(2))
    newer = client.refresh(first["refresh_token"]).get_json()
    newest = client.refresh(newer["refresh_token"]).get_json()
    log = f'GET /?access_token={first["access_token"]} 200\n"{second["refresh_token"]}", cf_at_nonsense'
    command = ["tokens", "revoke", "--leaked"]

    runner = app.test_cli_runner()
    asked = runner.invoke(args=command, input=log)
    assert asked.exit_code == 2
    assert "give --yes" in asked.output
    done = runner.invoke(args=[*command, "--yes"], input=log)
    assert "Ended: 2 authorizations." in done.output
    assert f"access token, replaced since or made up, of user #{owner.person.id}" in done.output
    assert f"refresh token, of user #{owner.person.id} with {client.registered.client_id}: works" in done.output
    for token in (newest["access_token"], second["access_token"]):
        assert client.call(token).status_code == 401
    assert client.refresh(newest["refresh_token"]).status_code == 400
    again = runner.invoke(args=[*command, "--yes"], input=log)
    assert "Ended: 0 authorizations." in again.output
    assert "ended before: revoked" in again.output
    assert not any(token in done.output + again.output for token in (first["access_token"], second["refresh_token"]))
    assert kinds(app, owner.person.id).count("app_session_ended") == 2


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_text_without_tokens_of_ours_ends_nothing(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["tokens", "revoke", "--leaked", "--yes"], input="cf_cs_secret eyJhbGci")
    assert result.exit_code == 1
    assert "there is no code or token of ours in that text" in result.output


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_token_is_missed_in_what_is_no_text_and_a_log_that_is_too_long_is_not_read_in_part(app: Flask) -> None:
    owner, client = meet(app)
    token = client.obtain_tokens(owner)["access_token"]
    runner, command = app.test_cli_runner(), ["tokens", "revoke", "--leaked", "--yes"]
    long = runner.invoke(args=command, input="a line of a log\n" * 700_000 + token)
    assert long.exit_code == 1
    assert "more than 10,000,000 bytes" in long.output
    assert client.call(token).status_code == 200
    assert "Ended: 1 authorization." in runner.invoke(args=command, input=b"\xff\xfe" + token.encode()).output
    assert client.call(token).status_code == 401
