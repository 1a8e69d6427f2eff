import statistics
import time

import pytest
from argon2 import PasswordHasher
from flask import Flask

from portal.accounts.models import User
from portal.accounts.registration import sign_up
from portal.accounts.sign_in import WrongCredentials, authenticate
from portal.accounts.users import get_user
from portal.foundation import clock
from portal.foundation.database import transaction
from tests.accounts.documents import Page, assert_fault_at
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import PASSWORD, Person
from tests.fixtures.applications import MakeApp


def refuse(app: Flask, email: str, password: str) -> str:
    """Log in without success; gives the answer without what differs from one visit to the next."""
    page = Page(Visitor.of(app).send("/login", email=email, password=password))
    assert page.status == 422
    assert page.values["email"] == email
    return page.source.replace(email, "EMAIL").replace(page.values["csrf_token"], "TOKEN")


def disable(app: Flask, person: Person) -> None:
    with app.app_context(), transaction() as session:
        session.get_one(User, person.id).disabled_at = clock.now()


@pytest.mark.standard("ContextFile security rule", "55", "An unknown and a known email get the same answer")
def test_a_wrong_email_and_a_wrong_password_get_the_same_answer(app: Flask, ada: Person) -> None:
    wrong_password = refuse(app, ada.email, "wrong password")
    wrong_email = refuse(app, "nobody@people.example", ada.password)
    assert wrong_password == wrong_email
    assert "The email or the password is wrong." in wrong_email


@pytest.mark.standard("ContextFile security rule", "55", "An unknown and a known email take as long")
def test_a_wrong_email_takes_as_long_as_a_wrong_password(app: Flask, ada: Person) -> None:
    def seconds(email: str) -> float:
        """Of this process alone: what else the machine does is not counted."""
        began = time.process_time()
        with app.app_context(), pytest.raises(WrongCredentials):
            authenticate(email, "wrong password", "192.0.2.1")
        return time.process_time() - began

    seconds("nobody@people.example")  # the first makes the hash that nobody's password is compared with
    known = statistics.median(seconds(ada.email) for _ in range(5))
    for email in ("nobody@people.example", "no address at all"):
        unknown = statistics.median(seconds(email) for _ in range(5))
        assert 0.5 < unknown / known < 2


def test_a_disabled_account_gets_the_same_answer_as_one_that_is_not_there(app: Flask, ada: Person) -> None:
    disable(app, ada)
    assert refuse(app, ada.email, ada.password) == refuse(app, "nobody@people.example", ada.password)


def test_disabling_an_account_ends_its_sessions_at_once(app: Flask, ada: Person) -> None:
    visitor = visit_signed_in(app, ada)
    disable(app, ada)
    assert visitor.signed_in_as() is None
    assert visitor.request("/developer/oauth-apps").status_code == 303


def test_a_demo_account_cannot_log_in_where_anybody_can_reach_the_portal(make_app: MakeApp) -> None:
    app = make_app(public_url="https://id.example")
    with app.app_context():
        sign_up("Uma User", "uma@people.example", PASSWORD, demo_role="user")
    assert refuse(app, "uma@people.example", PASSWORD) == refuse(app, "nobody@people.example", PASSWORD)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "", ("Enter your email address",)),
        ("email", "ada\0@people.example", ("Character 4", "U+0000")),
        ("email", "\u202eada@people.example", ("Character 1", "U+202E")),
        ("email", "x" * 255, ("254",)),
        ("password", "", ("Enter your password",)),
        ("password", "x" * 1001, ("1000",)),
    ],
)
def test_a_bad_field_is_named_and_the_email_is_kept(
    visitor: Visitor, field: str, value: str, words: tuple[str, ...]
) -> None:
    sent = {"email": "ada@people.example", "password": "correct horse", field: value}
    page = Page(visitor.send("/login", **sent))
    assert_fault_at(page, field, *words)
    assert page.values["email"] == sent["email"]
    assert page.values["password"] == ""


@pytest.mark.parametrize(
    "email", ["ada", "ada@", "ada@@people.example", "' OR 1=1 --", "%", "ada@people.example\u00a0x"]
)
def test_an_email_that_is_none_is_only_ever_wrong(app: Flask, ada: Person, email: str) -> None:
    assert Visitor.of(app).send("/login", email=email, password=ada.password).status_code == 422


@pytest.mark.parametrize("password", ["", "correct horse", "CORRECT HORSE BATTERY STAPLE", "\0", "é" * 900])
def test_nothing_but_the_password_is_right(app: Flask, ada: Person, password: str) -> None:
    visitor = Visitor.of(app)
    assert visitor.log_in(ada, password=password).status_code == 422
    assert visitor.signed_in_as() is None


@pytest.mark.parametrize(
    ("signed_up", "typed"),
    [
        ("ada@people.example", "ADA@People.Example"),
        ("ADA@People.Example", "ada@people.example"),
        ("ada@people.example", "  ada@people.example "),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@xn--bcher-kva.example", "ada@bücher.example"),
        ("zoe\u0308@people.example", "zoe\u0308@people.example"),
        ("zoe\u0308@people.example", "zoë@people.example"),
    ],
)
def test_an_address_may_be_written_in_every_way_that_it_can_be_signed_up_with(
    app: Flask, signed_up: str, typed: str
) -> None:
    assert Visitor.of(app).sign_up(email=signed_up).status_code == 303
    visitor = Visitor.of(app)
    assert visitor.send("/login", email=typed, password=PASSWORD).status_code == 303
    assert visitor.signed_in_as() is not None


def test_whoever_is_logged_in_is_not_asked_again(app: Flask, ada: Person) -> None:
    visitor = visit_signed_in(app, ada)
    answer = visitor.request("/login?next=/developer/oauth-apps")
    assert answer.status_code == 303
    assert answer.location == "/developer/oauth-apps"


def test_demo_accounts_are_offered_on_the_demonstration_run_only(make_app: MakeApp) -> None:
    app = make_app()
    with app.app_context():
        sign_up("Uma User", "uma@people.example", PASSWORD, demo_role="user")
    assert "uma@people.example" not in Visitor.of(app).open("/login").text
    assert "uma@people.example" in Visitor.of(make_app(demo_data=True)).open("/login").text


def test_a_hash_of_weaker_parameters_is_made_anew_with_the_right_password_alone(app: Flask, ada: Person) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(ada.password)

    def stored() -> str:
        with app.app_context():
            return get_user(ada.id).password_hash

    with app.app_context(), transaction() as session:
        session.get_one(User, ada.id).password_hash = weak
    assert Visitor.of(app).log_in(ada, password="wrong password").status_code == 422
    assert stored() == weak
    assert Visitor.of(app).log_in(ada).status_code == 303
    assert stored().startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    kept = stored()
    assert Visitor.of(app).log_in(ada).status_code == 303
    assert stored() == kept


def test_who_came_for_no_page_is_led_to_their_own_things_first(app: Flask, ada: Person) -> None:
    visitor = Visitor.of(app)
    assert visitor.open("/").title == "Bring people’s context into your app"
    home = visitor.open(visitor.log_in(ada).location or "")
    assert home.title == "Your contexts, skills and tasks"
    (main,) = home.document.find("main")
    assert [link["href"] for link in main.find("a")][:3] == ["/contexts", "/skills", "/tasks"]
