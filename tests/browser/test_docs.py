"""The documentation in Chromium: accessible, from this server alone; tabs, search and copies as people use them."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from portal.docs.contents import CONNECT_BUTTON, PAGES
from tests.browser.test_every_page import NEVER_SHIFTED
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage, assert_accessible
from tests.fixtures.servers import Demo, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
LOOKED_AT_ELSEWHERE = {CONNECT_BUTTON.path, "/docs/compliance"}
"""By tests/browser/test_connect_button.py and tests/compliance/test_page.py."""
OTHERS = [page.path for page in PAGES.values() if page.path not in LOOKED_AT_ELSEWHERE]
PATHS = ["/docs", "/docs/search?q=refresh+token", *OTHERS]
OF_EACH_FORM = [*PATHS[:3], "/docs/tokens", "/docs/quickstarts/express", "/docs/reference", "/docs/settings"]
LONGEST = "/docs/reference"
"""Its sections are alike, and the colours of all of them would take as long as all other pages."""
SEEN = [("light", 1280, PATHS), ("dark", 360, OF_EACH_FORM)]


@contextmanager
def all_from(page: Page, home: str) -> Iterator[None]:
    """Fail if the page asks any other host for anything."""
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    yield
    assert hosts == {urlsplit(home).netloc}


@pytest.mark.heavy
@pytest.mark.parametrize(("scheme", "width", "paths"), SEEN, ids=["light and wide", "dark and narrow"])
def test_every_page_is_accessible_and_needs_no_other_host(
    open_page: OpenPage, live_server: LiveServer, scheme: str, width: int, paths: list[str]
) -> None:
    page = open_page(scheme=scheme, width=width)
    with all_from(page, live_server.url):
        for path in paths:
            page.goto(live_server.url + path)
            if path == LONGEST:
                assert_accessible(page, "main", colours=False)
                assert_accessible(page, ".about-profile")
            else:
                one_of_many = path not in OF_EACH_FORM
                assert_accessible(page, "main" if one_of_many else None, colours=not one_of_many)
            assert page.evaluate(NEVER_SHIFTED) < 0.01, path


def test_the_language_that_was_chosen_is_shown_on_every_page(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/docs/connect")
    first = page.locator("[data-languages]").first
    expect(first.get_by_role("tab", selected=True)).to_have_text("JavaScript")
    tab = first.get_by_role("tab", name="Python")
    tab.click()
    expect(page.get_by_role("tab", name="Python", selected=True)).to_have_count(
        page.locator("[data-languages]").count()
    )
    tab.press("ArrowRight")
    expect(first.get_by_role("tab", selected=True)).to_have_text("Ruby")
    page.goto(f"{live_server.url}/docs/tokens")
    assert page.evaluate(NEVER_SHIFTED) < 0.01
    shown = page.locator("[data-languages]").first
    expect(shown.get_by_role("tab", selected=True)).to_have_text("Ruby")
    expect(shown.get_by_role("tabpanel")).to_have_count(1)


def test_without_javascript_every_language_stands_there(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page(javascript=False)
    page.goto(f"{live_server.url}/docs/connect")
    group = page.locator("[data-languages]").first
    assert group.locator("pre").count() == 7
    for block in group.locator("pre").all():
        assert block.is_visible()


def test_code_and_pages_are_copied(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    page.goto(f"{live_server.url}/docs/connect")
    block = page.locator("[data-languages]").first.get_by_role("tabpanel")
    block.get_by_role("button", name="Copy the JavaScript code").click()
    expect(page.locator("#announcements")).to_have_text("The JavaScript code copied")
    assert page.evaluate("navigator.clipboard.readText()") == block.locator("code").text_content()
    page.get_by_role("button", name="Copy this page as Markdown").click()
    expect(page.locator("#announcements")).to_have_text("This page copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.request.get(f"{live_server.url}/docs/connect.md").text()


def test_the_search_is_used_by_keyboard(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/docs/connect")
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Search the documentation")
    expect(field).to_be_focused()
    page.keyboard.type("rotation")
    found = page.get_by_role("listbox", name="Results").get_by_role("option")
    expect(found.first).to_have_attribute("aria-selected", "true")
    assert_accessible(page)
    page.keyboard.press("Escape")
    expect(found.first).to_be_hidden()
    expect(field).to_have_value("rotation")
    page.keyboard.press("ArrowDown")
    expect(found.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", str(found.first.get_attribute("id")))
    page.keyboard.press("ArrowUp")
    expect(found.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    leads_to = str(found.first.get_attribute("data-path"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == live_server.url + leads_to
    page.keyboard.press("/")
    page.keyboard.type("xyzzy")
    expect(page.locator("#announcements")).to_have_text("No results")


def test_what_is_found_lies_over_the_page(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/docs/connect")  # whose numbered steps have places of their own
    page.keyboard.press("/")
    page.keyboard.type("token")
    found = page.get_by_role("listbox", name="Results").get_by_role("option")
    expect(found.first).to_be_visible()
    for option in found.all()[:6]:
        covered = option.evaluate(
            """option => {
                const {right, top, height} = option.getBoundingClientRect()
                return !option.contains(document.elementFromPoint(right - 12, top + height / 2))
            }"""
        )
        assert not covered


def test_the_search_needs_no_javascript(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page(javascript=False)
    page.goto(f"{live_server.url}/docs")
    page.get_by_role("searchbox", name="Search the documentation").fill("invalid_grant")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("searchbox").input_value() == "invalid_grant"
    with page.expect_navigation():
        page.locator(".docs-results li a").first.click()
    assert "/docs/errors" in page.url


def test_a_developer_chooses_whose_values_the_code_has(
    open_page: OpenPage, live_server: LiveServer, demo: Demo
) -> None:
    visitor = Visitor(open_page(), live_server.url, email="dana@example.com", password=demo.password)
    visitor.log_in()
    page = visitor.page
    page.goto(f"{live_server.url}/docs/pkce-and-state")
    for app in (demo.public, demo.confidential):
        page.get_by_label("Code for").select_option(app.client_id)
        visitor.press("Show")
        expect(page.get_by_label("Code for")).to_have_value(app.client_id)
        assert app.client_id in page.locator("article").inner_text()
    assert_accessible(page)
