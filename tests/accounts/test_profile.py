import pytest
from flask import Flask

from portal.accounts.users import get_user
from tests.accounts.documents import Page
from tests.accounts.letters import letters
from tests.accounts.stored import count_rows, kinds
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person
from tests.fixtures.applications import MakeApp

PROFILE = "/settings/profile"
NEW = "a new password of mine"


@pytest.fixture
def signed_in(app: Flask, ada: Person) -> Visitor:
    return visit_signed_in(app, ada)


@pytest.mark.parametrize("page", ["profile", "sessions", "history", "data"])
def test_a_visitor_is_asked_to_log_in_and_comes_back(visitor: Visitor, ada: Person, page: str) -> None:
    asked = visitor.request(f"/settings/{page}")
    assert asked.location == f"/login?next=/settings/{page}"


@pytest.mark.parametrize(
    "action",
    [
        "profile/name", "profile/email", "profile/password", "sessions/end", "sessions/end-others", "sessions/end-all",
        "data/export", "data/delete",
    ],
)  # fmt: skip
def test_nobody_but_the_holder_changes_anything(app: Flask, visitor: Visitor, ada: Person, action: str) -> None:
    visit_signed_in(app, ada)
    token = visitor.open("/login").values["csrf_token"]
    form = {
        "csrf_token": token,
        "name": "Mallory",
        "email": "m@evil.example",
        "password": NEW,
        "typed_email": ada.email,
    }
    answer = visitor.request(f"/settings/{action}", "POST", data=form)
    assert (answer.status_code, answer.location) == (303, "/login?next=/")
    with app.app_context():
        assert get_user(ada.id).name == ada.name
    assert count_rows(app, "user_sessions") == 1
    assert kinds(app, ada.id) == []


@pytest.mark.parametrize(("name", "words"), [("", "Enter your name"), ("Context File", "own name"), ("x" * 81, "80")])
def test_a_name_that_cannot_be_is_refused(signed_in: Visitor, ada: Person, name: str, words: str) -> None:
    page = Page(signed_in.send_to(PROFILE, f"{PROFILE}/name", name=name))
    assert page.status == 422
    assert words in page.summary[0]
    assert signed_in.open(PROFILE).document.find("input", name="name")[0]["value"] == ada.name


def test_the_name_at_the_top_leads_to_the_settings_and_can_be_changed(
    app: Flask, signed_in: Visitor, ada: Person
) -> None:
    (link,) = [link for link in signed_in.open("/").document.find("a") if link.text == ada.name]
    assert link["href"] == PROFILE
    assert signed_in.request("/settings").location == PROFILE
    assert signed_in.send_to(PROFILE, f"{PROFILE}/name", name="Augusta <b>").location == PROFILE
    assert [link for link in signed_in.open("/").document.find("a") if link.text == "Augusta <b>"]
    signed_in.send_to(PROFILE, f"{PROFILE}/name", name="Augusta <b>")
    assert kinds(app, ada.id) == ["name_changed"], "the same name is no change"


@pytest.mark.parametrize(("password", "words"), [("", "Choose a password"), ("password1", "most common passwords")])
def test_a_password_that_others_try_first_is_refused(
    app: Flask, signed_in: Visitor, ada: Person, password: str, words: str
) -> None:
    page = Page(signed_in.send_to(PROFILE, f"{PROFILE}/password", password=password))
    assert page.status == 422
    assert words in page.summary[0]
    assert signed_in.signed_in_as() == ada.email
    assert kinds(app, ada.id) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_password_that_changes_again_and_again_has_to_wait(make_app: MakeApp) -> None:
    app = make_app(rate_limits=True)
    ada = make_person(app)
    visitor = visit_signed_in(app, ada)
    answers = [visitor.send_to(PROFILE, f"{PROFILE}/password", password=f"{NEW} {n}").status_code for n in range(6)]
    assert answers == [303] * 5 + [429]
    assert len(letters(app)) == 5
    assert visit_signed_in(app, make_person(app)).send_to(PROFILE, f"{PROFILE}/password", password=NEW).location


@pytest.mark.standard("ContextFile security rule", "53", "The session changes with the password")
def test_a_new_password_logs_out_every_other_browser_and_renews_this_one(
    app: Flask, signed_in: Visitor, ada: Person
) -> None:
    other = visit_signed_in(app, ada)
    before = signed_in.session()["_user_id"]
    assert signed_in.send_to(PROFILE, f"{PROFILE}/password", password=NEW).location == PROFILE
    assert "Your password is changed." in signed_in.open(PROFILE).text
    assert signed_in.signed_in_as() == ada.email
    assert signed_in.session()["_user_id"] != before
    assert other.signed_in_as() is None
    assert count_rows(app, "user_sessions") == 1
    assert [letter["Subject"] for letter in letters(app)] == ["Your password was changed"]
    assert Visitor.of(app).log_in(ada, password=NEW).status_code == 303
