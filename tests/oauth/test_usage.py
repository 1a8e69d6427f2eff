"""Usage: a client's numbers by day, as a reader that walks through all rows would count them."""

import random
from collections.abc import Sequence

import pytest
import time_machine
from flask import Flask
from sqlalchemy import insert, update

from portal.foundation import clock
from portal.foundation.database import transaction
from portal.oauth.event_models import ClientDay
from portal.oauth.models import Authorization, Consent
from portal.oauth.record_writing import COUNT_DAYS, DAY
from portal.oauth.usage import Usage, read_usage
from tests.developer.events import key_of
from tests.factories import make_client, make_person
from tests.fixtures.statements import cost
from tests.oauth.parties import Client, Owner

TODAY = 20_000
NOW = TODAY * DAY + 5 * 3600


@pytest.fixture
def key(app: Flask) -> int:
    return key_of(app, make_client(app, make_person(app)).client_id)


def read(app: Flask, key: int) -> Usage:
    with app.app_context(), time_machine.travel(NOW, tick=False):
        return read_usage(key)


def count(app: Flask, key: int, day: int, what: str, number: int, detail: str = "") -> None:
    row = {"client_id": key, "day": day, "what": what, "detail": detail, "count": number}
    with app.app_context(), transaction() as session:
        session.execute(insert(ClientDay), [row])


def family(key: int, user_id: int, begin: int | None, end: int | None, revoked: int | None) -> dict[str, object]:
    return {
        "client_id": key, "user_id": user_id, "scope": "profile:read", "resource": "/api/v1",
        "credentials_version": 0, "created_at": 0, "expires_at": 0, "code_expires_at": 0, "generation": 1,
        "code_used_at": begin, "refresh_expires_at": end, "revoked_at": revoked,
    }  # fmt: skip


def test_a_client_that_nobody_used_has_zeros(app: Flask, key: int) -> None:
    usage = read(app, key)
    assert usage.days == tuple(range(TODAY - 89, TODAY + 1))
    assert usage.is_empty
    zeros = (0,) * COUNT_DAYS
    series = (usage.users, usage.allowed, usage.denied, usage.active, usage.exchanged, usage.refreshed)
    assert {*series, usage.failed, usage.succeeded} == {zeros}
    assert usage.failures == {}


def test_counts_stand_at_their_day_and_failures_at_their_cause(app: Flask, key: int) -> None:
    other = key_of(app, make_client(app, make_person(app)).client_id)
    for number, what in enumerate(("allowed", "denied", "exchanged", "refreshed"), start=1):
        count(app, key, TODAY, what, number)
        count(app, other, TODAY, what, 100)
    count(app, key, TODAY - 90, "allowed", 50)
    count(app, key, TODAY, "redirected", 60, "17")
    count(app, key, TODAY - 89, "failed", 7, "token secret_wrong")
    count(app, key, TODAY - 89, "failed", 2, "revoke secret_wrong")
    count(app, key, TODAY, "failed", 20, "authorize redirect_uri_mismatch")
    usage = read(app, key)
    assert [usage.allowed[-1], usage.denied[-1], usage.exchanged[-1], usage.refreshed[-1]] == [1, 2, 3, 4]
    assert sum(usage.allowed) == 1
    assert list(usage.failures) == ["redirect_uri_mismatch", "secret_wrong"], "the most frequent first"
    assert usage.failures["secret_wrong"][0] == 9
    assert (usage.failed[0], usage.failed[-1]) == (9, 20)
    assert usage.succeeded[-1] == 1 + 3 + 4
    assert not usage.is_empty


def test_the_number_of_users_is_followed_back_from_what_it_is_now(app: Flask, key: int) -> None:
    people = [make_person(app).id for _ in range(3)]
    rows = [
        {"user_id": user, "client_id": key, "scope": "", "pkce": True, "created_at": 0, "updated_at": 0}
        for user in people
    ]
    with app.app_context(), transaction() as session:
        session.execute(insert(Consent), rows)
    count(app, key, TODAY, "joined", 2)
    count(app, key, TODAY - 1, "left", 4)
    count(app, key, TODAY - 3, "joined", 10)  # more than there were: some came before anything was counted
    usage = read(app, key)
    assert usage.users[-5:] == (0, 5, 5, 1, 3)
    assert usage.users[0] == 0


@pytest.mark.parametrize(
    ("begin", "end", "revoked", "live"),
    [
        ((0, 0), (5, 0), None, [0, 1, 2, 3, 4]),
        ((0, 0), (5, 0), (2, 1), [0, 1]),
        ((0, 0), (5, 0), (9, 0), [0, 1, 2, 3, 4]),
        ((1, DAY - 1), (2, 0), None, [1]),
        ((1, 0), (1, 9), None, []),
        ((-40, 0), (2, 1), None, [0, 1]),
        ((-40, 0), (-1, 0), None, []),
        ((88, 0), (200, 0), None, [88, 89]),
        ((89, 0), (89, 5 * 3600 + 1), None, [89]),
        ((89, 0), (89, 5 * 3600), None, []),
        ((0, 0), None, None, []),
    ],
)
def test_tokens_are_active_from_their_exchange_until_they_are_revoked_or_cannot_be_renewed(
    app: Flask,
    key: int,
    begin: tuple[int, int],
    end: tuple[int, int] | None,
    revoked: tuple[int, int] | None,
    live: list[int],
) -> None:
    def moment(at: tuple[int, int] | None) -> int | None:
        return (TODAY - 89 + at[0]) * DAY + at[1] if at else None

    user = make_person(app).id
    rows = [family(key, user, moment(begin), moment(end), moment(revoked)), family(key, user, None, None, None)]
    with app.app_context(), transaction() as session:
        session.execute(insert(Authorization), rows)
    active = read(app, key).active
    assert [day for day, number in enumerate(active) if number] == live
    assert sum(active) == len(live)


def test_active_tokens_are_those_that_a_walk_through_all_rows_finds(app: Flask, key: int) -> None:
    dice, user = random.Random(7), make_person(app).id  # noqa: S311
    spans: list[tuple[int, int, int | None]] = []
    for _ in range(300):
        begin = NOW - dice.randrange(130 * DAY)
        end = begin + dice.randrange(1, 60 * DAY)
        spans.append((begin, end, dice.choice([None, dice.randrange(begin, NOW + 1)])))
    with app.app_context(), transaction() as session:
        session.execute(insert(Authorization), [family(key, user, *span) for span in spans])
    ends_of_days = [min((TODAY - 88 + day) * DAY - 1, NOW) for day in range(COUNT_DAYS)]
    assert list(read(app, key).active) == [live_at(moment, spans) for moment in ends_of_days]


def live_at(moment: int, spans: Sequence[tuple[int, int, int | None]]) -> int:
    return sum(begin <= moment < min(end, revoked or end) for begin, end, revoked in spans)


def test_a_real_life_is_counted(app: Flask, owner: Owner, client: Client) -> None:
    tokens = client.obtain_tokens(owner)
    client.refresh(tokens["refresh_token"])
    client.refresh("cf_rt_nonsense")
    app.extensions["recorder"].write()
    with app.app_context():
        usage = read_usage(key_of(app, client.registered.client_id))
    today = (usage.users, usage.allowed, usage.active, usage.exchanged, usage.refreshed, usage.failed)
    assert [series[-1] for series in today] == [1] * 6
    assert usage.days[-1] == clock.now() // DAY


def test_it_takes_three_statements_however_much_there_is(app: Flask, key: int) -> None:
    def look() -> None:
        read(app, key)

    assert cost(app, look) == ["SELECT"] * 3
    for day in range(40):
        count(app, key, TODAY - day, "failed", 1, f"token {day}")
    with app.app_context(), transaction() as session:
        session.execute(update(ClientDay).values(count=ClientDay.count + 1))
    assert cost(app, look) == ["SELECT"] * 3
