"""Changing the address: the new one is proven, the old one can put itself back, and a thief can keep neither."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from portal.accounts.fresh_sign_in import FRESH_SECONDS
from portal.accounts.password_change import change_password
from portal.accounts.users import get_user
from tests.accounts.documents import Page
from tests.accounts.letters import letters, link_in, text_of
from tests.accounts.stored import count_rows, kinds, link_count
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person

PROFILE, ACTION = "/settings/profile", "/settings/profile/email"
NEW = "ada@new.example"
DAY = 86400


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        yield clock


@pytest.fixture
def signed_in(app: Flask, ada: Person) -> Visitor:
    return visit_signed_in(app, ada)


def email_of(app: Flask, person: Person) -> str:
    with app.app_context():
        return get_user(person.id).email


def ask(signed_in: Visitor, email: str = NEW) -> str:
    """Ask for another address, and give the link that it gets."""
    answer = signed_in.send_to(PROFILE, ACTION, email=email)
    assert (answer.status_code, answer.location) == (303, PROFILE)
    return link_in(letters(signed_in.app, email)[-1], "/settings/email/confirm")


def change(signed_in: Visitor, old: str, new: str = NEW) -> str:
    """Change the address, and give the link that puts the old one back."""
    assert signed_in.send(ask(signed_in, new)).status_code == 303
    return link_in(letters(signed_in.app, old)[-1], "/settings/email/undo")


@pytest.mark.parametrize(
    ("email", "words"),
    [("", "Enter your email"), ("ada", "is not an email address"), ("ADA@people.example", "of your account already")],
)
def test_what_is_no_other_address_gets_no_letter(app: Flask, signed_in: Visitor, email: str, words: str) -> None:
    page = Page(signed_in.send_to(PROFILE, ACTION, email=email))
    assert page.status == 422
    assert words in page.summary[0]
    (current,) = page.document.find("a", **{"aria-current": "page"})
    assert current.text == "Profile"
    assert count_rows(app, "outgoing_mails") == 0


def test_a_stale_log_in_has_to_be_renewed_first(app: Flask, signed_in: Visitor, clock: time_machine.Traveller) -> None:
    clock.shift(FRESH_SECONDS + 1)
    assert "You will be asked to log in again first." in signed_in.open(PROFILE).text
    answer = signed_in.send_to(PROFILE, ACTION, email=NEW)
    assert answer.location == f"/login?next={PROFILE}"
    assert count_rows(app, "outgoing_mails") == 0


def test_asking_changes_nothing_and_neither_does_opening_the_link(app: Flask, ada: Person, signed_in: Visitor) -> None:
    link = ask(signed_in)
    page = Visitor.of(app).open(link)
    assert page.title == "Confirm your new address"
    for shown in (ada.name, ada.email, NEW):
        assert shown in page.text
    assert email_of(app, ada) == ada.email
    assert letters(app, ada.email) == []


def test_an_address_with_an_account_is_not_taken_and_only_its_mail_says_so(
    app: Flask, ada: Person, signed_in: Visitor
) -> None:
    bob = make_person(app, email="bob@people.example")
    signed_in.send_to(PROFILE, ACTION, email=bob.email)
    (letter,) = letters(app, bob.email)
    assert letter["Subject"] == "This address already has an account"
    assert link_count(app) == 0


def test_an_address_that_got_its_account_meanwhile_is_not_taken(app: Flask, ada: Person, signed_in: Visitor) -> None:
    link = ask(signed_in)
    make_person(app, email=NEW)
    page = Page(signed_in.send(link))
    assert page.status == 409
    assert page.title == "This address has an account"
    assert email_of(app, ada) == ada.email


def test_a_changed_password_ends_the_wish_of_whoever_knew_the_old_one(
    app: Flask, ada: Person, signed_in: Visitor
) -> None:
    link = ask(signed_in, "thief@evil.example")
    signed_in.send_to(PROFILE, ACTION, email="late@evil.example")  # its letter waits
    with app.app_context():
        change_password(ada.id, "a new password of mine")
    assert Visitor.of(app).request(link).status_code == 410
    assert letters(app, "late@evil.example") == []


def test_the_address_changes_for_logging_in_and_sessions_stay(app: Flask, ada: Person, signed_in: Visitor) -> None:
    other = visit_signed_in(app, ada)
    stranger = Visitor.of(app)
    answer = stranger.send(ask(signed_in))
    assert answer.location == "/login"
    assert email_of(app, ada) == NEW
    assert signed_in.signed_in_as() == other.signed_in_as() == NEW
    assert stranger.log_in(ada).status_code == 422
    assert stranger.log_in(ada, email=NEW).status_code == 303


def test_both_addresses_are_told_and_what_the_old_one_had_got_is_dead(
    app: Flask, ada: Person, signed_in: Visitor
) -> None:
    Visitor.of(app).send("/reset-password", email=ada.email)
    reset = link_in(letters(app, ada.email)[-1], "/reset-password/new")
    other_wish = ask(signed_in, "ada@third.example")
    change(signed_in, ada.email)
    old, new = letters(app, ada.email)[-1], letters(app, NEW)[-1]
    assert old["Subject"] == "Your email address was changed"
    assert NEW in text_of(old)
    assert "within 7 days" in " ".join(text_of(old).split())
    assert new["Subject"] == "Your new email address is in use"
    for dead in (reset, other_wish):
        assert Visitor.of(app).request(dead).status_code == 410
    assert kinds(app, ada.id).count("email_change_asked") == 2
    assert "email_changed" in kinds(app, ada.id)


def test_the_old_address_puts_itself_back_and_chooses_a_new_password(
    app: Flask, ada: Person, signed_in: Visitor
) -> None:
    undo = change(signed_in, ada.email)
    thiefs_wish = ask(signed_in, "ada@third.example")
    owner = Visitor.of(app)
    assert owner.open(undo).title == "Put your address back"
    assert email_of(app, ada) == NEW
    answer = owner.send(undo)
    assert answer.status_code == 303
    assert email_of(app, ada) == ada.email
    assert signed_in.signed_in_as() is None
    assert owner.request(thiefs_wish).status_code == 410
    assert owner.send(answer.location or "", password="a new password of mine").location == "/login"
    assert owner.log_in(ada, password="a new password of mine").status_code == 303
    assert "email_change_undone" in kinds(app, ada.id)
    assert owner.request(undo).status_code == 410


def test_undoing_ends_the_tokens_that_were_allowed_meanwhile(app: Flask, ada: Person, signed_in: Visitor) -> None:
    undo = change(signed_in, ada.email)
    Visitor.of(app).send(undo)
    with app.app_context():
        assert get_user(ada.id).credentials_version == 1


def test_a_thief_who_changes_the_address_twice_keeps_neither(
    app: Flask, ada: Person, signed_in: Visitor, clock: time_machine.Traveller
) -> None:
    owners = change(signed_in, ada.email, "first@evil.example")
    clock.shift(60)
    thiefs = change(signed_in, "first@evil.example", "second@evil.example")
    Visitor.of(app).send(owners)
    assert email_of(app, ada) == ada.email
    assert Visitor.of(app).request(thiefs).status_code == 410


def test_a_thief_who_undoes_the_second_change_does_not_end_the_owners_link(
    app: Flask, ada: Person, signed_in: Visitor, clock: time_machine.Traveller
) -> None:
    owners = change(signed_in, ada.email, "first@evil.example")
    clock.shift(60)
    Visitor.of(app).send(change(signed_in, "first@evil.example", "second@evil.example"))
    assert email_of(app, ada) == "first@evil.example"
    Visitor.of(app).send(owners)
    assert email_of(app, ada) == ada.email


def test_a_letter_that_is_sent_after_the_change_was_undone_undoes_nothing(
    app: Flask, ada: Person, signed_in: Visitor, clock: time_machine.Traveller
) -> None:
    owners = change(signed_in, ada.email, "first@evil.example")
    clock.shift(60)
    second = ask(signed_in, "second@evil.example")
    signed_in.send(second)  # its letters wait
    Visitor.of(app).send(owners)
    last = letters(app, "first@evil.example")[-1]
    assert last["Subject"] == "Your email address was changed", "it is sent, and not given up"
    assert "The change was undone meanwhile" in text_of(last)
    assert "/settings/email/undo" not in text_of(last)


def test_the_link_back_works_for_seven_days(
    app: Flask, ada: Person, signed_in: Visitor, clock: time_machine.Traveller
) -> None:
    undo = change(signed_in, ada.email)
    clock.shift(7 * DAY - 1)
    assert Visitor.of(app).request(undo).status_code == 200
    clock.shift(1)
    assert Visitor.of(app).request(undo).status_code == 410


def test_an_old_address_that_has_another_account_by_now_is_not_taken_from_it(
    app: Flask, ada: Person, signed_in: Visitor
) -> None:
    undo = change(signed_in, ada.email)
    make_person(app, email=ada.email)
    page = Page(Visitor.of(app).send(undo))
    assert page.status == 409
    assert email_of(app, ada) == NEW
    assert signed_in.signed_in_as() == NEW
