"""Approvals, removals, and an owner who ends everything, at the same time (both databases).

Whatever comes first: nothing live is out of sight, nothing is left of a deleted client, and nobody waits in a circle.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from portal.developer.apps import RegisteredApp
from portal.foundation import clock
from portal.oauth.authorization import AnsweredOrExpired, answer, hold
from portal.oauth.authorization_request import NotRedirectable, read_request
from portal.oauth.client_endings import delete_client, revoke_all_access
from portal.oauth.connected_clients import list_connected
from portal.oauth.consents import remove_consent
from portal.oauth.presented import Presented, find
from tests.accounts.stored import count_rows
from tests.factories import Person, make_client, make_person
from tests.oauth.parties import Client

ROUNDS = 6
APPROVALS = 4
"""Of each person in a round."""


@dataclass
class Crowd:
    """People who allow one app again and again."""

    app: Flask
    owner: Person
    people: list[Person]

    def allow(self, query: bytes, person: Person) -> list[str]:
        """The codes that the app was given; none for a request that was ended before it was answered."""
        codes = []
        with self.app.app_context(), self.app.test_request_context():
            for _ in range(APPROVALS):
                try:
                    asked = read_request(query, "192.0.2.1")
                    location = answer(hold(asked, person.id, "session"), person.id, "session", allow=True)
                except (AnsweredOrExpired, NotRedirectable):
                    continue
                codes.append(parse_qs(urlsplit(location).query)["code"][0])
        return codes

    def do(self, use_case: Callable[..., object], *arguments: object, **named: str) -> None:
        """One step of somebody else's, at the same time."""
        with self.app.app_context():
            use_case(*arguments, **named)

    def race(self, client: RegisteredApp, steps: Iterable[Callable[[], object]]) -> list[str]:
        """All approve while the steps are taken; the codes that came of it. Whatever fails, fails here."""
        query = Client(self.app, client).request_uri().partition("?")[2].encode()
        with ThreadPoolExecutor(8) as pool:
            approving = [pool.submit(self.allow, query, person) for person in self.people]
            stepping: list[Future[object]] = [pool.submit(step) for step in steps]
            for step in stepping:
                step.result()
            return [code for approval in approving for code in approval.result()]


@pytest.fixture
def crowd(app: Flask) -> Crowd:
    return Crowd(app, make_person(app, name="Dana Developer"), [make_person(app) for _ in range(4)])


def presented(app: Flask, code: str) -> Presented | None:
    with app.app_context():
        return find(code)


def test_an_approval_that_meets_an_end_to_all_access_is_dead_or_listed(app: Flask, crowd: Crowd) -> None:
    client = make_client(app, crowd.owner)
    ending = [crowd.owner.id, client.client_id]
    key = 0
    for _ in range(ROUNDS):
        steps = [partial(crowd.do, revoke_all_access, *ending, actor="Dana") for _ in range(2)]
        if key:
            steps.append(partial(crowd.do, remove_consent, crowd.people[0].id, key))
        for code in crowd.race(client, steps):
            found = presented(app, code)
            assert found
            key = found.row.client_id
            with app.app_context():
                listed = list_connected(found.row.user_id)
            assert found.closed or listed, "a live authorization that nobody can see"
    assert key
    crowd.do(revoke_all_access, *ending, actor="Dana")
    assert count_rows(app, "consents") == 0


def test_an_approval_that_meets_a_deletion_leaves_nothing_behind(app: Flask, crowd: Crowd) -> None:
    for _ in range(ROUNDS):
        client = make_client(app, crowd.owner)
        began = clock.now()
        ending = [crowd.owner.id, client.client_id]
        codes = crowd.race(client, [partial(crowd.do, delete_client, *ending, typed_name="Acme Notes")])
        assert [code for code in codes if presented(app, code)] == []
        assert clock.now() - began < 10
        for table in ("clients", "consents", "authorizations", "pending_requests"):
            assert count_rows(app, table) == 0
