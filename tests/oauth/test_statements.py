"""How many statements each endpoint costs: hot paths do one indexed query or one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from portal.oauth.clients import mint_secret
from tests.oauth.parties import Client, Owner


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Every statement, and every commit as COMMIT, that the application's engines run meanwhile."""
    seen: list[str] = []
    database = app.extensions["database"]

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement.split(maxsplit=1)[0])

    def note_commit(_connection: object) -> None:
        seen.append("COMMIT")

    for engine in (database.writing, database.autocommit):
        event.listen(engine, "before_cursor_execute", note)
    event.listen(database.writing, "commit", note_commit)
    yield seen
    for engine in (database.writing, database.autocommit):
        event.remove(engine, "before_cursor_execute", note)
    event.remove(database.writing, "commit", note_commit)


def cost(app: Flask, action: Callable[[], object]) -> list[str]:
    with statements(app) as seen:
        action()
    return seen


def test_each_endpoint_costs_what_it_must(app: Flask, owner: Owner, client: Client) -> None:
    code = client.obtain_code(owner)
    tokens = client.obtain_tokens(owner)
    assert cost(app, lambda: client.exchange(code)) == ["SELECT", "UPDATE", "COMMIT"]
    assert cost(app, lambda: client.introspect(tokens["access_token"])) == ["SELECT"]
    assert cost(app, lambda: client.call(tokens["access_token"], "/api/v1/nothing")) == []
    assert cost(app, lambda: client.call(tokens["access_token"])) == ["SELECT", "SELECT"], "the check, and the profile"
    assert cost(app, lambda: client.refresh(tokens["refresh_token"])) == ["SELECT", "UPDATE", "COMMIT"]
    assert cost(app, lambda: client.revoke(tokens["refresh_token"])) == ["SELECT", "UPDATE", "COMMIT"]


def test_what_is_malformed_costs_no_look_up_of_its_own(app: Flask, client: Client) -> None:
    assert cost(app, lambda: client.call("cf_at_nonsense")) == []
    assert cost(app, lambda: client.refresh("x", client_secret="cf_cs_nonsense")) == []
    assert cost(app, lambda: client.refresh("x", client_id="nobody", client_secret=mint_secret())) == []
    assert cost(app, lambda: client.refresh("cf_rt_nonsense")) == ["SELECT"], "the client, to authenticate it"
