"""The client secret passes through the playground and stays nowhere."""

import json
import logging
import zlib

import pytest
from flask import Flask
from itsdangerous.encoding import base64_decode

from tests.accounts.documents import Page
from tests.accounts.stored import dump
from tests.accounts.visitor import Visitor
from tests.developer.playground_visits import Playground, form_of, step_of
from tests.factories import Person, make_client

SENTENCE = "my bank password, by mistake"


@pytest.fixture
def playground(app: Flask, ada: Person, developer: Visitor) -> Playground:
    return Playground(developer, make_client(app, ada))


def unsealed(page: Page) -> str:
    """What the page carries from step to step; it is signed, but anybody can read it."""
    payload = form_of(page, "call")["progress"].removeprefix(".").partition(".")[0]
    return zlib.decompress(base64_decode(payload)).decode()


@pytest.mark.standard("ContextFile security rule", "61", "A secret typed into the playground is on no page afterwards")
def test_the_secret_is_in_no_answer_session_row_or_log(
    app: Flask, playground: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = str(playground.registered.client_secret)
    pages = [playground.connect()]
    for step in ("refresh", "call", "introspect", "revoke", "refresh"):
        pages.append(playground.take(pages[-1], step))
    pages.append(playground.visitor.open(playground.path))
    kept = [page.source for page in pages] + [unsealed(page) for page in pages[:-1]]
    for text in [*kept, json.dumps(playground.visitor.session()), dump(app), caplog.text]:
        # Nor a part of it: eight characters, since five may well come up by chance in a form's random token.
        assert not any(secret[start : start + 8] in text for start in range(6, len(secret) - 7))
    assert f"client_secret=cf_cs_…{secret[-4:]}" in step_of(pages[0], "exchange").text
    assert "CONTEXTFILE_CLIENT_SECRET" in step_of(pages[0], "exchange").text


def test_of_something_else_typed_as_the_secret_nothing_is_shown(
    playground: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = playground.take(playground.authorize(), "exchange", client_secret=SENTENCE)
    assert "client_secret=…" in step_of(page, "exchange").text
    for text in (page.source, caplog.text):
        assert "bank" not in text
        assert "mistake" not in text


def test_the_pages_are_kept_by_no_cache(playground: Playground) -> None:
    answers = [
        playground.visitor.request(playground.path),
        playground.visitor.request(playground.consent(playground.authorization_url())),
        playground.send(playground.authorize(), "exchange", client_secret=str(playground.registered.client_secret)),
    ]
    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store"] * 3


def test_the_secrets_field_offers_nothing_and_remembers_nothing(playground: Playground) -> None:
    page = playground.connect()
    fields = page.document.find("input", name="client_secret")
    assert len(fields) == 3
    for field in fields:
        assert (field["type"], field["autocomplete"], field["value"]) == ("password", "off", "")
