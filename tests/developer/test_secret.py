"""A client secret is shown once, in the answer that makes it, and kept nowhere."""

import json

import pytest
from flask import Flask

from tests.accounts.documents import Page
from tests.accounts.stored import dump
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.developer.app_form import APPS, NEW_APP, SECRET, credentials, register
from tests.factories import Person


@pytest.fixture
def page(developer: Visitor) -> Page:
    """The answer to a registration."""
    answer = register(developer)
    assert answer.headers["Cache-Control"] == "no-store"
    return Page(answer)


@pytest.fixture
def client_id(page: Page) -> str:
    return credentials(page)[0]


@pytest.fixture
def secret(page: Page) -> str:
    secret = credentials(page)[1]
    assert secret is not None
    return secret


@pytest.mark.standard("ContextFile security rule", "61", "A secret is shown once and on no later page")
def test_no_later_page_shows_more_than_its_last_four_characters(
    developer: Visitor, ada: Person, client_id: str, secret: str
) -> None:
    for path in ("/", APPS, NEW_APP, f"{APPS}/{client_id}", "/settings/connected-apps", "/docs/connect"):
        source = developer.open(path).source
        assert secret not in source
        assert not [found for found in SECRET.findall(source) if found in secret]
        # Nor a part of it: eight characters, since five may well come up by chance in a form's random token.
        assert not any(secret[start : start + 8] in source for start in range(6, len(secret) - 7))
    assert f"cf_cs_…{secret[-4:]}" in developer.open(f"{APPS}/{client_id}").text


def test_the_session_does_not_carry_it(developer: Visitor, secret: str) -> None:
    assert secret[6:] not in json.dumps(developer.session())
    assert "_flashes" not in developer.session()


@pytest.mark.standard("ContextFile security rule", "61", "A secret is not in the database")
def test_the_database_does_not_hold_it(app: Flask, secret: str) -> None:
    stored = dump(app)
    assert secret[-4:] in stored
    assert secret[6:] not in stored
    assert secret[6:-4] not in stored
    assert secret.encode().hex() not in stored


def test_the_developer_signed_in_elsewhere_does_not_see_it_either(
    app: Flask, ada: Person, client_id: str, secret: str
) -> None:
    assert secret not in visit_signed_in(app, ada).open(f"{APPS}/{client_id}").source


def test_the_answer_that_makes_it_says_so_and_gives_it_ready_to_use(page: Page, client_id: str, secret: str) -> None:
    assert "You will not see this again" in page.text
    environment = page.document.by_id("environment").text
    assert environment == f"CONTEXTFILE_CLIENT_ID={client_id} CONTEXTFILE_CLIENT_SECRET={secret}"
    assert f"{APPS}/{client_id}" in page.links
    (download,) = page.document.find("a", download="contextfile.env")
    assert download["href"] == (
        f"data:text/plain;charset=utf-8,CONTEXTFILE_CLIENT_ID%3D{client_id}%0ACONTEXTFILE_CLIENT_SECRET%3D{secret}%0A"
    )


def test_each_copy_button_says_what_it_copied(page: Page) -> None:
    said = {button["data-copy-target"]: button["data-copied"] for button in page.document.find("button")}
    assert said == {
        "client-id": "Client ID copied",
        "client-secret": "Client secret copied",
        "environment": ".env block copied",
    }


def test_the_playground_opens_beside_it_so_that_it_stays_to_be_pasted(
    developer: Visitor, page: Page, client_id: str, secret: str
) -> None:
    (link,) = page.document.find("a", href=f"{APPS}/{client_id}/playground/authorize")
    assert (link["target"], link["rel"]) == ("_blank", "noopener")
    assert secret not in str(developer.request(link["href"]).headers)


def test_every_app_has_a_secret_of_its_own(developer: Visitor) -> None:
    assert len({credentials(Page(register(developer)))[1] for _ in range(3)}) == 3
