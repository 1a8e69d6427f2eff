"""What people see of an app, changed by its developer; each change is remembered."""

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete
from werkzeug.test import TestResponse

from portal.foundation.database import transaction
from portal.oauth.client_branding import Branding, edit_branding
from portal.oauth.client_verification import verify_client
from portal.oauth.models import Client
from tests.accounts.documents import Page, assert_fault_at
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_form import APPS, edits, registered, send_form
from tests.developer.images import animation, encode, picture
from tests.factories import Person, make_client, make_person

REGISTERED = ("registered", "Ada Lovelace", "Web server, with 1 redirect URI")


@pytest.fixture
def path(app: Flask, ada: Person) -> str:
    """The page of an app of Ada's."""
    return f"{APPS}/{make_client(app, ada).client_id}/branding"


def change(developer: Visitor, path: str, **fields: Any) -> TestResponse:
    """Open the page, change these fields, and save."""
    return send_form(developer, developer.open(path).values | fields, path)


def logo(**options: Any) -> tuple[io.BytesIO, str]:
    """A file to choose."""
    return io.BytesIO(encode(picture(**options), "PNG")), "logo.png"


def assert_untouched(app: Flask) -> None:
    (client,) = registered(app)
    assert (client.name, client.homepage_uri, client.logo) == ("Acme Notes", "https://client.example", None)
    assert edits(app) == [REGISTERED]


@pytest.mark.parametrize("page", ["", "/preview"])
def test_somebody_elses_app_is_not_there(app: Flask, path: str, page: str) -> None:
    stranger = visit_signed_in(app, make_person(app))
    form = {"csrf_token": stranger.open(f"{APPS}/new").values["csrf_token"], "name": "Mine now"}
    assert stranger.request(path).status_code == 404
    assert stranger.request(path + page, "POST", data=form).status_code == 404
    assert_untouched(app)


def test_the_rule_holds_below_the_page_too(app: Flask, path: str) -> None:
    (client,) = registered(app)
    stranger = make_person(app)
    with app.app_context(), pytest.raises(LookupError):
        edit_branding(stranger.id, client.client_id, Branding("Mine now", "", "", "", ""), actor=stranger.name)
    assert_untouched(app)


@pytest.mark.parametrize("page", ["", "/preview"])
def test_a_form_of_elsewhere_changes_nothing(app: Flask, developer: Visitor, path: str, page: str) -> None:
    answer = developer.request(path + page, "POST", data={"name": "Mine now"})
    assert answer.status_code == 400
    assert_untouched(app)


def test_a_stranger_is_asked_to_log_in(app: Flask, path: str) -> None:
    assert Visitor.of(app).request(path).location == f"/login?next={path}"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", ("Give the app a name",)),
        ("name", "x" * 81, ("80",)),
        ("name", "Acme\u202eseton", ("U+202E",)),
        ("name", "ContextFiIe", ("“ContextFiIe”", "ContextFile’s own name")),
        ("description", "Notes\0", ("U+0000",)),
        ("homepage_url", "javascript:alert(1)", ("“javascript:alert(1)”", "https://")),
        ("policy_url", "http://acme.example", ("“http://acme.example”", "https://")),
        ("tos_url", "acme.example", ("“acme.example”", "https://")),
        ("logo", animation("PNG"), ("animated",)),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_saved(
    app: Flask, developer: Visitor, path: str, field: str, value: Any, words: tuple[str, ...]
) -> None:
    sent = (io.BytesIO(value), "logo.png") if isinstance(value, bytes) else value
    fields = {"tos_url": "https://acme.example/terms", field: sent}
    page = Page(change(developer, path, **fields))
    assert_fault_at(page, field, *words)
    if field != "tos_url":
        assert page.values["tos_url"] == "https://acme.example/terms"
    assert_untouched(app)


def test_an_app_that_is_deleted_meanwhile_is_gone(app: Flask, developer: Visitor, path: str) -> None:
    form = developer.open(path).values
    with app.app_context(), transaction() as session:
        session.execute(delete(Client))
    assert send_form(developer, form, path).status_code == 404


def test_saving_what_is_there_already_is_no_change(app: Flask, developer: Visitor, path: str) -> None:
    answer = change(developer, path)
    assert (answer.status_code, answer.location) == (303, path)
    assert "Nothing was changed" in developer.open(path).text
    assert_untouched(app)


def test_a_field_that_is_not_sent_stays_as_it_is(app: Flask, developer: Visitor, path: str) -> None:
    token = developer.open(path).values["csrf_token"]
    assert send_form(developer, {"csrf_token": token, "name": "Acme Notes 2"}, path).status_code == 303
    (client,) = registered(app)
    assert (client.name, client.homepage_uri) == ("Acme Notes 2", "https://client.example")


def test_a_change_is_saved_and_remembered_as_from_what_to_what(app: Flask, developer: Visitor, path: str) -> None:
    answer = change(
        developer,
        path,
        name="Acme Notes & Co.",
        description="x" * 500,
        homepage_url="",
        policy_url="https://acme.example/privacy",
        tos_url="https://acme.example/terms",
    )
    assert (answer.status_code, answer.location) == (303, path)
    assert "Branding saved" in developer.open(path).text
    (client,) = registered(app)
    assert (client.name, client.description, client.homepage_uri) == ("Acme Notes & Co.", "x" * 500, "")
    assert (client.policy_uri, client.tos_uri) == ("https://acme.example/privacy", "https://acme.example/terms")
    changes = [
        "Name: Acme Notes → Acme Notes & Co.",
        f"Description: Keeps your notes next to your context. → {'x' * 69}…",
        "Homepage: https://client.example → none",
        "Privacy policy: none → https://acme.example/privacy",
        "Terms of service: none → https://acme.example/terms",
    ]
    assert edits(app) == [REGISTERED, ("edited", "Ada Lovelace", "; ".join(changes))]


def test_a_logo_is_added_changed_and_removed(app: Flask, developer: Visitor, path: str) -> None:
    addresses = []
    for size in ((300, 200), (300, 300)):
        assert change(developer, path, logo=logo(size=size)).status_code == 303
        (client,) = registered(app)
        assert client.logo is not None
        addresses.append(f"/logos/{client.logo.sha256}-64.webp")
        assert developer.request(addresses[-1]).status_code == 200
    assert developer.request(addresses[0]).status_code == 404
    assert change(developer, path, logo=logo(size=(300, 300))).status_code == 303  # the same: no change
    assert change(developer, path, remove_logo="y").status_code == 303
    assert registered(app)[0].logo is None
    assert developer.request(addresses[1]).status_code == 404
    texts = sorted(text for _, _, text in edits(app)[1:])
    assert texts == ["Logo added", "Logo changed", "Logo removed"]


def test_a_new_logo_goes_before_the_wish_for_none(app: Flask, developer: Visitor, path: str) -> None:
    change(developer, path, logo=logo())
    change(developer, path, logo=logo(size=(300, 300)), remove_logo="y")
    assert registered(app)[0].logo is not None


def test_an_uploaded_logo_survives_a_correction_elsewhere(app: Flask, developer: Visitor, path: str) -> None:
    page = Page(change(developer, path, name="", logo=logo()))
    assert list(page.errors) == ["name"]
    assert send_form(developer, page.values | {"name": "Acme Notes"}, path).status_code == 303
    assert registered(app)[0].logo is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Your Bank"},
        {"homepage_url": "https://evil.example"},
        {"logo": "new"},
        {"description": "Still the same."},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_verified_app_that_changes_its_face_is_no_longer_verified(
    app: Flask, developer: Visitor, path: str, changes: dict[str, Any]
) -> None:
    (client,) = registered(app)
    with app.app_context():
        verify_client(client.client_id, verified=True)
    assert "has to be verified anew" in developer.open(path).text
    change(developer, path, **(changes | ({"logo": logo()} if "logo" in changes else {})))
    (client,) = registered(app)
    kept = "description" in changes
    assert (client.verified_at is not None) == kept
    assert any(text.endswith("No longer verified") for _, _, text in edits(app)) != kept
