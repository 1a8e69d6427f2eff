"""A client secret is rotated and revoked, and an app suspended and deleted: by mouse, and by keyboard alone."""

import re

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.test_journey import SECRET, look_closely
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage
from tests.fixtures.servers import LiveServer


def begin(page: Page, live_server: LiveServer, email: str) -> Visitor:
    """A newcomer with an app of their own, on its overview."""
    visitor = Visitor(page, live_server.url, email=email)
    visitor.open_sign_up()
    visitor.sign_up()
    visitor.open_registration()
    visitor.describe_app("Nova Notes", "https://nova.example/callback")
    visitor.press("Register New App")
    visitor.follow("I have saved it")
    return visitor


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_step_is_accessible_light_and_dark_wide_and_narrow(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page()
    visitor = begin(page, live_server, "endings@people.example")
    page.get_by_text("Rotate the secret…").click()
    look_closely(page)
    visitor.press("Make the new secret")
    page.get_by_text("You will not see this again").wait_for()
    look_closely(page)
    [secret] = set(re.findall(SECRET, page.locator("main").inner_text()))
    visitor.follow("I have saved it")
    assert f"cf_cs_…{secret[-4:]}" in page.locator("main").inner_text()
    page.get_by_text("Revoke…").first.click()
    look_closely(page)
    visitor.follow("Danger zone")
    page.get_by_text("Suspend the app…").click()
    page.get_by_text("Revoke all access…").click()
    look_closely(page)
    page.get_by_label("Type the app’s name").fill("Nova")
    visitor.press("Delete Nova Notes")
    assert "You typed “Nova”" in page.get_by_role("alert").inner_text()
    look_closely(page)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_keyboard_alone_does_without_javascript(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page(javascript=False)
    begin(page, live_server, "endings-by-keyboard@people.example")

    def reach(target: Locator) -> None:
        """Press Tab until it has the focus."""
        for _ in range(60):
            page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"the keyboard does not reach {target}")

    reach(page.get_by_text("Rotate the secret…"))
    page.keyboard.press("Enter")
    reach(page.get_by_role("radio", name="In 24 hours"))
    page.keyboard.press("ArrowUp")
    reach(page.get_by_role("button", name="Make the new secret"))
    page.keyboard.press("Enter")
    page.get_by_text("goes on working for 1 h").wait_for()
    reach(page.get_by_role("link", name="I have saved it"))
    page.keyboard.press("Enter")
    reach(page.get_by_role("link", name="Danger zone"))
    page.keyboard.press("Enter")
    reach(page.get_by_text("Suspend the app…"))
    page.keyboard.press("Enter")
    reach(page.get_by_role("button", name="Suspend Nova Notes"))
    page.keyboard.press("Enter")
    page.get_by_text("The app is suspended.").wait_for()
    reach(page.get_by_label("Type the app’s name"))
    page.keyboard.type("Nova Notes")
    page.keyboard.press("Enter")
    page.get_by_text("Nova Notes is deleted.").wait_for()
