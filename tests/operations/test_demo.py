import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.accounts.stored import counts, dump
from tests.accounts.visitor import Visitor
from tests.developer.app_form import assert_works, registered
from tests.factories import Person, make_client, make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.servers import ROOT, SECRET_KEY, bare_environment
from tests.operations.conftest import DEMO_TABLES, make_demo, run_command

URI = "http://127.0.0.1:9999/callback"


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("http://evil.example/callback", "Use https://"),
        ("javascript:alert(1)", "reversed: com.example.app"),
        ("/callback", "Begin with a scheme"),
        ("https://acme.example/*", "Wildcards"),
        ("", "Begin with a scheme"),
    ],
)
def test_a_bad_redirect_uri_is_named_and_nothing_is_made(app: Flask, uri: str, words: str) -> None:
    result = run_command(app, "demo", "--json", "--redirect-uri", URI, "--redirect-uri", uri)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "--redirect-uri" in result.stderr
    message = " ".join(result.stderr.split())
    assert f"{uri}: " in message
    assert words in message
    assert counts(app) == dict.fromkeys(counts(app), 0)


def test_an_unknown_option_is_refused(app: Flask) -> None:
    assert run_command(app, "demo", "--jsno").exit_code == 2
    assert counts(app)["users"] == 0


@pytest.mark.parametrize("email", ["dana@example.com", "uma@example.com"])
def test_the_account_of_somebody_real_is_not_touched_and_the_refusal_says_whose_it_is(app: Flask, email: str) -> None:
    make_person(app, email=email)
    before = dump(app)
    result = run_command(app, "demo", "--json")
    assert result.exit_code != 0
    assert isinstance(result.exception, SystemExit), "a message, not a traceback"
    assert email in result.output
    assert dump(app) == before


def test_the_document_says_what_a_client_needs_and_nothing_else(demo: dict[str, Any]) -> None:
    assert demo.keys() == {"user", "clients"}
    assert demo["user"].keys() == {"email", "password"}
    assert demo["clients"].keys() == {"confidential", "public"}
    assert demo["clients"]["confidential"].keys() == {"client_id", "client_secret", "redirect_uri"}
    assert demo["clients"]["public"].keys() == {"client_id", "redirect_uri"}


def test_its_user_can_log_in(app: Flask, demo: dict[str, Any]) -> None:
    visitor = Visitor.of(app)
    assert visitor.send("/login", **demo["user"]).status_code == 303
    assert visitor.signed_in_as() == demo["user"]["email"]


def test_its_secret_works_and_is_not_stored(app: Flask, demo: dict[str, Any]) -> None:
    client = demo["clients"]["confidential"]
    assert_works(app, client["client_id"], client["client_secret"])
    assert client["client_secret"][6:] not in dump(app)


def test_its_user_has_something_in_every_collection(app: Flask, demo: dict[str, Any]) -> None:
    assert all(counts(app)[table] > 0 for table in DEMO_TABLES)


def test_a_second_time_finds_the_same_and_makes_nothing(app: Flask, demo: dict[str, Any]) -> None:
    before = dump(app)
    assert make_demo(app) == demo
    assert dump(app) == before


def test_another_redirect_uri_is_registered_with_both_apps_once(app: Flask, demo: dict[str, Any]) -> None:
    for _ in range(2):
        again = make_demo(app, URI, "com.example.app:/cb", URI)
        for kind in ("confidential", "public"):
            assert again["clients"][kind] == demo["clients"][kind] | {"redirect_uri": URI}
    for client in registered(app):
        uris = [row.uri for row in client.redirect_uris]
        assert uris == [demo["clients"]["public"]["redirect_uri"], URI, "com.example.app:/cb"]
    assert make_demo(app) == demo


def test_a_changed_secret_key_gives_the_same_apps_a_secret_that_works(make_app: MakeApp) -> None:
    old = make_demo(make_app())["clients"]
    app = make_app(secret_key="another key of thirty-two characters")
    new = make_demo(app)["clients"]
    assert new["public"] == old["public"]
    client_id = new["confidential"]["client_id"]
    assert client_id == old["confidential"]["client_id"]
    assert_works(app, client_id, new["confidential"]["client_secret"])
    assert_works(app, client_id, old["confidential"]["client_secret"], status=401)


def test_a_half_made_demonstration_is_completed(app: Flask, demo: dict[str, Any]) -> None:
    """As a machine that lost power in the middle leaves it."""
    with app.extensions["database"].writing.begin() as connection:
        connection.exec_driver_sql("DELETE FROM users WHERE demo_role = 'user'")
        connection.exec_driver_sql("DELETE FROM clients WHERE type = 'public'")
    again = make_demo(app)
    assert again["clients"]["confidential"] == demo["clients"]["confidential"]
    assert Visitor.of(app).send("/login", **again["user"]).status_code == 303
    assert all(counts(app)[table] > 0 for table in DEMO_TABLES)


def test_without_json_it_prints_the_same_for_people(app: Flask, demo: dict[str, Any]) -> None:
    result = run_command(app, "demo")
    assert result.exit_code == 0
    words = [*demo["user"].values(), *(value for client in demo["clients"].values() for value in client.values())]
    assert [word for word in words if word not in result.stdout] == []


def test_removing_leaves_nothing_of_it_and_everything_else(app: Flask) -> None:
    bob: Person = make_person(app, email="bob@people.example")
    make_client(app, bob)
    before = counts(app)
    demo = make_demo(app, URI)
    result = run_command(app, "demo", "--remove")
    assert result.exit_code == 0
    assert result.stdout == "Removed 2 demo accounts.\n"
    after = counts(app)
    assert after.pop("security_events") > before.pop("security_events"), "the log is only ever added to"
    assert after == before
    assert "Dana Developer" not in dump(app)
    assert Visitor.of(app).send("/login", **demo["user"]).status_code == 422
    client = demo["clients"]["confidential"]
    assert_works(app, client["client_id"], client["client_secret"], status=401)


def test_removing_what_is_not_there_is_no_fault(app: Flask) -> None:
    assert run_command(app, "demo", "--remove").stdout == "Removed 0 demo accounts.\n"


def test_made_again_after_removal_its_apps_are_new(app: Flask, demo: dict[str, Any]) -> None:
    run_command(app, "demo", "--remove")
    again = make_demo(app)
    assert again["user"] == demo["user"]
    for kind in ("confidential", "public"):
        assert again["clients"][kind]["client_id"] != demo["clients"][kind]["client_id"]


def test_on_an_empty_database_the_command_prints_one_document_and_nothing_else(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    environment = bare_environment(database_url=new_database(), secret_key=SECRET_KEY, instance_path=tmp_path)
    command = [sys.executable, "-m", "flask", "--app", "app", "demo", "--json", "--redirect-uri", URI]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["clients"]["public"]["redirect_uri"] == URI
    assert done.stdout.count("\n") == 1
