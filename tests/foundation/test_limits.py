from collections.abc import Iterator

import pytest
import time_machine

from portal.foundation.counters import Counters
from portal.foundation.limits import Limiter, Spent
from portal.foundation.shared_store import SharedStore

LIMIT = "3/minute"


@pytest.fixture(params=["memory", "valkey"])
def limiter(request: pytest.FixtureRequest) -> Limiter:
    """What does not depend on the clock is the same for one process and for many nodes."""
    if request.param == "memory":
        return Limiter(enabled=True)
    return Limiter(enabled=True, store=SharedStore(request.getfixturevalue("valkey").url))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        yield clock


def test_one_too_many_waits(limiter: Limiter) -> None:
    assert [limiter.count(LIMIT, "sign-in", "ada") for _ in range(3)] == [0, 0, 0]
    assert 58 <= limiter.count(LIMIT, "sign-in", "ada") <= 60


def test_one_too_many_waits_until_the_window_is_over(clock: time_machine.Traveller) -> None:
    limiter = Limiter(enabled=True)
    assert [limiter.count(LIMIT, "sign-in", "ada") for _ in range(4)] == [0, 0, 0, 60]
    clock.shift(59)
    assert limiter.count(LIMIT, "sign-in", "ada") == 1
    clock.shift(1)
    assert [limiter.count(LIMIT, "sign-in", "ada") for _ in range(4)] == [0, 0, 0, 60]


def test_a_limit_names_its_window(clock: time_machine.Traveller) -> None:
    for limit, seconds in {"1/minute": 60, "1/5 minutes": 300, "1/hour": 3600, "1/day": 86400}.items():
        limiter = Limiter(enabled=True)
        assert [limiter.count(limit, "key") for _ in range(2)] == [0, seconds]


def test_each_key_and_each_limit_counts_for_itself(limiter: Limiter) -> None:
    for _ in range(4):
        limiter.count(LIMIT, "sign-in", "ada")
    assert limiter.count(LIMIT, "sign-in", "ada") > 0
    assert limiter.count(LIMIT, "sign-in", "grace") == 0
    assert limiter.count(LIMIT, "sign-up", "ada") == 0
    assert limiter.count(LIMIT, "sign-inada") == 0
    assert limiter.count("4/minute", "sign-in", "ada") == 0


def test_a_key_may_hold_anything(limiter: Limiter) -> None:
    for key in ("", "/", "a:b", "\0", "é", "x" * 1_000_000):
        assert [limiter.count(LIMIT, "sign-in", key) for _ in range(3)] == [0] * 3
        assert limiter.count(LIMIT, "sign-in", key) > 0


def test_a_forgotten_key_begins_anew(limiter: Limiter) -> None:
    for key in ("ada", "grace"):
        for _ in range(4):
            limiter.count(LIMIT, "sign-in", key)
    limiter.forget(LIMIT, "sign-in", "ada")
    assert limiter.count(LIMIT, "sign-in", "ada") == 0
    assert limiter.count(LIMIT, "sign-in", "grace") > 0


def test_a_quota_says_what_is_left(limiter: Limiter) -> None:
    spent = [limiter.spend(2, 86400, "app", "ada") for _ in range(3)]
    assert [(one.left, one.too_much) for one in spent] == [(1, False), (0, False), (0, True)]
    assert limiter.spend(2, 86400, "app", "grace").left == 1


def test_a_quota_is_whole_again_when_the_clocks_window_begins(clock: time_machine.Traveller) -> None:
    limiter = Limiter(enabled=True)
    clock.shift(18)
    assert [limiter.spend(2, 60, "app", "ada") for _ in range(3)] == [
        Spent(1, 42, too_much=False),
        Spent(0, 42, too_much=False),
        Spent(0, 42, too_much=True),
    ]
    clock.shift(42)
    assert limiter.spend(2, 60, "app", "ada") == Spent(1, 60, too_much=False)


def test_turned_off_it_allows_everything() -> None:
    limiter = Limiter(enabled=False)
    assert [limiter.count(LIMIT, "sign-in") for _ in range(10)] == [0] * 10


def test_alone_there_is_no_store_to_be_lost() -> None:
    limiter = Limiter(enabled=True)
    assert not limiter.shared
    assert limiter.store_fault() is None


def test_counts_that_are_over_are_not_kept(clock: time_machine.Traveller) -> None:
    counters = Counters()
    for number in range(1000):
        counters.add(f"early {number}", 60)
    clock.shift(60)
    assert counters.add("early 999", 60) == (1, 60)
    for number in range(500):
        counters.add(f"late {number}", 60)
    assert len(counters) == 501


def test_what_was_forgotten_or_began_anew_is_kept_to_its_own_end(clock: time_machine.Traveller) -> None:
    counters = Counters()
    counters.add("ada", 60)
    counters.forget("ada")
    counters.add("ada", 120)
    clock.shift(60)
    assert counters.add("ada", 60) == (2, 60)
    assert len(counters) == 1
