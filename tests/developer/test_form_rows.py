"""Rows of redirect URIs come and go by buttons of the form itself: no JavaScript is needed."""

import io

import pytest
from flask import Flask

from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor
from tests.developer.app_form import NEW_APP, fill_in, registered, send_form
from tests.developer.images import animation, encode, picture

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # nothing that is typed is stored

ROWS = {f"redirect_uris__{row}": f"https://acme.example/{row}" for row in range(3)}


def rows_of(page: Page) -> list[str]:
    return [value for name, value in page.values.items() if name.startswith("redirect_uris-")]


def press(developer: Visitor, form: dict[str, object], **button: str) -> Page:
    answer = send_form(developer, form | button)
    assert answer.status_code == 200
    return Page(answer)


def test_adding_a_row_keeps_everything_and_finds_no_fault_yet(app: Flask, developer: Visitor) -> None:
    form = fill_in(developer.open(NEW_APP), name="", homepage_url="not yet", kind="native", **ROWS)
    page = press(developer, form, add="1")
    assert rows_of(page) == [*ROWS.values(), ""]
    for name in ("name", "description", "homepage_url", "kind", "scopes", "once"):
        assert page.values[name] == form[name]
    assert page.errors == {}
    assert page.summary == []
    assert registered(app) == []


@pytest.mark.parametrize("removed", [0, 1, 2])
def test_removing_a_row_keeps_the_others_in_their_order(app: Flask, developer: Visitor, removed: int) -> None:
    form = fill_in(developer.open(NEW_APP), kind="native", **ROWS)
    page = press(developer, form, remove=str(removed))
    assert rows_of(page) == [uri for row, uri in enumerate(ROWS.values()) if row != removed]
    for name in ("name", "description", "homepage_url", "kind", "scopes", "once"):
        assert page.values[name] == form[name]
    assert registered(app) == []


def test_the_last_row_is_emptied_and_stays(developer: Visitor) -> None:
    form = fill_in(developer.open(NEW_APP))
    assert rows_of(press(developer, form, remove="0")) == [""]


@pytest.mark.parametrize("removed", ["3", "99999999999999999999", "٣"])
def test_removing_a_row_that_is_not_there_changes_nothing(developer: Visitor, removed: str) -> None:
    form = fill_in(developer.open(NEW_APP), **ROWS)
    assert rows_of(press(developer, form, remove=removed)) == list(ROWS.values())


def test_no_more_rows_are_added_than_can_be_registered(developer: Visitor) -> None:
    form = fill_in(developer.open(NEW_APP), **{f"redirect_uris__{row}": "x" for row in range(20)})
    assert len(rows_of(press(developer, form, add="1"))) == 20


@pytest.mark.parametrize("button", [{"add": "1"}, {"remove": "0"}])
def test_an_uploaded_logo_survives_a_change_of_rows(app: Flask, developer: Visitor, button: dict[str, str]) -> None:
    logo = io.BytesIO(encode(picture(), "PNG"))
    form = fill_in(developer.open(NEW_APP), **ROWS, logo=(logo, "logo.png"))
    page = press(developer, form, **button)
    (image,) = page.document.find("img", alt="The logo you chose")
    assert image["src"] == f"data:image/webp;base64,{page.values['kept_logo']}"
    assert send_form(developer, page.values).status_code == 200
    (client,) = registered(app)
    assert client.logo is not None


def test_an_uploaded_logo_survives_a_correction_elsewhere(app: Flask, developer: Visitor) -> None:
    logo = io.BytesIO(encode(picture(), "PNG"))
    page = Page(send_form(developer, fill_in(developer.open(NEW_APP), name="", logo=(logo, "logo.png"))))
    assert page.status == 422
    assert list(page.errors) == ["name"]
    assert send_form(developer, page.values | {"name": "Acme Notes"}).status_code == 200
    (client,) = registered(app)
    assert client.logo is not None


def test_a_later_upload_replaces_the_logo_that_was_kept(app: Flask, developer: Visitor) -> None:
    first, second = (io.BytesIO(encode(picture(size=size), "PNG")) for size in ((300, 200), (300, 300)))
    page = press(developer, fill_in(developer.open(NEW_APP), logo=(first, "logo.png")), add="1")
    kept = page.values["kept_logo"]
    page = press(developer, page.values | {"logo": (second, "logo.png")}, add="1")
    assert page.values["kept_logo"] != kept


def test_a_logo_that_cannot_be_used_is_named_when_rows_change(developer: Visitor) -> None:
    form = fill_in(developer.open(NEW_APP), logo=(io.BytesIO(animation("PNG")), "logo.png"))
    page = press(developer, form, add="1")
    assert list(page.errors) == ["logo"]
    assert "animated" in page.errors["logo"]
    assert page.values["kept_logo"] == ""


@pytest.mark.parametrize(
    ("sent", "kind", "uri"),
    [
        ("", "web", "http://localhost:3000/callback"),
        ("?kind=device&redirect_uri=http://127.0.0.1/callback", "device", "http://127.0.0.1/callback"),
        ("?kind=native", "native", "http://localhost:3000/callback"),
        ("?kind=root&redirect_uri=https://attacker.example/callback", "web", "http://localhost:3000/callback"),
        ("?redirect_uri=http://attacker.example/callback", "web", "http://localhost:3000/callback"),
        ("?redirect_uri=javascript:alert(1)", "web", "http://localhost:3000/callback"),
    ],
)
def test_a_link_fills_in_kind_and_loopback_address_alone(
    app: Flask, developer: Visitor, sent: str, kind: str, uri: str
) -> None:
    page = developer.open(NEW_APP + sent)
    assert page.values.get("kind", "web") == kind
    assert rows_of(page) == [uri]
    assert registered(app) == []
