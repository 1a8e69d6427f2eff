"""What a client's owner ends is dead at every endpoint at once, and nothing else is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Select, select

from portal.developer.apps import RegisteredApp
from portal.foundation.audit import EDITS, SecurityEvent
from portal.foundation.database import reading
from portal.oauth.client_endings import (
    NotItsName,
    Reach,
    count_reach,
    delete_client,
    resume_client,
    revoke_all_access,
    suspend_client,
)
from portal.oauth.clients import find_client
from portal.oauth.connected_clients import list_connected
from portal.oauth.consents import remove_consent
from portal.oauth.models import Authorization
from tests.accounts.stored import count_rows, dump
from tests.factories import Person, make_client, make_person
from tests.oauth.parties import Client, Owner, assert_error

NOW = 1_800_000_000


@dataclass
class Dana:
    """Who made the client, and ends it."""

    app: Flask
    person: Person
    client: Client

    @property
    def key(self) -> int:
        return key_of(self.client)

    def end(self, use_case: Callable[..., Any], **arguments: str) -> Any:
        arguments = arguments or {"actor": self.person.name}
        with self.app.app_context():
            return use_case(self.person.id, self.client.registered.client_id, **arguments)

    def reach(self) -> Reach:
        with self.app.app_context():
            return count_reach(self.key)


@pytest.fixture
def dana(app: Flask) -> Dana:
    person = make_person(app, name="Dana Developer")
    return Dana(app, person, Client(app, make_client(app, person)))


@pytest.fixture
def mine(dana: Dana) -> Client:
    """Dana's client."""
    return dana.client


def key_of(client: Client) -> int:
    with client.app.app_context():
        found = find_client(client.registered.client_id)
    assert found
    return found.key


def read(app: Flask, query: Select[Any]) -> list[Any]:
    with app.app_context(), reading() as session:
        return list(session.scalars(query))


LATER_EDITS = set(EDITS) - {"registered"}


def edits(app: Flask) -> list[str]:
    events = read(app, select(SecurityEvent).where(SecurityEvent.kind.in_(LATER_EDITS)).order_by(SecurityEvent.at))
    return [f"{event.kind}, {event.actor}: {event.text}" for event in events]


def test_somebody_elses_client_cannot_be_ended(app: Flask, owner: Owner, dana: Dana, mine: Client) -> None:
    mine.obtain_tokens(owner)
    before = dump(app)
    for client_id in (mine.registered.client_id, "cf_app_x", "\0", ""):
        mallory = Dana(app, owner.person, replace(mine, registered=RegisteredApp(client_id, None)))
        for end in (suspend_client, resume_client, revoke_all_access):
            with pytest.raises(LookupError):
                mallory.end(end)
        with pytest.raises(LookupError):
            mallory.end(delete_client, typed_name="Acme Notes")
    assert dump(app) == before


def test_another_name_deletes_nothing(app: Flask, dana: Dana, owner: Owner, mine: Client) -> None:
    mine.obtain_tokens(owner)
    before = dump(app)
    with pytest.raises(NotItsName, match="Acme Notes"):
        dana.end(delete_client, typed_name="Pocket Writer")
    assert dump(app) == before


def test_a_suspended_client_is_refused_everywhere_and_works_again_when_resumed(
    app: Flask, dana: Dana, owner: Owner, mine: Client
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        owner.log_in()
        tokens, code = mine.obtain_tokens(owner), mine.obtain_code(owner)
        page = owner.browser.get(mine.request_uri(prompt="consent", scope="tasks:read"))
        reach = dana.end(suspend_client)
        assert reach == Reach(users=1, authorizations=2)
        assert mine.call(tokens["access_token"]).status_code == 401
        for refused in (mine.refresh(tokens["refresh_token"]), mine.exchange(code), mine.revoke(code)):
            assert_error(refused, "invalid_client", "suspended", status=401)
        assert "suspended" in owner.browser.get(mine.request_uri()).text
        assert "suspended" in owner.answer(page, "allow").text, "a consent screen that was open already"
        clock.shift(1)
        assert dana.end(resume_client) == reach
        assert mine.call(tokens["access_token"]).status_code == 200
        assert mine.refresh(tokens["refresh_token"]).status_code == 200
        assert mine.exchange(code).status_code == 200
    assert edits(app) == [
        "access, Dana Developer: Suspended the app: 1 user and 2 live authorizations stopped working",
        "access, Dana Developer: Resumed the app: 1 user and 2 live authorizations work again",
    ]


def test_revoking_all_access_ends_every_code_token_consent_and_open_screen_of_the_client_alone(
    app: Flask, dana: Dana, owner: Owner, client: Client, mine: Client
) -> None:
    other = Owner(app, make_person(app)).log_in()
    elsewhere = client.obtain_tokens(owner)
    tokens = [mine.obtain_tokens(person) for person in (owner, other)]
    code = mine.obtain_code(owner)
    page = owner.browser.get(mine.request_uri(prompt="consent", scope="tasks:read"))
    reach = dana.end(revoke_all_access)
    assert reach == Reach(users=2, authorizations=3)
    for token in tokens:
        assert mine.call(token["access_token"]).status_code == 401
        assert mine.introspect(token["access_token"]) == {"active": False}
        assert_error(mine.refresh(token["refresh_token"]), "invalid_grant")
    assert_error(mine.exchange(code), "invalid_grant")
    refused = owner.answer(page, "allow")
    assert refused.status_code == 400
    assert "expired, or is not yours to answer" in refused.text
    assert client.call(elsewhere["access_token"]).status_code == 200
    with app.app_context():
        assert [connected.key for connected in list_connected(owner.person.id)] == [key_of(client)]
    assert dana.reach() == Reach(0, 0)
    reasons = read(app, select(Authorization.revoked_reason).where(Authorization.client_id == dana.key))
    assert set(reasons) == {"owner_revoked_all"}
    text = "access, Dana Developer: Revoked all users’ access: 2 users and 3 live authorizations ended"
    assert edits(app) == [text]
    assert mine.call(mine.obtain_tokens(owner)["access_token"]).status_code == 200, "users can allow it anew"


def test_what_was_ended_before_keeps_its_reason(app: Flask, dana: Dana, owner: Owner, mine: Client) -> None:
    mine.obtain_tokens(owner)
    with app.app_context():
        remove_consent(owner.person.id, dana.key)
    assert dana.end(revoke_all_access) == Reach(0, 0)
    assert read(app, select(Authorization.revoked_reason)) == ["consent_removed"]


def test_a_deleted_client_takes_everything_of_its_own_along(
    app: Flask, dana: Dana, owner: Owner, client: Client, mine: Client
) -> None:
    elsewhere, tokens = client.obtain_tokens(owner), mine.obtain_tokens(owner)
    for failing in (client, mine):
        failing.exchange("cf_ac_x")
    app.extensions["recorder"].write()
    reach = dana.end(delete_client, typed_name=" Acme Notes ")
    assert reach == Reach(users=1, authorizations=1)
    assert mine.call(tokens["access_token"]).status_code == 401
    assert client.call(elsewhere["access_token"]).status_code == 200
    for table in ("clients", "client_secrets", "redirect_uris", "consents", "authorizations", "client_events"):
        assert count_rows(app, table) == 1


def test_only_what_still_works_is_counted_as_live(dana: Dana, owner: Owner, mine: Client) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        owner.log_in()
        mine.obtain_code(owner)
        assert dana.reach() == Reach(1, 1)
        clock.shift(60)
        assert dana.reach() == Reach(1, 0), "the code has expired"
        token = mine.obtain_tokens(owner)["refresh_token"]
        clock.shift(30 * 86400 - 1)
        assert dana.reach() == Reach(1, 1)
        clock.shift(1)
        assert dana.reach() == Reach(1, 0), "its refresh token has expired"
        assert_error(mine.refresh(token), "invalid_grant")
