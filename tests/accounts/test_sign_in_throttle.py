from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from tests.accounts.documents import Page
from tests.accounts.stored import kinds
from tests.accounts.visitor import Visitor
from tests.factories import Person, make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.statements import cost

WRONG = {"password": "wrong password"}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(1_800_000_000, tick=False) as traveller:
        yield traveller


@pytest.fixture
def app(make_app: MakeApp, clock: time_machine.Traveller) -> Flask:
    return make_app(rate_limits=True)


@pytest.fixture
def ada(app: Flask) -> Person:
    return make_person(app, email="ada@people.example")


def fail_ten_times(visitor: Visitor, person: Person) -> None:
    for _ in range(10):
        assert visitor.log_in(person, **WRONG).status_code == 422


@pytest.mark.standard("ContextFile security rule", "56", "Signing in is throttled by account and address")
def test_after_ten_failures_even_the_right_password_has_to_wait(visitor: Visitor, ada: Person) -> None:
    fail_ten_times(visitor, ada)
    answer = visitor.log_in(ada)
    assert answer.status_code == 429
    page = Page(answer)
    assert page.summary == ["Too many attempts. Wait 300 seconds and try again."]
    assert page.values["email"] == ada.email
    assert visitor.signed_in_as() is None


def test_the_throttle_does_not_say_whether_there_is_such_an_account(visitor: Visitor, ada: Person) -> None:
    nobody = Person(0, "Nobody", "nobody@people.example", "no password")
    fail_ten_times(visitor, nobody)
    answer = visitor.log_in(nobody)
    assert answer.status_code == 429
    assert Page(answer).summary == ["Too many attempts. Wait 300 seconds and try again."]


def test_the_history_of_the_account_says_once_that_somebody_has_to_wait(
    app: Flask, visitor: Visitor, ada: Person, clock: time_machine.Traveller
) -> None:
    fail_ten_times(visitor, ada)
    assert kinds(app, ada.id) == []
    for _ in range(3):
        visitor.log_in(ada)
    assert kinds(app, ada.id) == ["sign_in_throttled"]
    clock.shift(301)
    fail_ten_times(visitor, ada)
    visitor.log_in(ada)
    assert kinds(app, ada.id) == ["sign_in_throttled"] * 2


def test_waiting_costs_the_same_for_an_address_without_an_account(app: Flask, ada: Person) -> None:
    seen = []
    for email in (ada.email, "nobody@people.example"):
        visitor, person = Visitor.of(app), Person(0, "", email, "wrong password")
        fail_ten_times(visitor, person)
        seen.append([cost(app, lambda: visitor.log_in(person)) for _ in range(2)])  # noqa: B023
    assert seen[0] == seen[1]
    assert "INSERT" in seen[0][0]
    assert "INSERT" not in seen[0][1]


def test_no_other_spelling_browser_or_claimed_address_is_a_way_around(app: Flask, ada: Person) -> None:
    fail_ten_times(Visitor.of(app), ada)
    visitor = Visitor.of(app)
    for email in (ada.email, "ADA@people.example", " ada@People.Example "):
        assert visitor.log_in(ada, email=email).status_code == 429
    form = visitor.open("/login").values | {"email": ada.email, "password": ada.password}
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP"):
        claim = {header: "for=203.0.113.9" if header == "Forwarded" else "203.0.113.9"}
        assert visitor.request("/login", "POST", data=form, headers=claim).status_code == 429


@pytest.mark.standard("ContextFile security rule", "56", "Nobody can lock somebody else out")
def test_nobody_can_lock_somebody_else_out(app: Flask, ada: Person) -> None:
    bob = make_person(app, email="bob@people.example")
    attacker = Visitor.of(app, address="203.0.113.9")
    fail_ten_times(attacker, ada)
    assert Visitor.of(app, address="192.0.2.1").log_in(ada).status_code == 303
    assert attacker.log_in(bob).status_code == 303


@pytest.mark.standard("ContextFile security rule", "56", "The throttle ends by itself")
def test_the_lock_ends_by_itself(visitor: Visitor, ada: Person, clock: time_machine.Traveller) -> None:
    fail_ten_times(visitor, ada)
    for _ in range(10):  # attempts meanwhile do not lengthen it
        clock.shift(29)
        assert visitor.log_in(ada, **WRONG).status_code == 429
    clock.shift(9)
    assert "Wait 1 seconds" in Page(visitor.log_in(ada)).text
    clock.shift(2)
    assert visitor.log_in(ada).status_code == 303


def test_a_right_password_starts_the_count_anew(visitor: Visitor, ada: Person) -> None:
    for _ in range(2):
        for _ in range(6):
            assert visitor.log_in(ada, **WRONG).status_code == 422
        assert visitor.log_in(ada).status_code == 303
        visitor.log_out()


def test_a_trusted_proxy_says_whose_attempt_it_is(make_app: MakeApp, clock: time_machine.Traveller) -> None:
    app = make_app(rate_limits=True, trusted_proxies=1)
    ada = make_person(app)

    def attempt(forwarded_for: str, password: str) -> int:
        visitor = Visitor.of(app, address="127.0.0.1")
        form = visitor.open("/login").values | {"email": ada.email, "password": password}
        headers = {"X-Forwarded-For": forwarded_for}
        return visitor.request("/login", "POST", data=form, headers=headers).status_code

    # What stands before the proxy's own entry was written by the caller.
    assert [attempt(f"198.51.100.{n}, 203.0.113.9", "wrong password") for n in range(10)] == [422] * 10
    assert attempt("192.0.2.1, 203.0.113.9", ada.password) == 429
    assert attempt("203.0.113.9, 192.0.2.1", ada.password) == 303


def test_whoever_has_a_network_of_ipv6_addresses_is_one_caller(app: Flask, ada: Person) -> None:
    """One subscriber has 2⁶⁴ of them; with each a new count there would be no throttle."""
    for number in range(10):
        assert Visitor.of(app, address=f"2001:db8::{number:x}").log_in(ada, **WRONG).status_code == 422
    assert Visitor.of(app, address="2001:db8::ffff:1").log_in(ada).status_code == 429
    assert Visitor.of(app, address="2001:db8:0:1::1").log_in(ada).status_code == 303


def test_letters_too_are_counted_by_network(app: Flask) -> None:
    answers = [
        Visitor.of(app, address=f"2001:db8::{number:x}").send("/signup", email=f"person-{number}@people.example")
        for number in range(21)
    ]
    assert [answer.status_code for answer in answers] == [303] * 20 + [429]
