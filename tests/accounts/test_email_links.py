"""Links that were mailed: what opens nothing, and that each works once."""

from collections.abc import Iterator
from threading import Thread

import pytest
import time_machine
from flask import Flask

from portal.accounts.email_links import LinkGone, spend
from portal.foundation.database import transaction
from tests.accounts.documents import Page
from tests.accounts.letters import letters, link_in
from tests.accounts.stored import dump, link_count
from tests.accounts.visitor import Visitor
from tests.factories import PASSWORD, Person
from tests.fixtures.applications import MakeApp
from tests.fixtures.purging import purge_all

PAGES = ("/signup/finish", "/reset-password/new", "/settings/email/confirm", "/settings/email/undo")
HOUR = 3600


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        yield clock


def ask_for_reset(visitor: Visitor, person: Person) -> str:
    assert visitor.send("/reset-password", email=person.email).status_code == 303
    return link_in(letters(visitor.app, person.email)[-1], "/reset-password/new")


def refused(visitor: Visitor, path: str) -> Page:
    """Open it and send its form."""
    answers = [visitor.request(path)]
    token = visitor.open("/login").values["csrf_token"]
    answers.append(visitor.request(path, "POST", data={"csrf_token": token, "name": "Ada", "password": PASSWORD}))
    for answer in answers:
        assert answer.status_code == 410, path
        assert answer.headers["Referrer-Policy"] == "strict-origin"
    page = Page(answers[-1])
    assert page.title == "This link does not work any more"
    return page


@pytest.mark.parametrize(
    "token", ["", "?token=", "?token=x", "?token=%00", "?token=%ff%fe", "?token=é", "?token=" + "x" * 9000]
)
@pytest.mark.parametrize("path", PAGES)
def test_what_is_no_link_of_ours_leads_to_where_one_begins_anew(visitor: Visitor, path: str, token: str) -> None:
    page = refused(visitor, path + token)
    assert {"/signup", "/reset-password", "/settings/profile"} & set(page.links)


def test_a_link_works_for_an_hour(app: Flask, visitor: Visitor, ada: Person, clock: time_machine.Traveller) -> None:
    link = ask_for_reset(visitor, ada)
    clock.shift(HOUR - 1)
    assert visitor.open(link).title == "Choose a new password"
    clock.shift(1)
    refused(visitor, link)
    purge_all(app)
    assert link_count(app) == 0, "the row of the one that has expired is gone"


def test_a_link_for_one_thing_opens_nothing_else(app: Flask, visitor: Visitor, ada: Person) -> None:
    token = ask_for_reset(visitor, ada).partition("?")[2]
    for path in PAGES:
        if path != "/reset-password/new":
            refused(visitor, f"{path}?{token}")
    assert link_count(app) == 1


def test_a_link_is_spent_by_its_form_alone_and_then_works_no_more(visitor: Visitor, ada: Person) -> None:
    link = ask_for_reset(visitor, ada)
    for method in ("GET", "HEAD"):
        assert visitor.request(link, method).status_code == 200
    assert visitor.send(link, password="a new password of mine").status_code == 303
    refused(visitor, link)


def test_of_two_who_spend_a_link_at_once_one_can(app: Flask, visitor: Visitor, ada: Person) -> None:
    token = ask_for_reset(visitor, ada).partition("token=")[2]
    gone: list[bool] = []

    def come_second() -> None:
        with app.app_context(), transaction() as session:
            try:
                spend(session, "reset", token)
            except LinkGone:
                gone.append(True)

    second = Thread(target=come_second)
    with app.app_context(), transaction() as session:
        assert spend(session, "reset", token).user_id == ada.id
        second.start()  # sees the link until this transaction is committed, and waits for that
        second.join(0.3)
        assert second.is_alive()
    second.join()
    assert gone == [True]
    assert link_count(app) == 0


@pytest.mark.standard("ContextFile security rule", "62", "A dump of the database holds no usable mailed link")
def test_a_stolen_database_holds_no_link_before_or_after_its_letter_is_sent(
    app: Flask, visitor: Visitor, ada: Person
) -> None:
    visitor.send("/reset-password", email=ada.email)
    assert link_count(app) == 0, "while the letter waits, there is no link at all"
    token = link_in(letters(app, ada.email)[-1], "/reset-password/new").partition("token=")[2]
    assert token not in dump(app)
    assert link_count(app) == 1


def test_no_referer_carries_a_link_and_over_tls_its_form_still_works(make_app: MakeApp) -> None:
    app = make_app(public_url="https://id.example")
    visitor = Visitor.of(app)
    visitor.send("/signup", email="ada@people.example")
    link = visitor.sign_up_link("ada@people.example")
    page = visitor.request(link)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    form = Page(page).values | {"name": "Ada", "password": PASSWORD}
    # What a browser sends under that policy: the origin without the path.
    answer = visitor.request(link, "POST", data=form, headers={"Referer": "https://id.example/"})
    assert answer.status_code == 303
    assert answer.headers["Referrer-Policy"] == "strict-origin"
