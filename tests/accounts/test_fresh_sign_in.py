"""What is dangerous needs a log-in of the last five minutes (ASVS 7.5.3); the danger zone's buttons stand for all."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from portal.accounts.fresh_sign_in import FRESH_SECONDS
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_buttons import danger, landed
from tests.developer.app_form import registered
from tests.factories import Person, make_client, make_person

ZONE = "/developer/oauth-apps/{}/danger-zone"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Time stands still."""
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        yield clock


@pytest.fixture
def client_id(app: Flask, ada: Person) -> str:
    return make_client(app, ada).client_id


@pytest.fixture
def visitor(app: Flask, ada: Person) -> Visitor:
    """Ada's browser, in which she has just signed in."""
    return visit_signed_in(app, ada)


def is_suspended(app: Flask) -> bool:
    (client,) = registered(app)
    return client.suspended_at is not None


def suspend(visitor: Visitor, client_id: str) -> TestResponse:
    return danger(visitor, client_id, "/suspend")


def test_after_five_minutes_nothing_is_done_and_the_password_asked_for(
    app: Flask, visitor: Visitor, client_id: str, clock: time_machine.Traveller
) -> None:
    clock.shift(FRESH_SECONDS + 1)
    answer = suspend(visitor, client_id)
    assert answer.status_code == 303
    assert answer.location == f"/login?next={ZONE.format(client_id)}"
    assert not is_suspended(app)


def test_until_then_it_is_done_at_once(
    app: Flask, visitor: Visitor, client_id: str, clock: time_machine.Traveller
) -> None:
    clock.shift(FRESH_SECONDS)
    assert suspend(visitor, client_id).location == ZONE.format(client_id)
    assert is_suspended(app)


def test_the_log_in_page_says_why_it_asks_and_knows_the_email(
    ada: Person, visitor: Visitor, client_id: str, clock: time_machine.Traveller
) -> None:
    clock.shift(FRESH_SECONDS + 1)
    page = landed(visitor, suspend(visitor, client_id))
    assert page.title == "Log in again"
    assert "This needs a log-in of the last 5 minutes. Nothing was changed yet." in page.text
    assert page.values["email"] == ada.email
    assert ZONE.format(client_id) in page.links, "a way back that changes nothing"
    assert not [link for link in page.links if link.startswith("/signup")]


def test_a_wrong_password_opens_nothing_and_the_page_still_says_why(
    app: Flask, ada: Person, visitor: Visitor, client_id: str, clock: time_machine.Traveller
) -> None:
    clock.shift(FRESH_SECONDS + 1)
    address = suspend(visitor, client_id).location or ""
    page = Page(visitor.log_in(ada, address, password="not the password"))
    assert page.status == 422
    assert "This needs a log-in of the last 5 minutes" in page.text
    assert suspend(visitor, client_id).location == address
    assert not is_suspended(app)


def test_after_logging_in_the_button_works(
    app: Flask, ada: Person, visitor: Visitor, client_id: str, clock: time_machine.Traveller
) -> None:
    clock.shift(FRESH_SECONDS + 1)
    address = suspend(visitor, client_id).location or ""
    back = landed(visitor, visitor.log_in(ada, address))
    assert back.title == "Danger zone"
    assert "Nothing was changed yet: do it again." in back.text
    assert not is_suspended(app)
    suspend(visitor, client_id)
    assert is_suspended(app)


def test_somebody_else_who_logs_in_there_gets_nowhere(
    app: Flask, visitor: Visitor, client_id: str, clock: time_machine.Traveller
) -> None:
    clock.shift(FRESH_SECONDS + 1)
    answer = visitor.log_in(make_person(app), suspend(visitor, client_id).location or "")
    assert visitor.request(answer.location or "").status_code == 404


def test_a_log_in_for_something_else_is_not_asked_twice_and_says_nothing_of_it(
    app: Flask, visitor: Visitor, client_id: str, clock: time_machine.Traveller
) -> None:
    clock.shift(FRESH_SECONDS + 1)
    suspend(visitor, client_id)
    assert visitor.request("/login?next=/developer/oauth-apps").location == "/developer/oauth-apps"
    assert "last 5 minutes" not in Visitor.of(app).open(f"/login?next={ZONE.format(client_id)}").text


def test_a_log_in_in_another_browser_does_not_count(
    app: Flask, ada: Person, visitor: Visitor, client_id: str, clock: time_machine.Traveller
) -> None:
    clock.shift(FRESH_SECONDS + 1)
    visit_signed_in(app, ada)
    suspend(visitor, client_id)
    assert not is_suspended(app)


def test_a_visitor_who_is_not_logged_in_is_asked_for_the_usual_reason(app: Flask, client_id: str) -> None:
    visitor = Visitor.of(app)
    token = visitor.open("/login").values["csrf_token"]
    address = ZONE.format(client_id).replace("danger-zone", "suspend")
    answer = visitor.request(address, "POST", data={"csrf_token": token})
    assert answer.status_code == 303
    assert (answer.location or "").startswith("/login?next=")
    assert landed(visitor, answer).title == "Log in to ContextFile"
    assert not is_suspended(app)
