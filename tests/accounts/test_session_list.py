from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from tests.accounts.documents import Element
from tests.accounts.stored import count_rows, dump, kinds
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person
from tests.fixtures.statements import cost

LIST = "/settings/sessions"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        yield clock


def log_in_with(app: Flask, person: Person, agent: str, address: str) -> Visitor:
    visitor = Visitor.of(app, address=address)
    form = visitor.open("/login").values | {"email": person.email, "password": person.password}
    assert visitor.request("/login", "POST", data=form, headers={"User-Agent": agent}).status_code == 303
    return visitor


def rows(visitor: Visitor) -> list[Element]:
    return [item for item in visitor.open(LIST).document.find("li") if item["class"] == "browser"]


def handle_of(visitor: Visitor) -> str:
    (handle,) = [row.find("input", name="handle")[0]["value"] for row in rows(visitor) if "This browser" in row.text]
    return handle


@pytest.mark.parametrize("handle", ["", "x", "00", "é", "\0", "ff" * 32, "f" * 9999])
def test_a_session_that_is_not_there_is_not_ended(app: Flask, ada: Person, handle: str) -> None:
    visitor = visit_signed_in(app, ada)
    assert visitor.send_to(LIST, f"{LIST}/end", handle=handle).status_code == 404
    assert visitor.signed_in_as() == ada.email
    assert kinds(app, ada.id) == []


def test_nobody_ends_somebody_elses_session(app: Flask, ada: Person) -> None:
    visitor, mallory = visit_signed_in(app, ada), visit_signed_in(app, make_person(app))
    assert mallory.send_to(LIST, f"{LIST}/end", handle=handle_of(visitor)).status_code == 404
    mallory.send_to(LIST, f"{LIST}/end-all")
    assert visitor.signed_in_as() == ada.email
    assert mallory.signed_in_as() is None


def test_each_browser_is_listed_in_words_with_its_place_and_times(
    app: Flask, ada: Person, clock: time_machine.Traveller
) -> None:
    log_in_with(app, ada, FIREFOX, "203.0.113.77")
    clock.shift(60)
    visitor = visit_signed_in(app, ada)
    this, other = rows(visitor)
    assert "This browser" in this.text
    assert "an unknown program" in this.text
    assert "Firefox on Linux" in other.text
    assert "203.0.113.0/24" in other.text
    assert "203.0.113.77" not in visitor.open(LIST).source
    assert "logged in 15 Jan 2027, 08:00 UTC" in other.text


def test_a_browsers_last_visit_is_written_once_an_hour_and_costs_nothing_in_between(
    app: Flask, ada: Person, clock: time_machine.Traveller
) -> None:
    visitor = visit_signed_in(app, ada)
    usual = cost(app, lambda: visitor.request("/settings/data"))
    assert "UPDATE" not in usual
    clock.shift(3600)
    assert sorted(cost(app, lambda: visitor.request("/settings/data"))) == sorted([*usual, "UPDATE", "COMMIT"])
    clock.shift(3599)
    assert cost(app, lambda: visitor.request("/settings/data")) == usual
    other = visit_signed_in(app, ada)
    assert "last seen around 15 Jan 2027, 09:00 UTC" in rows(other)[1].text


def test_one_browser_is_logged_out_and_the_others_stay(app: Flask, ada: Person) -> None:
    visitor, other, third = (visit_signed_in(app, ada) for _ in range(3))
    assert visitor.send_to(LIST, f"{LIST}/end", handle=handle_of(other)).location == LIST
    assert other.signed_in_as() is None
    assert visitor.signed_in_as() == third.signed_in_as() == ada.email
    assert kinds(app, ada.id) == ["session_ended"]


def test_ones_own_browser_can_be_among_them(app: Flask, ada: Person) -> None:
    visitor = visit_signed_in(app, ada)
    assert visitor.send_to(LIST, f"{LIST}/end", handle=handle_of(visitor)).location == "/login"
    assert visitor.signed_in_as() is None


def test_logging_out_everywhere_else_keeps_this_browser(app: Flask, ada: Person) -> None:
    visitor, other = visit_signed_in(app, ada), visit_signed_in(app, ada)
    stranger = visit_signed_in(app)
    visitor.send_to(LIST, f"{LIST}/end-others")
    assert (visitor.signed_in_as(), other.signed_in_as()) == (ada.email, None)
    assert stranger.signed_in_as()
    assert "Log out everywhere else" not in visitor.open(LIST).text, "there is no other"


@pytest.mark.standard("ContextFile security rule", "53", "Logging out everywhere ends every session on the server")
def test_logging_out_everywhere_ends_every_session(app: Flask, ada: Person) -> None:
    visitor, other = visit_signed_in(app, ada), visit_signed_in(app, ada)
    assert visitor.send_to(LIST, f"{LIST}/end-all").location == "/login"
    assert visitor.signed_in_as() is None
    assert other.signed_in_as() is None
    assert count_rows(app, "user_sessions") == 0
    assert kinds(app, ada.id) == ["signed_out_everywhere"]


def test_the_page_and_the_database_hold_nothing_that_opens_a_session(app: Flask, ada: Person) -> None:
    visitor, other = visit_signed_in(app, ada), visit_signed_in(app, ada)
    value = other.session()["_user_id"]
    assert value not in visitor.open(LIST).source
    assert value not in dump(app)
    thief = Visitor.of(app)
    with thief.client.session_transaction(base_url="http://127.0.0.1:5000") as session:
        session["_user_id"] = handle_of(other)
    assert thief.signed_in_as() is None
