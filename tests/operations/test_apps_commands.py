"""Operators list apps, verify, suspend, resume and delete them, whosever they are; the makers read what was done."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from portal.foundation.audit import SecurityEvent
from portal.foundation.database import reading
from tests.accounts.stored import counts
from tests.accounts.visitor import Visitor
from tests.factories import make_client, make_person
from tests.fixtures.forms import hidden
from tests.oauth.parties import Client, assert_error, meet
from tests.operations.conftest import run_command

REASON = "It passes notes on. Write to abuse@id.example when that has ended."


def edits(app: Flask, words: str) -> list[tuple[str, str]]:
    """Who did what to apps, of what is told with these words."""
    with app.app_context(), reading() as session:
        events = session.scalars(select(SecurityEvent).where(SecurityEvent.text.contains(words))).all()
    return [(event.actor, event.text) for event in events]


def test_an_app_that_is_not_there_is_named_with_the_way_to_find_one(app: Flask) -> None:
    for command in (["show"], ["verify"], ["suspend", "--reason", "x"], ["resume"], ["delete"]):
        result = run_command(app, "apps", *command, "cf_app_unknown")
        assert result.exit_code == 2, command
        assert "there is no app with the client ID cf_app_unknown" in result.output
        assert "`apps list`" in result.output


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nothing_is_done_that_nobody_says_yes_to_or_gives_no_reason_for(app: Flask) -> None:
    _, client = meet(app)
    client_id = client.registered.client_id
    for command in (["suspend", "--reason", REASON], ["delete"]):
        result = run_command(app, "apps", *command, client_id)
        assert result.exit_code == 1, command
        assert "0 users and 0 live authorizations" in result.output
        assert "Go on?" in result.output
    for reason in (" ", "x" * 501):
        assert run_command(app, "apps", "suspend", client_id, "--yes", "--reason", reason).exit_code == 2
    assert counts(app)["clients"] == 1
    assert edits(app, "uspended") == []


def test_users_are_told_that_an_app_is_verified_until_it_is_withdrawn(app: Flask) -> None:
    owner, client = meet(app)
    client_id = client.registered.client_id
    unverified = "ContextFile has not verified"
    assert unverified in owner.browser.get(client.request_uri()).text
    assert run_command(app, "apps", "verify", client_id).stdout == f"Acme Notes ({client_id}) is verified.\n"
    assert unverified not in owner.browser.get(client.request_uri()).text
    run_command(app, "apps", "verify", client_id, "--withdraw")
    assert unverified in owner.browser.get(client.request_uri()).text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_its_developer_reads_who_verified_it_and_that_twice_is_once(app: Flask) -> None:
    _, client = meet(app)
    for _ in range(2):
        run_command(app, "apps", "verify", client.registered.client_id)
    assert edits(app, "verified") == [("", "ContextFile has verified who makes it")]


def test_a_suspended_app_stops_and_only_an_operator_can_resume_it(app: Flask) -> None:
    owner, _ = meet(app)
    ada, developer = make_person(app), Visitor.of(app)
    client = Client(app, make_client(app, ada))
    client_id = client.registered.client_id
    tokens = client.obtain_tokens(owner)
    developer.log_in(ada)
    zone = f"/developer/oauth-apps/{client_id}/danger-zone"
    resume = f"/developer/oauth-apps/{client_id}/resume"
    csrf_token = hidden(developer.request(zone).text, "csrf_token")

    result = run_command(app, "apps", "suspend", client_id, "--yes", "--reason", REASON)
    assert "1 user and 1 live authorization stop working" in result.output
    assert client.call(tokens["access_token"]).status_code == 401
    assert_error(client.refresh(tokens["refresh_token"]), "invalid_client", "suspended", status=401)
    assert "was suspended already" in run_command(app, "apps", "suspend", client_id, "--yes", "--reason", "x").output

    page = developer.open(f"/developer/oauth-apps/{client_id}")
    assert "ContextFile suspended this app on" in page.text
    assert REASON in page.text
    assert "Resume the app" not in developer.open(zone).text
    assert developer.request(resume, "POST", data={"csrf_token": csrf_token}).status_code == 303
    assert "only ContextFile can resume it" in developer.open(zone).text
    assert client.call(tokens["access_token"]).status_code == 401

    assert "works again" in run_command(app, "apps", "resume", client_id, "--yes").output
    assert client.call(tokens["access_token"]).status_code == 200
    assert "suspended this app" not in developer.open(f"/developer/oauth-apps/{client_id}").text
    assert "was not suspended" in run_command(app, "apps", "resume", client_id, "--yes").output
    told = edits(app, "the app: 1 user")
    assert {actor for actor, _ in told} == {"ContextFile’s operator"}
    assert any(REASON in text for _, text in told)


def test_an_operators_suspension_comes_on_top_of_the_developers_own(app: Flask) -> None:
    ada, developer = make_person(app), Visitor.of(app)
    client_id = make_client(app, ada).client_id
    developer.log_in(ada)
    zone = f"/developer/oauth-apps/{client_id}/danger-zone"
    developer.send_to(zone, f"/developer/oauth-apps/{client_id}/suspend")
    asked = run_command(app, "apps", "resume", client_id)
    assert asked.exit_code == 1
    assert "suspended by its own developer" in asked.output
    run_command(app, "apps", "suspend", client_id, "--yes", "--reason", REASON)
    assert "Suspended by ContextFile" in developer.open(zone).text
    run_command(app, "apps", "resume", client_id)  # of its own suspension, nobody is asked
    assert "Suspend the app" in developer.open(zone).text
    developer.send_to(zone, f"/developer/oauth-apps/{client_id}/suspend")
    assert "Resume the app" in developer.open(zone).text, "the operator's reason is not left behind"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_app_that_its_developer_has_resumed_at_an_earlier_release_is_suspended_again(app: Flask) -> None:
    owner, client = meet(app)
    tokens, client_id = client.obtain_tokens(owner), client.registered.client_id
    suspend = ("apps", "suspend", client_id, "--yes", "--reason", REASON)
    run_command(app, *suspend)
    with app.extensions["database"].writing.begin() as connection:
        connection.exec_driver_sql("UPDATE clients SET suspended_at = NULL")
    assert client.call(tokens["access_token"]).status_code == 200
    assert "is suspended." in run_command(app, *suspend).output
    assert client.call(tokens["access_token"]).status_code == 401


def test_a_deleted_app_is_gone_with_its_users_access(app: Flask) -> None:
    owner, client = meet(app)
    tokens = client.obtain_tokens(owner)
    client_id = client.registered.client_id
    result = run_command(app, "apps", "delete", client_id, "--yes")
    assert "is deleted for good: 1 user and 1 live authorization end with it." in result.output
    assert client.call(tokens["access_token"]).status_code == 401
    assert (counts(app)["clients"], counts(app)["authorizations"]) == (0, 0)
    assert edits(app, "1 live authorization ended")[0][0] == "ContextFile’s operator"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_list_fits_a_terminal_and_gives_client_ids_whole(app: Flask) -> None:
    ada = make_person(app)
    first = make_client(app, ada, name="Acme Notes").client_id
    second = make_client(app, make_person(app), name="N" * 80).client_id
    run_command(app, "apps", "verify", first)
    run_command(app, "apps", "suspend", second, "--yes", "--reason", REASON)
    lines = run_command(app, "apps", "list").stdout.splitlines()
    assert lines[0].split() == ["STATE", "USERS", "NAME", "CLIENT", "ID"]
    assert all(len(line) <= 80 for line in lines)
    assert {(line.split()[0], line.split()[-1]) for line in lines[1:]} == {("verified", first), ("suspended", second)}
    for options, client_ids in (
        (["--search", "acme"], [first]),
        (["--owner", ada.email], [first]),
        (["--state", "suspended"], [second]),
        (["--search", "_"], [first, second]),  # a character like any other: it is in every client ID
    ):
        found = json.loads(run_command(app, "apps", "list", "--json", *options).stdout)
        assert sorted(entry["client_id"] for entry in found) == sorted(client_ids), options
    shown = json.loads(run_command(app, "apps", "show", second, "--json").stdout)
    assert (shown["suspension_reason"], shown["redirect_uris"]) == (REASON, ["https://client.example/callback"])
    assert REASON in run_command(app, "apps", "show", second).stdout
