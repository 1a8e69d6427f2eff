"""The consent screen beside the forms that change it: drawn anew while one types; without JavaScript, by a button."""

import re

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.test_journey import look_closely
from tests.browser.visitor import Visitor, drawing
from tests.fixtures.browsers import OpenPage
from tests.fixtures.servers import Demo, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def arrive(page: Page, live_server: LiveServer, demo: Demo) -> Visitor:
    visitor = Visitor(page, live_server.url, email=demo.email, password=demo.password)
    visitor.log_in()
    visitor.open_registration()
    return visitor


def card(page: Page) -> Locator:
    return page.locator("#preview-card")


def test_it_follows_what_is_typed_and_sends_the_logo_once(page: Page, live_server: LiveServer, demo: Demo) -> None:
    visitor = arrive(page, live_server, demo)
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.url.endswith("/preview") else None)
    expect(card(page)).to_contain_text("localhost:3000")
    page.get_by_label("Logo").set_input_files(drawing())
    expect(card(page).locator("img")).to_have_attribute("src", re.compile("^data:image/webp"))
    visitor.fill(Name="Nova Notes")
    expect(card(page)).to_contain_text("Nova Notes wants to access")
    visitor.press("Add another redirect URI", stays=True)
    page.get_by_role("button", name="Remove", exact=True).first.click()
    expect(card(page)).to_contain_text("your redirect URI’s host")
    page.get_by_role("checkbox", name="Run tasks and workflows").uncheck()
    expect(card(page)).not_to_contain_text("Run tasks and workflows")
    expect(card(page).locator("img")).to_be_visible()
    assert len(sent) >= 3
    assert [b"kept_logo" in (request.post_data_buffer or b"") for request in sent].count(False) == 1
    row = page.get_by_role("textbox", name="Redirect URI")
    row.fill("https://nova.example/callback")
    row.press("Enter")
    page.get_by_text("Save your credentials").wait_for()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="Copy Client secret")
    button.click()
    expect(page.get_by_text("Client secret copied", exact=True).first).to_be_visible()
    visitor.follow("I have saved it")
    visitor.follow("Branding")
    page.get_by_label("Remove the logo").check()
    expect(card(page).locator("img")).to_have_count(0)
    look_closely(page)
    visitor.fill(Name="Nova")
    visitor.press("Save branding")
    page.get_by_text("Branding saved").wait_for()
    expect(card(page)).to_contain_text("Nova wants to access")


def test_it_stays_when_the_session_has_ended_meanwhile(page: Page, live_server: LiveServer, demo: Demo) -> None:
    visitor = arrive(page, live_server, demo)
    page.context.clear_cookies()
    with page.expect_response("**/preview") as answer:
        visitor.fill(Name="Nova Notes")
    answer.value.finished()
    assert answer.value.status == 400
    expect(card(page)).to_contain_text("Your app wants to access")


def test_without_javascript_a_button_draws_it(open_page: OpenPage, live_server: LiveServer, demo: Demo) -> None:
    page = open_page(javascript=False)
    visitor = arrive(page, live_server, demo)
    visitor.fill(Name="Nova Notes", Homepage_URL="https://nova.example")
    visitor.press("Update the preview")
    expect(card(page)).to_contain_text("Nova Notes wants to access")
    expect(card(page)).to_contain_text("Website")
    assert page.get_by_label("Name", exact=True).input_value() == "Nova Notes"
