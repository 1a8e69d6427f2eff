import pytest
from flask import Flask

from portal.accounts.registration import suggest_name
from tests.accounts.documents import Page, assert_fault_at
from tests.accounts.letters import letters, link_in
from tests.accounts.stored import count_rows, link_count
from tests.accounts.visitor import Visitor
from tests.factories import PASSWORD, Person, make_person
from tests.fixtures.applications import MakeApp

MEGABYTE = "x" * 1_000_000


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", ("Enter your email address",)),
        ("ada", ("“ada” is not an email address", "@")),
        ("ada@", ("“ada@” is not an email address",)),
        ("@people.example", ("“@people.example” is not an email address",)),
        ("ada@people", ("“ada@people” is not an email address",)),
        ("ada lovelace@people.example", ("“ada lovelace@people.example” is not an email address",)),
        ("ada@people..example", ("“ada@people..example” is not an email address",)),
        ("ada@people.example, bob@people.example", ("is not an email address",)),
        ("<b>@people.example", ("“<b>@people.example” is not an email address",)),
        ("a@" + "a" * 64 + ".example", ("is not an email address",)),
        ("ada\0@people.example", ("Character 4", "U+0000")),
        ("ada\u202e@people.example", ("Character 4", "U+202E")),
        ("ada@people.example" + "x" * 250, ("254",)),
    ],
)
def test_what_is_no_address_gets_no_letter(app: Flask, visitor: Visitor, email: str, words: tuple[str, ...]) -> None:
    page = Page(visitor.send("/signup", email=email))
    assert_fault_at(page, "email", *words)
    assert page.values["email"] == email
    assert count_rows(app, "outgoing_mails") == 0


@pytest.fixture
def link(visitor: Visitor) -> str:
    """What was sent to Ada's address."""
    assert visitor.send("/signup", email="ada@people.example").status_code == 303
    return visitor.sign_up_link("ada@people.example")


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
        ("name", "ContextFile", ("reads like ContextFile’s own name",)),
        ("password", "", ("Choose a password",)),
        ("password", "1234567", ("8 characters or more",)),
        ("password", "x" * 1001, ("at most 1000 characters",)),
        ("password", "Ada Lovelace", ("a name, which others try first",)),
        ("password", "ada@people.example", ("your email address",)),
        ("password", "Trustno1", ("most common passwords",)),
    ],
)
def test_a_bad_field_is_named_and_spends_no_link(
    app: Flask, visitor: Visitor, link: str, field: str, value: str, words: tuple[str, ...]
) -> None:
    sent = {"name": "Ada Lovelace", "password": PASSWORD, field: value}
    page = Page(visitor.send(link, **sent))
    assert_fault_at(page, field, *words)
    assert page.values["name"] == sent["name"].strip()
    assert page.values["password"] == ""
    assert count_rows(app, "users") == 0
    assert link_count(app) == 1


def test_every_bad_field_is_named_at_once(visitor: Visitor, link: str) -> None:
    page = Page(visitor.send(link, name="", password="short"))
    assert list(page.errors) == ["name", "password"]
    assert len(page.summary) == 2
    assert page.document.find("title")[0].text.startswith("Error: ")


def test_nobody_has_an_account_before_the_link_is_opened_and_the_form_is_sent(
    app: Flask, visitor: Visitor, link: str
) -> None:
    page = visitor.open(link)
    assert "ada@people.example" in page.text
    assert visitor.request(link, "HEAD").status_code == 200
    assert count_rows(app, "users") == 0
    assert visitor.send(link, name="Ada", password=PASSWORD).status_code == 303
    assert visitor.signed_in_as() == "ada@people.example"


def test_the_address_is_the_one_of_the_letter_whatever_the_form_says(visitor: Visitor, link: str) -> None:
    fields = {"email": "bob@people.example", "username": "bob@people.example"}
    assert visitor.send(link, name="Ada", password=PASSWORD, **fields).status_code == 303
    assert visitor.signed_in_as() == "ada@people.example"


@pytest.mark.parametrize(
    "again", ["ada@people.example", "ADA@People.Example", " ada@people.example ", "ada@PEOPLE.example"]
)
def test_an_address_has_one_account_and_only_its_mail_says_so(app: Flask, ada: Person, again: str) -> None:
    visitor = Visitor.of(app)
    answer = visitor.send("/signup", email=again)
    assert answer.status_code == 303
    assert "We sent a link to ada@people.example" in visitor.open(answer.location or "").text
    (letter,) = letters(app, ada.email)
    assert letter["Subject"] == "You already have an account"
    assert link_in(letter, "/login") == "/login"
    assert link_count(app) == 0


def test_two_links_to_one_address_make_one_account(app: Flask, visitor: Visitor, link: str) -> None:
    visitor.send("/signup", email="ada@people.example")
    other = Visitor.of(app)
    form = other.open(link).values | {"name": "Ada", "password": PASSWORD}
    assert visitor.send(visitor.sign_up_link("ada@people.example"), name="Ada", password=PASSWORD).status_code == 303
    assert other.request(link, "POST", data=form).status_code == 410
    assert count_rows(app, "users") == 1


def test_an_address_that_got_its_account_meanwhile_is_told_so(app: Flask, visitor: Visitor, link: str) -> None:
    make_person(app, email="ada@people.example")
    page = Page(visitor.send(link, name="Ada", password=PASSWORD))
    assert page.status == 409
    assert page.title == "This address has an account"
    assert "/login" in page.links
    assert count_rows(app, "users") == 1


@pytest.mark.parametrize("field", ["name", "password", "csrf_token"])
def test_a_megabyte_in_any_field_is_refused_with_a_page(app: Flask, visitor: Visitor, link: str, field: str) -> None:
    answer = visitor.send(link, **{"name": "Ada", "password": PASSWORD, field: MEGABYTE})
    assert answer.status_code in {400, 413, 422}
    assert Page(answer).title in {"Create your account", "This form has expired", "That is too large"}
    assert count_rows(app, "users") == 0


@pytest.mark.parametrize("body", [b"\xff\xfe=\xff", b"%ff%fe=%00&email=%c3%28", b"name", b"&&&=", b""])
def test_a_body_that_is_no_form_is_refused_with_a_page(visitor: Visitor, body: bytes) -> None:
    answer = visitor.request("/signup", "POST", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert Page(answer).title == "This form has expired"


def test_one_network_cannot_ask_for_links_by_the_dozen(make_app: MakeApp) -> None:
    app = make_app(rate_limits=True)
    visitor = Visitor.of(app)
    for number in range(20):
        assert visitor.send("/signup", email=f"person-{number}@people.example").status_code == 303
    answer = visitor.send("/signup", email="one-too-many@people.example")
    assert answer.status_code == 429
    page = Page(answer)
    assert page.summary == ["Too many new accounts from your network. Wait 60 minutes and try again."]
    assert page.values["email"] == "one-too-many@people.example"
    elsewhere = Visitor.of(app, address="192.0.2.2")
    assert elsewhere.send("/signup", email="elsewhere@people.example").status_code == 303
    assert count_rows(app, "outgoing_mails") == 21


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


def test_signing_up_signs_in_and_goes_on_to_where_the_visitor_was_going_in_any_browser(
    app: Flask, visitor: Visitor
) -> None:
    visitor.send("/signup?next=/developer/oauth-apps?page=2", email="ada@people.example")
    other = Visitor.of(app)
    answer = other.send(visitor.sign_up_link("ada@people.example"), name="Ada", password=PASSWORD)
    assert answer.status_code == 303
    assert answer.location == "/developer/oauth-apps?page=2"
    assert other.signed_in_as() == "ada@people.example"
    assert visitor.signed_in_as() is None


def test_a_password_may_hold_anything_that_can_be_typed(app: Flask, visitor: Visitor) -> None:
    password = " pässwörd 密码 🙂\u202e "
    assert visitor.sign_up(password=password).status_code == 303
    other = Visitor.of(app)
    assert other.send("/login", email="ada@people.example", password=password.strip()).status_code == 422
    assert other.send("/login", email="ada@people.example", password=password).status_code == 303


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("grace.hopper@people.example", "Grace Hopper"),
        ("ada+notes@people.example", "Ada"),
        ("émile_zola1840@people.example", "Émile Zola"),
        ("1840@people.example", ""),
        ("contextfile@people.example", ""),
    ],
)
def test_a_name_is_suggested_from_the_address(email: str, name: str) -> None:
    assert suggest_name(email) == name
