import pytest
from flask import Flask
from sqlalchemy import delete

from portal.accounts.sessions import open_session
from portal.foundation.database import transaction
from portal.oauth.models import Client
from portal.oauth.scopes import SCOPES
from tests.accounts.documents import Page, assert_fault_at
from tests.accounts.stored import count_rows
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_form import (
    APPS,
    NEW_APP,
    assert_works,
    credentials,
    edits,
    fill_in,
    register,
    registered,
    send_form,
)
from tests.factories import Person, make_client
from tests.fixtures.applications import MakeApp


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", ("Give the app a name",)),
        ("name", " \t ", ("Give the app a name",)),
        ("name", "x" * 81, ("80",)),
        ("name", "Acme\0Notes", ("Character 5", "U+0000")),
        ("name", "Acme \u202eseton", ("Character 6", "U+202E")),
        ("name", "\u2066Acme\u2069", ("Character 1", "U+2066")),
        ("description", "x" * 501, ("500",)),
        ("description", "Notes\0", ("Character 6", "U+0000")),
        ("description", "Notes\u202e", ("Character 6", "U+202E")),
        ("homepage_url", "javascript:alert(1)", ("“javascript:alert(1)”", "https://")),
        ("homepage_url", "JavaScript://acme.example/%0aalert(1)", ("“JavaScript://acme.example/%0aalert(1)”",)),
        ("homepage_url", "data:text/html,<script>alert(1)</script>", ("“data:text/html,", "https://")),
        ("homepage_url", "http://acme.example", ("“http://acme.example”", "https://")),
        ("homepage_url", "ftp://acme.example", ("“ftp://acme.example”", "https://")),
        ("homepage_url", "//acme.example", ("“//acme.example”", "https://")),
        ("homepage_url", "acme.example", ("“acme.example”", "https://")),
        ("homepage_url", "https://", ("“https://”", "https://")),
        ("homepage_url", "https:acme.example", ("“https:acme.example”", "https://")),
        ("homepage_url", "https://acme.example@evil.example", ("“https://acme.example@evil.example”",)),
        ("homepage_url", "https://[::1", ("“https://[::1”",)),
        ("homepage_url", "https://acme.example/\u202egnp", ("U+202E",)),
        ("homepage_url", "https://acme.example/" + "x" * 2000, ("2000",)),
        ("policy_url", "javascript:alert(1)", ("“javascript:alert(1)”", "https://")),
        ("policy_url", "http://acme.example/privacy", ("“http://acme.example/privacy”", "https://")),
        ("tos_url", "acme.example/terms", ("“acme.example/terms”", "https://")),
        ("tos_url", "https://acme.example:99999", ("“https://acme.example:99999”", "https://")),
        ("name", "C0ntextFile Support", ("“C0ntextFile Support”", "ContextFile’s own name")),
        ("name", "Соntеxt File", ("“Соntеxt File”", "ContextFile’s own name")),
        ("kind", "root", ("Choose one of the kinds",)),
        ("kind", None, ("Say what kind of app it is",)),
        ("scopes", None, ("Choose at least one scope",)),
        ("scopes", [], ("Choose at least one scope",)),
        ("scopes", ["profile:read", "admin"], ("“admin” is not a scope",)),
        ("scopes", ["x" * 3000], ("“" + "x" * 80 + "” is not a scope",)),
    ],
)
def test_a_bad_field_is_named_and_everything_else_is_kept(
    app: Flask, developer: Visitor, field: str, value: str | list[str] | None, words: tuple[str, ...]
) -> None:
    form = fill_in(developer.open(NEW_APP), **{field: value})
    page = Page(send_form(developer, form))
    assert registered(app) == []
    if field in {"kind", "scopes"}:  # each of its buttons carries the name, and none is what was sent
        assert page.status == 422
        assert len(page.summary) == 1
        assert all(word in page.summary[0] for word in words)
    else:
        assert_fault_at(page, field, *words)
    for name in {"name", "description", "homepage_url", "kind", "scopes", "redirect_uris-0"} - {field}:
        assert page.values[name] == form[name]
    if isinstance(value, str) and field != "kind":
        assert page.values[field] == value.strip()


def test_every_bad_field_is_named_at_once(developer: Visitor) -> None:
    page = Page(register(developer, name="", homepage_url="acme", redirect_uris__0="acme"))
    assert list(page.errors) == ["name", "homepage_url", "redirect_uris-0"]
    assert page.document.find("title")[0].text.startswith("Error: ")


def test_a_fifty_first_app_is_refused_with_what_to_do_about_it(app: Flask, ada: Person, developer: Visitor) -> None:
    for number in range(50):
        make_client(app, ada, name=f"App {number}")
    answer = register(developer, name="One too many")
    page = Page(answer)
    assert answer.status_code == 422
    assert page.summary == ["You have 50 apps, which is the most. Delete one first."]
    assert page.values["name"] == "One too many"
    assert count_rows(app, "clients") == 50


def test_how_many_apps_are_the_most_is_a_setting(make_app: MakeApp) -> None:
    app = make_app(most_apps=1)
    developer = visit_signed_in(app)
    assert register(developer).status_code == 200
    assert Page(register(developer)).summary == ["You have 1 app, which is the most. Delete one first."]
    assert count_rows(app, "clients") == 1


def test_the_form_is_for_people_who_are_signed_in(app: Flask) -> None:
    visitor = Visitor.of(app)
    assert visitor.request(NEW_APP).location == f"/login?next={NEW_APP}"
    token = visitor.open("/login").values["csrf_token"]
    answer = visitor.request(NEW_APP, "POST", data={"csrf_token": token, "name": "Acme Notes"})
    assert answer.status_code == 303
    assert answer.location == "/login?next=/"
    assert registered(app) == []


@pytest.mark.standard("ContextFile security rule", "70", "A megabyte in any field is a page and no failure")
@pytest.mark.parametrize("field", ["name", "description", "homepage_url", "redirect_uris__0", "once", "kept_logo"])
def test_a_megabyte_in_any_field_is_refused_with_a_page(app: Flask, developer: Visitor, field: str) -> None:
    answer = register(developer, **{field: "x" * 1_000_000})
    assert answer.status_code in {413, 422}
    assert Page(answer).title in {"Register an OAuth app", "That is too large"}
    assert registered(app) == []


def test_a_confidential_app_gets_a_client_id_and_a_secret_that_work(app: Flask, developer: Visitor) -> None:
    answer = register(developer)
    assert answer.status_code == 200
    client_id, secret = credentials(Page(answer))
    assert secret is not None
    assert_works(app, client_id, secret)
    assert_works(app, client_id, secret[:-1] + ("0" if secret[-1] != "0" else "1"), status=401)
    (client,) = registered(app)
    assert (client.client_id, client.name, client.type, client.kind) == (client_id, "Acme Notes", "confidential", "web")
    assert client.description == "Keeps your notes\r\nnext to your context."
    assert client.homepage_uri == "https://acme.example/notes?lang=en"
    assert [row.uri for row in client.redirect_uris] == ["https://acme.example/callback"]


@pytest.mark.parametrize("kind", ["native", "device"])
def test_a_public_app_gets_a_client_id_and_no_secret(app: Flask, developer: Visitor, kind: str) -> None:
    page = Page(register(developer, kind=kind))
    client_id, secret = credentials(page)
    assert secret is None
    assert "cf_cs_" not in page.source
    assert "A public app has no client secret" in page.text
    (client,) = registered(app)
    assert (client.client_id, client.type, client.kind, client.secrets) == (client_id, "public", kind, [])


def test_only_a_name_a_kind_and_one_redirect_uri_are_needed(app: Flask, developer: Visitor) -> None:
    register(developer, description="", homepage_url="")
    (client,) = registered(app)
    assert "Acme Notes" in developer.open(f"{APPS}/{client.client_id}").text


@pytest.mark.parametrize("homepage", ["http://localhost:3000", "http://127.0.0.1:8000/", "https://bücher.example/ä"])
def test_a_homepage_may_be_on_this_machine_or_have_an_international_name(
    app: Flask, developer: Visitor, homepage: str
) -> None:
    assert register(developer, homepage_url=homepage).status_code == 200
    (client,) = registered(app)
    assert homepage in developer.open(f"{APPS}/{client.client_id}").links


def test_an_app_may_ask_for_the_scopes_that_were_checked(app: Flask, developer: Visitor) -> None:
    assert sorted(developer.open(NEW_APP).values["scopes"]) == sorted(SCOPES)
    register(developer, scopes=["tasks:read", "contexts:read"], policy_url="https://acme.example/privacy", tos_url="")
    (client,) = registered(app)
    assert (client.scope, client.optional_scope) == ("contexts:read tasks:read", "")
    assert (client.policy_uri, client.tos_uri) == ("https://acme.example/privacy", "")


def test_the_first_redirect_uri_is_the_guides_own_until_it_is_replaced(app: Flask, developer: Visitor) -> None:
    form = developer.open(NEW_APP).values
    assert form["redirect_uris-0"] == "http://localhost:3000/callback"
    assert send_form(developer, form | {"name": "Quick start"}).status_code == 200
    (client,) = registered(app)
    assert [row.uri for row in client.redirect_uris] == ["http://localhost:3000/callback"]
    assert developer.open(NEW_APP).form["data-preview"] == f"{APPS}/preview"


@pytest.mark.parametrize(
    ("kind", "uris", "text"),
    [
        ("web", {"redirect_uris-0": "https://acme.example/1"}, "Web server, with 1 redirect URI"),
        (
            "device",
            {"redirect_uris-0": "http://127.0.0.1/1", "redirect_uris-1": "http://[::1]/1"},
            "Device or command line, with 2 redirect URIs",
        ),
    ],
)
def test_the_registration_is_the_first_that_is_remembered_of_an_app(
    app: Flask, developer: Visitor, kind: str, uris: dict[str, str], text: str
) -> None:
    register(developer, kind=kind, **uris)
    assert edits(app) == [("registered", "Ada Lovelace", text)]


def test_a_form_that_is_sent_twice_registers_one_app(app: Flask, developer: Visitor) -> None:
    form = fill_in(developer.open(NEW_APP))
    first, second = send_form(developer, form), send_form(developer, form)
    assert first.status_code == 200
    assert second.status_code == 303
    assert second.location == APPS
    assert "already sent" in developer.open(APPS).text
    assert count_rows(app, "clients") == 1


def test_a_form_that_is_sent_again_after_its_app_was_deleted_registers_none(app: Flask, developer: Visitor) -> None:
    form = fill_in(developer.open(NEW_APP))
    send_form(developer, form)
    with app.app_context(), transaction() as session:
        session.execute(delete(Client))
    assert send_form(developer, form).status_code == 303
    assert count_rows(app, "clients") == 0


def test_a_double_click_registers_one_app(app: Flask, developer: Visitor) -> None:
    """The second request leaves before the first is answered, so it carries the cookie of before."""
    form, cookie = fill_in(developer.open(NEW_APP)), developer.cookie()
    assert send_form(developer, form).status_code == 200
    developer.put_cookie(cookie)
    assert send_form(developer, form).status_code == 303
    assert count_rows(app, "clients") == 1


def test_a_form_that_failed_may_be_sent_again(app: Flask, developer: Visitor) -> None:
    page = Page(register(developer, name=""))
    assert send_form(developer, page.values | {"name": "Acme Notes"}).status_code == 200
    assert count_rows(app, "clients") == 1


def test_each_opened_form_registers_an_app_of_its_own(app: Flask, ada: Person, developer: Visitor) -> None:
    with app.app_context():
        open_session(ada.id)  # somewhere else too
    assert [register(developer).status_code for _ in range(2)] == [200, 200]
    assert len({client.client_id for client in registered(app)}) == 2
