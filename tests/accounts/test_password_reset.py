from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from tests.accounts.documents import Page, assert_fault_at
from tests.accounts.letters import letters, link_in, text_of
from tests.accounts.stored import count_rows, kinds, link_count
from tests.accounts.test_log_in import disable
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person
from tests.fixtures.applications import MakeApp

NEW = "a new password of mine"


@pytest.fixture
def link(app: Flask, visitor: Visitor, ada: Person) -> str:
    visitor.send("/reset-password", email="ADA@people.example")
    return link_in(letters(app, ada.email)[-1], "/reset-password/new")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        yield clock


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Choose a password"),
        ("short", "8 characters or more"),
        ("x" * 1001, "at most 1000"),
        ("iloveyou", "most common passwords"),
        (" ADA LOVELACE ", "a name"),
        ("Ada@People.example", "your email address"),
    ],
)
def test_a_password_that_others_try_first_is_refused_and_spends_no_link(
    app: Flask, visitor: Visitor, ada: Person, link: str, password: str, words: str
) -> None:
    assert_fault_at(Page(visitor.send(link, password=password)), "password", words)
    assert link_count(app) == 1
    assert Visitor.of(app).log_in(ada).status_code == 303


@pytest.mark.parametrize("email", ["", "ada", "ada\0@people.example"])
def test_what_is_no_address_gets_no_letter(app: Flask, visitor: Visitor, email: str) -> None:
    page = Page(visitor.send("/reset-password", email=email))
    assert page.status == 422
    assert list(page.errors) == ["email"]
    assert count_rows(app, "outgoing_mails") == 0


def test_an_address_without_an_account_gets_no_letter(app: Flask, visitor: Visitor, ada: Person) -> None:
    disable(app, ada)
    for email in ("nobody@people.example", ada.email):
        answer = visitor.send("/reset-password", email=email)
        assert f"If {email} has an account, we sent a link there." in visitor.open(answer.location or "").text
    assert letters(app) == []
    assert count_rows(app, "outgoing_mails") == 0
    assert link_count(app) == 0


def test_a_new_password_ends_every_session_and_every_other_link(
    app: Flask, visitor: Visitor, ada: Person, link: str
) -> None:
    signed_in = visit_signed_in(app, ada)
    visitor.send("/reset-password", email=ada.email)
    other_link = link_in(letters(app, ada.email)[-1], "/reset-password/new")
    answer = visitor.send(link, password=NEW)
    assert answer.location == "/login"
    assert "Your password is changed. Log in with it." in visitor.open("/login").text
    assert signed_in.signed_in_as() is None
    assert visitor.request(other_link).status_code == 410
    assert visitor.log_in(ada).status_code == 422
    assert visitor.log_in(ada, password=NEW).status_code == 303


def test_the_holder_is_told_and_can_choose_another_one(app: Flask, visitor: Visitor, ada: Person, link: str) -> None:
    visitor.send(link, password=NEW)
    letter = letters(app, ada.email)[-1]
    assert letter["Subject"] == "Your password was changed"
    assert link_in(letter, "/reset-password") == "/reset-password"
    assert "192.0.2.0/24" in text_of(letter)
    assert set(kinds(app, ada.id)) == {"reset_requested", "password_changed"}


@pytest.mark.standard("ContextFile security rule", "56", "Resets are throttled and lock nobody out")
def test_an_address_that_was_written_to_enough_gets_no_more_and_nobody_is_told(
    make_app: MakeApp, clock: time_machine.Traveller
) -> None:
    app = make_app(rate_limits=True)
    visitor = Visitor.of(app)
    answers = [visitor.send("/reset-password", email="ada@people.example") for _ in range(6)]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/reset-password/sent")}
    assert count_rows(app, "outgoing_mails") == 5
    elsewhere = Visitor.of(app, address="198.51.100.1")
    elsewhere.send("/reset-password", email="ada@people.example")
    assert count_rows(app, "outgoing_mails") == 6, "nobody can keep somebody else from a link"
    clock.shift(3601)
    visitor.send("/reset-password", email="ada@people.example")
    assert count_rows(app, "outgoing_mails") == 7


def test_one_network_cannot_ask_for_letters_by_the_dozen(make_app: MakeApp) -> None:
    app = make_app(rate_limits=True)
    visitor = Visitor.of(app)
    for number in range(20):
        assert visitor.send("/reset-password", email=f"person-{number}@people.example").status_code == 303
    answer = visitor.send("/reset-password", email="one-too-many@people.example")
    assert answer.status_code == 429
    assert Page(answer).summary == ["Too many requests from your network. Wait 60 minutes and try again."]


def test_the_log_in_page_leads_there_and_whoever_is_logged_in_finds_their_address(app: Flask, ada: Person) -> None:
    assert "/reset-password" in Visitor.of(app).open("/login").links
    assert visit_signed_in(app, ada).open("/reset-password").values["email"] == ada.email
