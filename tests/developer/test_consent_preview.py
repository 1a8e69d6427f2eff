"""The consent screen beside a form: what was typed so far, as people will see it, and nothing that can be pressed."""

import base64
import io
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import update

from portal.foundation.database import transaction
from portal.oauth.models import Client
from tests.accounts.documents import Element, Page
from tests.accounts.visitor import Visitor
from tests.developer.app_form import APPS, NEW_APP, fill_in, registered, send_form
from tests.developer.images import animation, decode, encode, picture
from tests.factories import Person, make_client

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # nothing that is typed is stored

PREVIEW = f"{APPS}/preview"


def preview(developer: Visitor, path: str = PREVIEW, **fields: Any) -> Element:
    """The card that the script is answered."""
    answer = send_form(developer, fill_in(developer.open(NEW_APP), **fields), path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return Page(answer).document


def card_on(page: Page) -> Element:
    (card,) = [element for element in page.document.walk() if element["class"] == "sheet consent"]
    return card


def test_it_is_for_people_who_are_signed_in_and_comes_from_the_form(app: Flask, developer: Visitor) -> None:
    assert developer.request(PREVIEW, "POST", data={"name": "Acme"}).status_code == 400
    visitor = Visitor.of(app)
    token = visitor.open("/login").values["csrf_token"]
    assert visitor.request(PREVIEW, "POST", data={"csrf_token": token}).status_code == 303
    assert developer.request(PREVIEW).status_code == 404


@pytest.mark.parametrize("field", ["name", "homepage_url", "policy_url", "tos_url", "redirect_uris__0", "kept_logo"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        "h",
        "https:",
        "https://",
        "https://[",
        "javascript:x",
        "\0",
        "\u202e",
        "<b>",
        "ContextFile",
        "x" * 3000,
    ],
)
def test_what_is_half_typed_or_wrong_is_no_fault_yet(developer: Visitor, field: str, value: str) -> None:
    card = preview(developer, **{field: value})
    assert "wants to access your ContextFile account" in card.text
    assert card.find(role="alert") == card.find("b") == card.find("a") == []
    assert not any(words in card.text for words in ("Error", "must be", "Begin with", "\0", "\u202e"))


@pytest.mark.parametrize("scopes", [None, [], ["admin"], ["\0"], ["x" * 3000]])
def test_without_a_scope_it_says_that_there_is_none(developer: Visitor, scopes: list[str] | None) -> None:
    assert "Nothing: no scope is chosen." in preview(developer, scopes=scopes).text


def test_nothing_but_a_token_is_needed(developer: Visitor) -> None:
    form = {"csrf_token": developer.open(NEW_APP).values["csrf_token"]}
    text = Page(send_form(developer, form, PREVIEW)).document.text
    assert "Your app wants to access" in text
    assert "You will be sent to your redirect URI’s host" in text


def test_it_shows_what_was_typed_so_far(developer: Visitor) -> None:
    card = preview(
        developer,
        policy_url="https://acme.example/privacy",
        tos_url="http://not-yet.example",
        redirect_uris__0="htt",
        redirect_uris__1="https://app.acme.example:8443/callback",
        scopes=["profile:read", "tasks:execute"],
    )
    for words in (
        "Acme Notes wants to access",
        "ada@people.example",
        "View basic profile information",
        "Run tasks and workflows",
        "You will be sent to app.acme.example:8443",
        "Registered by Ada Lovelace",
        "has not verified it",
        "Website",
        "Privacy policy",
    ):
        assert words in card.text
    for words in ("View context files", "Terms of service", "(optional)", "That is an app on this computer"):
        assert words not in card.text


@pytest.mark.parametrize(
    "uri", ["http://localhost:3000/callback", "http://127.0.0.1/callback", "http://[::1]/callback"]
)
def test_it_warns_of_an_app_on_this_computer_as_the_screen_will(developer: Visitor, uri: str) -> None:
    assert "That is an app on this computer." in preview(developer, redirect_uris__0=uri).text


def test_nothing_in_it_can_be_followed_pressed_or_sent(app: Flask, developer: Visitor) -> None:
    card = preview(developer, policy_url="https://acme.example/privacy", tos_url="https://acme.example/terms")
    assert card.find("a", "button", "form", "script", "h1", "h2") == []
    assert [heading.text for heading in card.find("h3")] == ["Acme Notes wants to access your ContextFile account"]
    assert registered(app) == []


@pytest.mark.parametrize("keep", [False, True], ids=["uploaded", "kept"])
def test_a_logo_is_shown_before_it_is_stored(app: Flask, developer: Visitor, keep: bool) -> None:
    content = encode(picture(), "PNG")
    chosen = {"kept_logo": base64.b64encode(content).decode()} if keep else {"logo": (io.BytesIO(content), "x.png")}
    (image,) = preview(developer, **chosen).find("img")
    shown = decode(base64.b64decode(image["src"].removeprefix("data:image/webp;base64,")))
    assert (shown.format, shown.size) == ("WEBP", (128, 128))
    assert "srcset" not in image.attributes
    assert registered(app) == []


def test_a_logo_that_cannot_be_used_is_left_out(developer: Visitor) -> None:
    assert preview(developer, logo=(io.BytesIO(animation("PNG")), "logo.png")).find("img") == []


def test_without_javascript_a_button_draws_it_and_finds_no_fault_yet(app: Flask, developer: Visitor) -> None:
    logo = io.BytesIO(encode(picture(), "PNG"))
    form = fill_in(developer.open(NEW_APP), name="Nova Notes", homepage_url="not yet", logo=(logo, "logo.png"))
    answer = send_form(developer, form | {"preview": "1"})
    page = Page(answer)
    assert answer.status_code == 200
    assert "Nova Notes wants to access" in card_on(page).text
    assert card_on(page).find("img")[0]["src"].startswith("data:image/webp;base64,")
    assert page.values["kept_logo"]
    assert page.values["homepage_url"] == "not yet"
    assert page.errors == {}
    assert page.summary == []
    (button,) = page.document.find("button", name="preview")
    assert button["form"] == page.form["id"]
    assert "formnovalidate" in button.attributes
    assert registered(app) == []


def test_branding_shows_the_app_with_what_is_typed(app: Flask, ada: Person, developer: Visitor) -> None:
    branding = f"{APPS}/{make_client(app, ada).client_id}/branding"
    form = developer.open(branding).values | {"name": "Nova", "redirect_uris-0": "https://elsewhere.example/"}
    cards = [Page(send_form(developer, form, f"{branding}/preview")).document]
    page = Page(send_form(developer, form | {"preview": "1"}, branding))
    assert page.status == 200
    cards.append(card_on(page))
    for card in cards:
        assert "Nova wants to access" in card.text
        assert "You will be sent to client.example" in card.text
    assert registered(app)[0].name == "Acme Notes"


def test_branding_takes_the_logo_away_when_that_is_ticked(app: Flask, ada: Person, developer: Visitor) -> None:
    branding = f"{APPS}/{make_client(app, ada).client_id}/branding"
    logo = (io.BytesIO(encode(picture(), "PNG")), "logo.png")
    send_form(developer, developer.open(branding).values | {"logo": logo}, branding)
    page = developer.open(branding)
    assert card_on(page).find("img")[0]["src"].startswith("/logos/")
    ticked = send_form(developer, page.values | {"remove_logo": "y"}, f"{branding}/preview")
    assert Page(ticked).document.find("img") == []


def test_it_says_what_the_real_screen_says(app: Flask, ada: Person, developer: Visitor) -> None:
    client = make_client(app, ada)
    with app.app_context(), transaction() as session:
        session.execute(
            update(Client).values(
                scope="contexts:read contexts:write",
                optional_scope="contexts:write",
                policy_uri="https://client.example/privacy",
                tos_uri="https://client.example/terms",
                verified_at=1,
            )
        )
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": "https://client.example/callback",
        "scope": "contexts:read contexts:write",
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
    }
    screen = card_on(developer.open(f"/oauth/authorize?{urlencode(query)}"))
    shown = card_on(developer.open(f"{APPS}/{client.client_id}/branding"))
    assert shown.text == screen.text.replace(" (opens a new tab)", "")
    for words in ("(optional)", "Privacy policy", "Terms of service", "ContextFile has verified who makes it."):
        assert words in shown.text
    (real,), (inert,) = screen.find("input", type="checkbox"), shown.find("input", type="checkbox")
    answer = screen.by_id(real["form"])
    assert (answer.tag, real["name"], real["value"]) == ("form", "scope", "contexts:write")
    assert "checked" in real.attributes
    assert {"checked", "disabled"} <= inert.attributes.keys()
    assert "name" not in inert.attributes
