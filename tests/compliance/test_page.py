"""The compliance page of the docs."""

import pytest
from flask import Flask

from tests.compliance.matrix import STANDARDS, read
from tests.compliance.test_matrix import PAGE
from tests.fixtures.browsers import OpenPage, assert_accessible
from tests.fixtures.servers import LiveServer


def test_it_is_served_as_a_page_and_as_markdown_and_linked_from_the_guide(app: Flask) -> None:
    browser = app.test_client()
    page, markdown = browser.get("/docs/compliance"), browser.get("/docs/compliance.md")
    assert markdown.content_type == "text/markdown; charset=utf-8"
    assert read(markdown.text) == read(PAGE.read_text("utf-8"))
    rules = {proof[:3] for proof in read(markdown.text)}
    assert page.text.count("<tr>") == len(rules) + page.text.count("<table>")
    assert 'href="/docs/compliance.md"' in page.text
    assert 'href="/docs/compliance"' in browser.get("/docs/connect").text
    assert 'href="/docs/connect"' in page.text


def test_each_standard_has_a_section_that_the_contents_lead_to(app: Flask) -> None:
    page = app.test_client().get("/docs/compliance").text
    for standard in {row[0] for row in read(PAGE.read_text("utf-8"))}:
        assert standard in STANDARDS
        assert f'href="#{standard.lower().replace(" ", "-")}"' in page


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_it_can_be_read_by_everybody_on_a_small_screen(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page(width=360)
    page.goto(f"{live_server.url}/docs/compliance")
    assert_accessible(page)
