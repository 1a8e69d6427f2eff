"""Word of a log-in from where or with what somebody has not been lately."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from tests.accounts.letters import letters, link_in, text_of
from tests.accounts.stored import kinds
from tests.accounts.test_session_list import FIREFOX, log_in_with
from tests.accounts.visitor import Visitor
from tests.factories import Person

NEWER_FIREFOX = FIREFOX.replace("132.0", "140.0")
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
HERE, NEXT_DOOR, ELSEWHERE = "192.0.2.1", "192.0.2.200", "203.0.113.77"
DAY = 86400


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        yield clock


def told(app: Flask, person: Person) -> int:
    """How many letters somebody got of new log-ins."""
    return [letter["Subject"] for letter in letters(app, person.email)].count("New log-in to your account")


def test_a_wrong_password_is_no_log_in(app: Flask, visitor: Visitor, ada: Person) -> None:
    visitor.log_in(ada, password="wrong password")
    assert told(app, ada) == 0
    assert kinds(app, ada.id) == []


def test_signing_up_is_no_news_and_neither_is_the_same_browser_afterwards(app: Flask, visitor: Visitor) -> None:
    visitor.sign_up()
    visitor.log_out()
    ada = Person(0, "Ada", "ada@people.example", "correct horse battery staple")
    assert visitor.log_in(ada).status_code == 303
    assert told(app, ada) == 0


def test_the_letter_says_when_with_what_and_from_where_and_how_to_end_it(app: Flask, ada: Person) -> None:
    log_in_with(app, ada, FIREFOX, ELSEWHERE)
    (letter,) = letters(app, ada.email)
    text = text_of(letter)
    for fact in ("15 Jan 2027, 08:00 UTC", "Firefox on Linux", "203.0.113.0/24", "Was this not you?"):
        assert fact in text
    assert ELSEWHERE not in text
    assert link_in(letter, "/reset-password") == "/reset-password"


def test_another_browser_or_another_place_is_news_once(app: Flask, ada: Person) -> None:
    seen = 0
    for agent, address, news in (
        (FIREFOX, HERE, True),
        (FIREFOX, HERE, False),
        (NEWER_FIREFOX, NEXT_DOOR, False),
        (CHROME, HERE, True),
        (FIREFOX, ELSEWHERE, True),
        (CHROME, HERE, False),
        (NEWER_FIREFOX, ELSEWHERE, False),
    ):
        log_in_with(app, ada, agent, address)
        seen += news
        assert told(app, ada) == seen, (agent, address)
    assert kinds(app, ada.id) == ["signed_in"] * 7


def test_after_ninety_days_it_is_news_again(app: Flask, ada: Person, clock: time_machine.Traveller) -> None:
    log_in_with(app, ada, FIREFOX, HERE)
    clock.shift(90 * DAY - 1)
    log_in_with(app, ada, FIREFOX, HERE)
    assert told(app, ada) == 1
    clock.shift(90 * DAY)
    log_in_with(app, ada, FIREFOX, HERE)
    assert told(app, ada) == 2


def test_somebody_elses_log_ins_do_not_make_a_place_known(app: Flask, ada: Person) -> None:
    visitor = Visitor.of(app)
    visitor.sign_up(email="bob@people.example")
    assert Visitor.of(app).log_in(ada).status_code == 303
    assert told(app, ada) == 1


def test_logging_out_is_in_the_history_and_no_news(app: Flask, visitor: Visitor, ada: Person) -> None:
    visitor.log_in(ada)
    visitor.log_out()
    assert sorted(kinds(app, ada.id)) == ["signed_in", "signed_out"]
    assert told(app, ada) == 1
