import pytest
import time_machine

from portal.foundation.limits import Limiter

LIMIT = "3/minute"


def test_one_too_many_waits_until_the_oldest_is_a_minute_old() -> None:
    limiter = Limiter(enabled=True)
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        assert [limiter.count(LIMIT, "sign-in", "ada") for _ in range(3)] == [0, 0, 0]
        assert limiter.count(LIMIT, "sign-in", "ada") == 60
        clock.shift(59)
        assert limiter.wait(LIMIT, "sign-in", "ada") == 1
        clock.shift(2)
        assert limiter.wait(LIMIT, "sign-in", "ada") == 0
        assert limiter.count(LIMIT, "sign-in", "ada") == 0


def test_looking_counts_nothing() -> None:
    limiter = Limiter(enabled=True)
    assert [limiter.wait(LIMIT, "sign-in") for _ in range(10)] == [0] * 10
    assert limiter.count(LIMIT, "sign-in") == 0


def test_each_key_counts_for_itself() -> None:
    limiter = Limiter(enabled=True)
    for _ in range(4):
        limiter.count(LIMIT, "sign-in", "ada")
    assert limiter.wait(LIMIT, "sign-in", "ada") > 0
    assert limiter.wait(LIMIT, "sign-in", "grace") == 0
    assert limiter.wait(LIMIT, "sign-up", "ada") == 0


@pytest.mark.parametrize("ask", ["wait", "count"])
def test_turned_off_it_allows_everything(ask: str) -> None:
    limiter = Limiter(enabled=False)
    assert [getattr(limiter, ask)(LIMIT, "sign-in") for _ in range(10)] == [0] * 10
