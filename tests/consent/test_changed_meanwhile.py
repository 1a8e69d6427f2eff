"""A password that is changed ends also what an old log-in has on its way, between the look-up and the commit."""

from types import ModuleType
from typing import Any

import pytest
from flask import Flask

from portal.accounts import pages, settings_pages
from portal.accounts.password_change import change_password
from portal.accounts.sign_in import authenticate
from portal.consent import answers
from tests.accounts.letters import letters
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person
from tests.oauth.parties import Client, Owner, answer_of

NEW = "what the owner chooses now"
PROFILE = "/settings/profile"


@pytest.fixture
def ada(app: Flask) -> Person:
    return make_person(app)


def change_before(monkeypatch: pytest.MonkeyPatch, person: Person, module: ModuleType, use_case: str) -> None:
    """Have the owner change the password after a request was let in, and before its use case begins."""
    begin = getattr(module, use_case)

    def later(*arguments: Any, **named: Any) -> object:
        monkeypatch.undo()
        change_password(person.id, NEW)
        return begin(*arguments, **named)

    monkeypatch.setattr(module, use_case, later)


def test_a_log_in_with_the_old_one_opens_nothing(app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    thief = Visitor.of(app)
    change_before(monkeypatch, ada, pages, "arrive")
    assert thief.log_in(ada).status_code == 422
    assert thief.signed_in_as() is None


def test_another_browsers_change_does_not_undo_it(app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    thief = visit_signed_in(app, ada)
    change_before(monkeypatch, ada, settings_pages, "change_password")
    answer = thief.send_to(PROFILE, f"{PROFILE}/password", password="what a thief chooses")
    assert answer.headers["Location"] == "/login"
    assert "changed elsewhere" in thief.request("/login").text
    with app.app_context():
        assert authenticate(ada.email, NEW, "192.0.2.1").id == ada.id


def test_another_address_gets_no_link(app: Flask, ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    thief = visit_signed_in(app, ada)
    change_before(monkeypatch, ada, settings_pages, "request_email_change")
    assert thief.send_to(PROFILE, f"{PROFILE}/email", email="thief@people.example").status_code == 303
    assert letters(app, "thief@people.example") == []


def test_an_approval_gives_no_access(owner: Owner, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = owner.browser.get(client.request_uri())
    change_before(monkeypatch, owner.person, answers, "answer")
    code = answer_of(owner.answer(page, "allow"))["code"]
    assert client.exchange(code).status_code == 400
