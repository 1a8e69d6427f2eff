"""Random lives of authorizations against a plain model: what is accepted, with which scope, until when."""

from typing import ClassVar

import pytest
import time_machine
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal.foundation import clock
from tests.fixtures.applications import MakeApp
from tests.fixtures.examples import bounded
from tests.races.lives import World
from tests.races.model import ACCESS_SECONDS, CODE_SECONDS, GRANT_SECONDS, REFRESH_SECONDS, RETRY_SECONDS, Family

EXAMPLES = 25
STEPS = 30
START = 1_800_000_000
MOST_FAMILIES = 3
MOMENTS = (1, RETRY_SECONDS - 1, RETRY_SECONDS, ACCESS_SECONDS - 1, ACCESS_SECONDS, ACCESS_SECONDS)
LONG_TIMES = (CODE_SECONDS - 1, CODE_SECONDS, REFRESH_SECONDS - 1, REFRESH_SECONDS, GRANT_SECONDS - REFRESH_SECONDS)
WRONG_PROOFS: tuple[dict[str, str | None], ...] = (
    {"code_verifier": "v" * 43},
    {"redirect_uri": None},
    {"redirect_uri": "https://client.example/other"},
)

scopes = st.sets(st.sampled_from(["profile:read", "contexts:read", "skills:read"]), min_size=1).map(frozenset)
which = st.integers(0, MOST_FAMILIES - 1)
"""Which one of the families that a rule applies to."""


class Lives(RuleBasedStateMachine):
    """Decides what happens next. Rules that go on with a life apply to open ones, so that lives are long."""

    app: ClassVar[Flask]

    def __init__(self) -> None:
        super().__init__()
        self.travel = time_machine.travel(START, tick=False)
        self.world = World(self.app, self.travel.start())

    def teardown(self) -> None:
        try:
            self.world.wait(1)
            self.world.compare()
        finally:
            self.travel.stop()

    @invariant()
    def server_and_model_agree(self) -> None:
        self.world.compare()

    def open_ones(self) -> list[Family]:
        """Those that have been given tokens and have not been ended."""
        return [family for family in self.world.families if family.refresh and not family.ended]

    def pick(self, number: int) -> Family:
        """One of the open ones."""
        candidates = self.open_ones()
        return candidates[number % len(candidates)]

    @initialize(scope=scopes)
    def begin(self, scope: frozenset[str]) -> None:
        self.world.exchange(self.world.authorize(scope))

    @precondition(lambda self: len(self.world.families) < MOST_FAMILIES)
    @rule(
        scope=scopes, wrong=st.none() | st.sampled_from(WRONG_PROOFS), seconds=st.just(0) | st.sampled_from(LONG_TIMES)
    )
    def authorize(self, scope: frozenset[str], wrong: dict[str, str | None] | None, seconds: int) -> None:
        family = self.world.authorize(scope)
        if wrong:
            self.world.exchange(family, **wrong)
            self.world.compare()
        if seconds:
            self.world.wait(seconds)
            self.world.compare()
        self.world.exchange(family)

    @precondition(lambda self: self.open_ones())
    @rule(number=which, narrowed=st.booleans())
    def refresh(self, number: int, narrowed: bool) -> None:
        family = self.pick(number)
        self.world.refresh(family, family.refresh[-1], frozenset(sorted(family.scope)[:1]) if narrowed else None)

    @precondition(lambda self: self.open_ones())
    @rule(number=which, seconds=st.sampled_from([0, 1, RETRY_SECONDS - 1, RETRY_SECONDS]))
    def refresh_and_retry(self, number: int, seconds: int) -> None:
        family = self.pick(number)
        token = family.refresh[-1]
        self.world.refresh(family, token)
        self.world.wait(seconds)
        self.world.compare()
        self.world.refresh(family, token)

    @precondition(lambda self: self.open_ones())
    @rule(number=which, age=st.sampled_from([-1, -2]))
    def refresh_with_more_than_was_granted(self, number: int, age: int) -> None:
        family = self.pick(number)
        for token in family.refresh[age:][:1]:
            self.world.refresh(family, token, family.scope | {"tasks:read"})

    @precondition(lambda self: self.open_ones())
    @rule(number=which, age=st.sampled_from([-1, -2, -3]))
    def revoke_an_access_token(self, number: int, age: int) -> None:
        family = self.pick(number)
        for token in family.access[age:][:1]:
            self.world.revoke_access_token(family, token)

    @precondition(lambda self: self.open_ones())
    @rule(number=which)
    def others_get_nowhere(self, number: int) -> None:
        self.world.try_as_another_client(self.pick(number))
        self.world.refresh_with_what_is_none(self.pick(number))

    @rule(seconds=st.sampled_from(MOMENTS))
    def let_a_moment_pass(self, seconds: int) -> None:
        self.world.wait(seconds)

    @rule(number=which, seconds=st.sampled_from(LONG_TIMES))
    def let_a_long_time_pass(self, number: int, seconds: int) -> None:
        self.world.wait(seconds)
        self.world.compare()
        for family in self.open_ones()[number : number + 1]:
            self.world.refresh(family, family.refresh[-1])

    @precondition(lambda self: self.open_ones())
    @rule(number=which, how=st.sampled_from(["code", "older", "forged", "current", "previous", "consent"]))
    def come_to_an_end(self, number: int, how: str) -> None:
        family = self.pick(number)
        if family.may_refresh(family.refresh[-1], clock.now()):
            self.world.refresh(family, family.refresh[-1])
        older, previous, current = ([None, None, *family.refresh])[-3:]
        if how == "code":
            self.world.exchange(family)
        elif how == "forged":
            self.world.refresh_with_a_forged_token(family)
        elif how == "consent":
            self.world.remove_consent()
        elif how == "older" and older:
            self.world.revoke_refresh_token(family, older)
            self.world.compare()
            self.world.refresh(family, older)
        elif how in {"current", "previous"}:
            self.world.revoke_refresh_token(family, (previous if how == "previous" else current) or family.refresh[-1])
        self.world.compare()
        for token in filter(None, (previous, current)):
            self.world.refresh(family, token)


@pytest.mark.heavy
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whatever_happens_in_whatever_order_the_model_holds(make_app: MakeApp) -> None:
    class LivesHere(Lives):
        pass

    LivesHere.app = make_app(grant_seconds=GRANT_SECONDS)
    run_state_machine_as_test(LivesHere, settings=bounded(EXAMPLES, steps=STEPS))
