"""Codes and refresh tokens are spent once, however many ask at the same moment: real threads, real processes."""

from collections import Counter

import pytest
from requests import Response

from tests.races.conftest import RACERS, Race

ROUNDS = 20


def outcomes(answers: list[Response]) -> Counter[str]:
    """How often the answers were a success or which error."""
    return Counter(
        "ok" if answer.status_code == 200 else f"{answer.status_code} {answer.json()['error']}" for answer in answers
    )


def granted(answers: list[Response]) -> list[dict[str, str]]:
    return [answer.json() for answer in answers if answer.status_code == 200]


@pytest.mark.standard("ContextFile security rule", "25", "Of parallel exchanges of one code exactly one succeeds")
def test_of_parallel_exchanges_of_one_code_exactly_one_succeeds(race: Race) -> None:
    for _ in range(ROUNDS):
        answers = race.run(*[race.exchange(race.new_code())] * RACERS)
        assert outcomes(answers) == {"ok": 1, "400 invalid_grant": RACERS - 1}
        [tokens] = granted(answers)
        # The others used a code that was used before: what came of it is no longer trusted (RFC 6749 §4.1.2).
        assert not race.opens(tokens["access_token"])
        assert outcomes([race.alone(race.refresh(tokens["refresh_token"]))]) == {"400 invalid_grant": 1}


@pytest.mark.standard("ContextFile security rule", "38", "Parallel refreshes have one line of successors")
def test_parallel_refreshes_with_retry_all_get_the_same_tokens(race: Race) -> None:
    for _ in range(ROUNDS):
        first = race.new_tokens()
        answers = race.run(*[race.refresh(first["refresh_token"])] * RACERS)
        assert outcomes(answers) == {"ok": RACERS}
        assert len({tokens["refresh_token"] for tokens in granted(answers)}) == 1
        assert len({tokens["access_token"] for tokens in granted(answers)}) == 1
        second = granted(answers)[0]
        assert race.opens(second["access_token"])
        third = race.alone(race.refresh(second["refresh_token"]))
        assert third.status_code == 200
        assert third.json()["refresh_token"] not in {first["refresh_token"], second["refresh_token"]}


@pytest.mark.standard(
    "ContextFile security rule", "38", "Of parallel refreshes without retry one succeeds and the family ends"
)
@pytest.mark.standard("ContextFile security rule", "43", "Reuse is detected by another server process")
def test_of_parallel_refreshes_without_retry_exactly_one_succeeds_and_the_family_ends(strict_race: Race) -> None:
    for _ in range(ROUNDS):
        first = strict_race.new_tokens()
        answers = strict_race.run(*[strict_race.refresh(first["refresh_token"])] * RACERS)
        assert outcomes(answers) == {"ok": 1, "400 invalid_grant": RACERS - 1}
        [second] = granted(answers)
        assert not strict_race.opens(first["access_token"])
        assert not strict_race.opens(second["access_token"])
        assert outcomes([strict_race.alone(strict_race.refresh(second["refresh_token"]))]) == {"400 invalid_grant": 1}


def test_a_revocation_among_refreshes_leaves_nothing_alive(race: Race) -> None:
    for _ in range(ROUNDS):
        first = race.new_tokens()
        requests = [race.refresh(first["refresh_token"]), race.revoke(first["refresh_token"])] * (RACERS // 2)
        answers = race.run(*requests)
        assert outcomes(answers[1::2]) == {"ok": RACERS // 2}
        assert set(outcomes(answers[::2])) <= {"ok", "400 invalid_grant"}
        for tokens in [first, *granted(answers[::2])]:
            assert not race.opens(tokens["access_token"])
            assert race.alone(race.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
