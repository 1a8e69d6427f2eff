"""What somebody can do about an app that they have allowed, in Chromium: by mouse, by keyboard, without JavaScript."""

from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.account_steps import BOTH_WAYS, how_to_look, newcomer, open_mail, open_settings, told
from tests.browser.test_consent_journeys import CHALLENGE, VERIFIER
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage
from tests.fixtures.loopback import Callback, parameters
from tests.fixtures.servers import Demo, DemoClient, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FOCUS_IS_SEEN = """() => {
    const style = getComputedStyle(document.activeElement)
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
}"""
FOCUSED = "() => document.activeElement.innerText || document.activeElement.value || ''"


@dataclass
class ConnectedApp:
    """The demo's app, and what it got from a visitor."""

    client: DemoClient
    server: LiveServer
    refresh_token: str = ""

    def ask(self, visitor: Visitor, callback: Callback) -> None:
        """Be allowed, and get tokens."""
        request = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.client.redirect_uri,
            "scope": "profile:read contexts:read contexts:write skills:execute",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "prompt": "consent",
        }
        visitor.page.goto(f"{visitor.home}/oauth/authorize?{urlencode(request)}")
        visitor.press("Allow")
        code = parameters(callback.wait())["code"]
        proof = {"code": code, "redirect_uri": self.client.redirect_uri, "code_verifier": VERIFIER}
        answer = self._post("token", grant_type="authorization_code", **proof)
        assert answer.status_code == 200
        visitor.page.goto(visitor.home)
        self.refresh_token = answer.json()["refresh_token"]

    def scope(self) -> set[str] | None:
        """What it may do now, as its refresh token tells; None if that is dead."""
        answer = self._post("token", grant_type="refresh_token", refresh_token=self.refresh_token)
        if answer.status_code != 200:
            assert answer.json()["error"] == "invalid_grant"
            return None
        self.refresh_token = answer.json()["refresh_token"]
        return set(answer.json()["scope"].split())

    def _post(self, endpoint: str, **form: str) -> requests.Response:
        who = {"client_id": self.client.client_id, "client_secret": self.client.client_secret or ""}
        return requests.post(f"{self.server.url}/api/oauth/{endpoint}", data=who | form, timeout=10)


@pytest.fixture
def app_of_demo(demo: Demo, live_server: LiveServer) -> ConnectedApp:
    """Nobody has allowed it yet who comes in these tests."""
    return ConnectedApp(demo.confidential, live_server)


def open_disclosure(page: Page, summary: str) -> None:
    """Open what a button-like summary hides."""
    page.locator("summary", has_text=summary).click()


@BOTH_WAYS
def test_access_is_reduced_ended_and_removed_step_by_step(
    open_page: OpenPage, live_server: LiveServer, app_of_demo: ConnectedApp, callback: Callback, javascript: bool
) -> None:
    see = how_to_look(javascript)
    visitor = newcomer(open_page, live_server, f"owner-{javascript}@people.example".lower(), javascript=javascript)
    page = visitor.page
    app_of_demo.ask(visitor, callback)
    open_mail(visitor, visitor.email, "can now access your ContextFile account")
    open_settings(visitor, "Connected apps")
    see(page)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").click()
    see(page)

    open_disclosure(page, "Reduce permissions")
    boxes = page.get_by_role("group", name="What it may still do").get_by_role("checkbox")
    expect(boxes).to_have_count(4)
    for box in boxes.all():
        box.uncheck()
    visitor.press("Reduce permissions")
    expect(page.get_by_role("alert")).to_contain_text("Leave at least one permission checked")
    see(page)
    for box in boxes.all():
        box.set_checked(box.get_attribute("value") != "skills:execute")
    visitor.press("Reduce permissions")
    expect(told(visitor)).to_contain_text("Permissions reduced.")
    expect(page.get_by_role("region", name="What it can do").get_by_text("Runs for you")).to_have_count(0)
    assert app_of_demo.scope() == {"profile:read", "contexts:read", "contexts:write"}

    sessions = page.get_by_role("region", name="Active sessions")
    with page.expect_navigation():
        sessions.get_by_role("button", name="End session").click()
    expect(told(visitor)).to_have_text("Session ended. Its tokens no longer work.")
    expect(sessions.get_by_role("listitem")).to_have_count(0)
    assert app_of_demo.scope() is None
    happened = page.get_by_role("region", name="History").get_by_role("listitem")
    for what in ("Access allowed", "Permissions reduced", "App’s session ended"):
        expect(happened.filter(has_text=what)).to_have_count(1)
    see(page)

    app_of_demo.ask(visitor, callback)
    open_settings(visitor, "Connected apps")
    open_disclosure(page, "Remove access")
    see(page)
    assert app_of_demo.scope(), "the confirmation is still to come"
    with page.expect_navigation():
        page.get_by_role("button", name="Yes, remove access").click()
    expect(told(visitor)).to_contain_text("Access removed.")
    expect(page.get_by_role("heading", name="No app has access")).to_be_visible()
    assert app_of_demo.scope() is None
    open_settings(visitor, "History")
    expect(page.get_by_role("main").get_by_role("listitem").filter(has_text="Access removed")).to_have_count(1)
    see(page)


def tab_to(page: Page, name: str) -> list[str]:
    """Press Tab until something of this name has the focus, which is seen at every stop; gives the stops."""
    stops: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        stops.append(" ".join(page.evaluate(FOCUSED).split()))
        assert page.evaluate(FOCUS_IS_SEEN), f"nobody sees that “{stops[-1]}” has the focus"
        if name in stops[-1]:
            return stops
    raise AssertionError(f"no Tab leads to “{name}”, only to {stops}")


def press_enter(page: Page) -> None:
    """Follow or send what has the focus."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_keyboard_alone_reduces_and_removes_access_in_the_order_that_is_read(
    open_page: OpenPage, live_server: LiveServer, app_of_demo: ConnectedApp, callback: Callback
) -> None:
    visitor = newcomer(open_page, live_server, "keyboard@people.example")
    page = visitor.page
    app_of_demo.ask(visitor, callback)
    page.goto(f"{visitor.home}/settings/profile")
    settings = tab_to(page, "Your data")[-5:]
    assert settings == ["Profile", "Log-ins", "History", "Connected apps", "Your data"]
    page.keyboard.press("Shift+Tab")
    press_enter(page)
    assert visitor.heading() == "Connected apps"
    tab_to(page, "Your data")
    page.keyboard.press("Tab")
    press_enter(page)

    stops = tab_to(page, "Reduce permissions")
    assert any("Remove access" in stop for stop in stops), "it stands before the permissions"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "profile:read"
    page.keyboard.press("Space")
    tab_to(page, "Reduce permissions")
    press_enter(page)
    assert app_of_demo.scope() == {"contexts:read", "contexts:write", "skills:execute"}

    tab_to(page, "Remove access")
    confirm = page.get_by_role("button", name="Yes, remove access")
    page.keyboard.press("Space")
    expect(confirm).to_be_visible()
    page.keyboard.press("Space")
    expect(confirm).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(confirm).to_be_focused()
    press_enter(page)
    expect(page.get_by_role("heading", name="No app has access")).to_be_visible()
    assert app_of_demo.scope() is None
