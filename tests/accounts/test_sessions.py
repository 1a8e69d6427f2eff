import json

import pytest
import time_machine
from flask import Flask

from tests.accounts.stored import count_rows, dump
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person
from tests.fixtures.applications import MakeApp
from tests.fixtures.purging import purge_all

PRIVATE = ("/developer/oauth-apps", "/developer/oauth-apps/new", "/settings/connected-apps", "/settings/profile")


def in_another_browser(visitor: Visitor, cookie: str) -> Visitor:
    other = Visitor.of(visitor.app)
    other.put_cookie(cookie)
    return other


@pytest.mark.standard("ContextFile security rule", "53", "The session changes with logging in")
def test_a_cookie_that_was_planted_before_logging_in_opens_nothing_afterwards(app: Flask, ada: Person) -> None:
    attacker = Visitor.of(app)
    attacker.open("/login")
    victim = in_another_browser(attacker, attacker.cookie())
    assert victim.log_in(ada).status_code == 303
    assert victim.cookie() != attacker.cookie()
    assert attacker.signed_in_as() is None


def test_logging_in_keeps_nothing_of_the_session_before(app: Flask, ada: Person) -> None:
    visitor = Visitor.of(app)
    with visitor.client.session_transaction(base_url="http://127.0.0.1:5000") as session:
        session["planted"] = "by somebody else"
    before = visitor.open("/login").values["csrf_token"]
    assert visitor.log_in(ada).status_code == 303
    assert "planted" not in visitor.session()
    assert visitor.request("/logout", "POST", data={"csrf_token": before}).status_code == 400


def test_each_log_in_has_a_session_of_its_own(app: Flask, ada: Person) -> None:
    visitors = [Visitor.of(app) for _ in range(2)]
    for visitor in visitors:
        assert visitor.log_in(ada).status_code == 303
    assert len({visitor.session()["_user_id"] for visitor in visitors}) == 2


def test_logging_in_anew_ends_the_session_before(app: Flask, ada: Person) -> None:
    visitor = visit_signed_in(app, make_person(app))
    copy = in_another_browser(visitor, visitor.cookie())
    token = visitor.open("/developer/oauth-apps/new").values["csrf_token"]
    credentials = {"csrf_token": token, "email": ada.email, "password": ada.password}
    assert visitor.request("/login", "POST", data=credentials).status_code == 303
    assert visitor.signed_in_as() == ada.email
    assert copy.signed_in_as() is None
    assert count_rows(app, "user_sessions") == 1


@pytest.mark.standard("ContextFile security rule", "53", "Logging out ends the session on the server")
def test_logging_out_kills_every_copy_of_the_cookie(app: Flask, ada: Person) -> None:
    visitor = visit_signed_in(app, ada)
    copy = in_another_browser(visitor, visitor.cookie())
    assert copy.signed_in_as() == ada.email
    assert visitor.log_out().location == "/"
    for browser in (visitor, copy):
        assert browser.signed_in_as() is None
        for path in PRIVATE:
            assert browser.request(path).status_code == 303
    assert count_rows(app, "user_sessions") == 0


def test_logging_out_leaves_the_other_browsers_of_the_same_person_alone(app: Flask, ada: Person) -> None:
    visitor, other = visit_signed_in(app, ada), visit_signed_in(app, ada)
    visitor.log_out()
    assert other.signed_in_as() == ada.email


def test_logging_out_twice_is_no_fault(visitor: Visitor) -> None:
    token = visitor.open("/login").values["csrf_token"]
    assert visitor.request("/logout", "POST", data={"csrf_token": token}).status_code == 303


def test_a_session_ends_by_itself_and_its_row_is_purged(app: Flask, ada: Person) -> None:
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        visitor = visit_signed_in(app, ada)
        cookie = visitor.cookie()
        clock.shift(14 * 86400 - 1)
        assert in_another_browser(visitor, cookie).signed_in_as() == ada.email
        clock.shift(1)
        assert in_another_browser(visitor, cookie).signed_in_as() is None
        purge_all(app)
    assert count_rows(app, "user_sessions") == 0


@pytest.mark.parametrize("cookie", ["", "x", "e30.x.y", ".eJw.x.y", "%00", "a" * 4000])
def test_a_cookie_that_we_did_not_sign_is_nobodys(app: Flask, cookie: str) -> None:
    visitor = Visitor.of(app)
    visitor.put_cookie(cookie)
    assert visitor.signed_in_as() is None
    assert visitor.request("/developer/oauth-apps").status_code == 303


def test_a_cookie_signed_with_another_key_is_nobodys(make_app: MakeApp) -> None:
    app, other = make_app(), make_app(secret_key="o" * 32)
    ada = make_person(app)
    stranger = in_another_browser(visit_signed_in(app, ada), visit_signed_in(other, ada).cookie())
    assert stranger.signed_in_as() is None


@pytest.mark.parametrize("value", ["", "\0", "é", "x" * 1000, None])
def test_a_signed_cookie_that_names_no_session_is_nobodys(app: Flask, ada: Person, value: object) -> None:
    visitor = Visitor.of(app)
    with visitor.client.session_transaction(base_url="http://127.0.0.1:5000") as session:
        session["_user_id"] = value
    assert visitor.signed_in_as() is None


@pytest.mark.standard("ContextFile security rule", "62", "A dump of the database holds no usable password or session")
def test_a_stolen_database_holds_no_password_and_no_session(app: Flask) -> None:
    visitor = Visitor.of(app)
    assert visitor.sign_up(password="a password of Ada's").status_code == 303
    stolen = dump(app)
    assert "ada@people.example" in stolen
    assert "a password of Ada's" not in stolen
    for value in (visitor.session()["_user_id"], visitor.cookie()):
        assert value
        assert value not in stolen
    assert stolen.count("$argon2id$") == 1


def test_two_people_with_one_password_have_different_hashes(app: Flask) -> None:
    for number in range(2):
        assert Visitor.of(app).sign_up(email=f"person-{number}@people.example").status_code == 303
    assert len({line for line in dump(app).splitlines() if line.startswith("$argon2id$")}) == 2


def test_the_cookie_holds_nothing_about_the_person(app: Flask, ada: Person) -> None:
    visitor = Visitor.of(app)
    assert visitor.log_in(ada).status_code == 303
    carried = json.dumps(visitor.session())
    for private in (ada.email, ada.name, str(ada.id), ada.password):
        assert private not in carried
