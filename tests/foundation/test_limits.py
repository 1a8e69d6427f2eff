import time_machine

from portal.foundation.limits import Limiter, Spent

LIMIT = "3/minute"


def test_one_too_many_waits_until_the_window_is_over() -> None:
    limiter = Limiter(enabled=True)
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        assert [limiter.count(LIMIT, "sign-in", "ada") for _ in range(4)] == [0, 0, 0, 60]
        clock.shift(59)
        assert limiter.count(LIMIT, "sign-in", "ada") == 1
        clock.shift(2)
        assert [limiter.count(LIMIT, "sign-in", "ada") for _ in range(4)] == [0, 0, 0, 60]


def test_each_key_counts_for_itself() -> None:
    limiter = Limiter(enabled=True)
    for _ in range(4):
        limiter.count(LIMIT, "sign-in", "ada")
    assert limiter.count(LIMIT, "sign-in", "ada") > 0
    assert limiter.count(LIMIT, "sign-in", "grace") == 0
    assert limiter.count(LIMIT, "sign-up", "ada") == 0
    assert limiter.count(LIMIT, "sign-inada") == 0


def test_a_key_may_hold_anything() -> None:
    limiter = Limiter(enabled=True)
    for key in ("", "/", "a:b", "\0", "é", "x" * 1_000_000):
        assert [limiter.count(LIMIT, "sign-in", key) for _ in range(3)] == [0] * 3
        assert limiter.count(LIMIT, "sign-in", key) > 0


def test_a_forgotten_key_begins_anew() -> None:
    limiter = Limiter(enabled=True)
    for key in ("ada", "grace"):
        for _ in range(4):
            limiter.count(LIMIT, "sign-in", key)
    limiter.forget(LIMIT, "sign-in", "ada")
    assert limiter.count(LIMIT, "sign-in", "ada") == 0
    assert limiter.count(LIMIT, "sign-in", "grace") > 0


def test_a_quota_says_what_is_left_and_when_it_is_whole_again() -> None:
    limiter = Limiter(enabled=True)
    with time_machine.travel(1_800_000_000 + 18, tick=False) as clock:
        assert [limiter.spend(2, 60, "app", "ada") for _ in range(3)] == [
            Spent(1, 42, too_much=False),
            Spent(0, 42, too_much=False),
            Spent(0, 42, too_much=True),
        ]
        assert limiter.spend(2, 60, "app", "grace") == Spent(1, 42, too_much=False)
        clock.shift(42)
        assert limiter.spend(2, 60, "app", "ada") == Spent(1, 60, too_much=False)


def test_turned_off_it_allows_everything() -> None:
    limiter = Limiter(enabled=False)
    assert [limiter.count(LIMIT, "sign-in") for _ in range(10)] == [0] * 10
