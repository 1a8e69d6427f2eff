import pytest
from flask import Flask

from tests.accounts.documents import Page, assert_fault_at
from tests.accounts.stored import count_rows
from tests.accounts.visitor import Visitor
from tests.fixtures.applications import MakeApp

MEGABYTE = "x" * 1_000_000


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", ("Enter your name",)),
        ("name", "   ", ("Enter your name",)),
        ("name", "x" * 81, ("80",)),
        ("name", "Ada\0Lovelace", ("Character 4", "U+0000")),
        ("name", "Ada\u202eLovelace", ("Character 4", "U+202E")),
        ("name", "Ada\u200fLovelace", ("Character 4", "U+200F")),
        ("name", "Ada\rLovelace", ("Character 4", "U+000D")),
        ("name", "Ada\x1b[31mLovelace", ("Character 4", "U+001B")),
        ("email", "", ("Enter your email address",)),
        ("email", "ada", ("“ada” is not an email address", "@")),
        ("name", "ContextFile", ("reads like ContextFile’s own name",)),
        ("email", "ada@", ("“ada@” is not an email address",)),
        ("email", "@people.example", ("“@people.example” is not an email address",)),
        ("email", "ada@people", ("“ada@people” is not an email address",)),
        ("email", "ada lovelace@people.example", ("“ada lovelace@people.example” is not an email address",)),
        ("email", "ada@people..example", ("“ada@people..example” is not an email address",)),
        ("email", "ada@people.example, bob@people.example", ("is not an email address",)),
        ("email", "<b>@people.example", ("“<b>@people.example” is not an email address",)),
        ("email", "a@" + "a" * 64 + ".example", ("is not an email address",)),
        ("email", "ada\0@people.example", ("Character 4", "U+0000")),
        ("email", "ada\u202e@people.example", ("Character 4", "U+202E")),
        ("email", "ada@people.example" + "x" * 250, ("254",)),
        ("password", "", ("Choose a password",)),
        ("password", "1234567", ("8 characters or more",)),
        ("password", "x" * 1001, ("at most 1000 characters",)),
    ],
)
def test_a_bad_field_is_named_and_everything_else_is_kept(
    app: Flask, visitor: Visitor, field: str, value: str, words: tuple[str, ...]
) -> None:
    page = Page(visitor.sign_up(**{field: value}))
    assert_fault_at(page, field, *words)
    sent = {"name": "Ada Lovelace", "email": "ada@people.example", field: value}
    assert page.values["name"] == sent["name"].strip()
    assert page.values["email"] == sent["email"]
    assert page.values["password"] == ""
    assert count_rows(app, "users") == 0


def test_every_bad_field_is_named_at_once(visitor: Visitor) -> None:
    page = Page(visitor.sign_up(name="", email="nowhere", password="short"))
    assert list(page.errors) == ["name", "email", "password"]
    assert len(page.summary) == 3
    assert page.document.find("title")[0].text.startswith("Error: ")


@pytest.mark.parametrize(
    "again", ["ada@people.example", "ADA@People.Example", " ada@people.example ", "ada@PEOPLE.example"]
)
def test_an_address_has_one_account_however_it_is_written(app: Flask, visitor: Visitor, again: str) -> None:
    assert visitor.sign_up().status_code == 303
    page = Page(Visitor.of(app).sign_up(name="Somebody Else", email=again))
    assert_fault_at(page, "email", f"There is already an account with {again.strip()}", "Log in instead")
    assert page.values["name"] == "Somebody Else"
    assert count_rows(app, "users") == 1


@pytest.mark.parametrize("field", ["name", "email", "password", "csrf_token"])
def test_a_megabyte_in_any_field_is_refused_with_a_page(app: Flask, visitor: Visitor, field: str) -> None:
    answer = visitor.sign_up(**{field: MEGABYTE})
    assert answer.status_code in {400, 413, 422}
    assert Page(answer).title in {"Create your account", "This form has expired", "That is too large"}
    assert count_rows(app, "users") == 0


@pytest.mark.parametrize("body", [b"\xff\xfe=\xff", b"%ff%fe=%00&email=%c3%28", b"name", b"&&&=", b""])
def test_a_body_that_is_no_form_is_refused_with_a_page(visitor: Visitor, body: bytes) -> None:
    answer = visitor.request("/signup", "POST", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert Page(answer).title == "This form has expired"


def test_one_network_cannot_make_accounts_by_the_dozen(make_app: MakeApp) -> None:
    app = make_app(rate_limits=True)
    visitor = Visitor.of(app)
    for number in range(20):
        assert Visitor.of(app).sign_up(email=f"person-{number}@people.example").status_code == 303
    answer = visitor.sign_up(email="one-too-many@people.example")
    assert answer.status_code == 429
    page = Page(answer)
    assert page.summary == ["Too many new accounts from your network. Wait 60 minutes and try again."]
    assert page.values["email"] == "one-too-many@people.example"
    assert Visitor.of(app, address="192.0.2.2").sign_up(email="elsewhere@people.example").status_code == 303
    assert count_rows(app, "users") == 21


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Ångström",
        "Zoe\u0308",
        "O’Brien-Smith, Jr.",
        "山田太郎",
        "山田\u3000太郎",
        "Ada\u00a0Lovelace",
        "عمر الخيام",
        "𝒜𝒹𝒶",
        "🙂" * 80,
        "<script>alert(1)</script>",
        "{{ 7 * 7 }}",
        "Robert'); DROP TABLE users;--",
    ],
)
def test_a_name_is_shown_as_it_was_written(visitor: Visitor, name: str) -> None:
    assert visitor.sign_up(name=name).status_code == 303
    page = visitor.open("/")
    assert " ".join(name.split()) in page.text
    assert all(script["src"].startswith("/static/") for script in page.document.find("script"))


def test_signing_up_signs_in_and_goes_on_to_where_the_visitor_was_going(visitor: Visitor) -> None:
    answer = visitor.sign_up("/signup?next=/developer/oauth-apps?page=2")
    assert answer.status_code == 303
    assert answer.location == "/developer/oauth-apps?page=2"
    assert visitor.signed_in_as() == "ada@people.example"


def test_a_password_may_hold_anything_that_can_be_typed(app: Flask, visitor: Visitor) -> None:
    password = " pässwörd 密码 🙂\u202e "
    assert visitor.sign_up(password=password).status_code == 303
    other = Visitor.of(app)
    assert other.send("/login", email="ada@people.example", password=password.strip()).status_code == 422
    assert other.send("/login", email="ada@people.example", password=password).status_code == 303
