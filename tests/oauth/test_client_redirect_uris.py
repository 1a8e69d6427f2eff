"""Adding and removing a client's redirect URIs at once: one after the other, and nothing fails."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from portal.oauth.client_profiles import get_client
from portal.oauth.client_redirect_uris import CannotBeAdded, CannotBeRemoved, add_redirect_uri, remove_redirect_uri
from tests.factories import Person, make_client, make_person

FIRST, SECOND, NEW = "https://client.example/1", "https://client.example/2", "https://client.example/new"


@pytest.fixture
def developer(app: Flask) -> Person:
    return make_person(app)


def at_once(app: Flask, *actions: Callable[[], object]) -> list[object]:
    """What each gives or raises."""

    def run(action: Callable[[], object]) -> object:
        with app.app_context():
            try:
                return action()
            except (CannotBeAdded, CannotBeRemoved) as error:
                return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def positions(app: Flask, developer: Person, client_id: str) -> dict[str, int]:
    with app.app_context():
        return {row.uri: row.position for row in get_client(developer.id, client_id).redirect_uris}


def test_the_same_one_added_twice_at_once_is_added_once(app: Flask, developer: Person) -> None:
    client_id = make_client(app, developer, redirect_uris=(FIRST,)).client_id
    outcomes = at_once(
        app, *[lambda: add_redirect_uri(developer.id, client_id, NEW, actor="Ada", most=20) for _ in range(4)]
    )
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [CannotBeAdded] * 3
    assert positions(app, developer, client_id) == {FIRST: 0, NEW: 1}


def test_the_last_place_is_given_once(app: Flask, developer: Person) -> None:
    client_id = make_client(app, developer, redirect_uris=(FIRST,)).client_id
    uris = [f"https://client.example/{number}" for number in "abcd"]
    outcomes = at_once(
        app, *[lambda uri=uri: add_redirect_uri(developer.id, client_id, uri, actor="Ada", most=2) for uri in uris]
    )
    assert len([outcome for outcome in outcomes if outcome is None]) == 1
    assert sorted(positions(app, developer, client_id).values()) == [0, 1]


def test_the_last_two_removed_at_once_leave_one(app: Flask, developer: Person) -> None:
    client_id = make_client(app, developer, redirect_uris=(FIRST, SECOND)).client_id
    with app.app_context():
        keys = [row.id for row in get_client(developer.id, client_id).redirect_uris]
    outcomes = at_once(
        app, *[lambda key=key: remove_redirect_uri(developer.id, client_id, key, actor="Ada") for key in keys]
    )
    assert len([outcome for outcome in outcomes if isinstance(outcome, CannotBeRemoved)]) == 1
    assert len(positions(app, developer, client_id)) == 1
