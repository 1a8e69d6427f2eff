"""Logged out in another tab: what was typed in this one can be taken along."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_journey import look_closely
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage
from tests.fixtures.servers import Demo, LiveServer


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_was_typed_is_copied_and_pasted_after_logging_in_again(
    open_page: OpenPage, live_server: LiveServer, demo: Demo
) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    visitor = Visitor(page, live_server.url, email=demo.email, password=demo.password)
    visitor.log_in()
    page.goto(f"{live_server.url}/contexts/new")
    page.locator("#name").fill("Tone")
    page.locator("#text").fill("\n# Tone\n\nWarm & <b>plain</b>.")
    other = Visitor(page.context.new_page(), live_server.url)
    other.page.goto(live_server.url)
    other.log_out()
    visitor.press("Save context")
    assert visitor.heading() == "Nothing was saved"
    look_closely(page)
    visitor.press("Copy Text", stays=True)
    expect(page.get_by_text("Text copied")).to_be_attached()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in").click()
    new_tab = Visitor(opened.value, live_server.url)
    new_tab.fill(Email=demo.email, Password=demo.password)
    new_tab.press("Log in")
    new_tab.page.locator("#text").focus()
    new_tab.page.keyboard.press("Control+V")
    expect(new_tab.page.locator("#text")).to_have_value("\n# Tone\n\nWarm & <b>plain</b>.")
