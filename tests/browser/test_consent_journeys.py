"""The consent screen in Chromium, with the content security policy on: every way out of it ends well."""

from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.fixtures.browsers import OpenPage, assert_accessible
from tests.fixtures.loopback import Callback, parameters
from tests.fixtures.servers import Demo, DemoClient, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, Appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
APP_SCHEME = "com.example.journeys:/callback"


@dataclass
class Screen:
    """Uma before an app's request, in a browser of her own."""

    page: Page
    server: LiveServer
    demo: Demo
    client: DemoClient

    def address(self, **changes: str) -> str:
        """The app's authorization request."""
        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.client.redirect_uri,
            "scope": "profile:read contexts:write skills:execute",
            "state": "journey",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return f"{self.server.url}/oauth/authorize?{urlencode(asked | changes)}"

    def log_in(self, page: Page | None = None, email: str = "") -> None:
        """Fill in the form that the page shows."""
        page = page or self.page
        page.get_by_label("Email", exact=True).fill(email or self.demo.email)
        page.get_by_label("Password", exact=True).fill(self.demo.password)
        page.get_by_role("button", name="Log in", exact=True).click()

    def open(self, **changes: str) -> None:
        """From the app to the screen."""
        self.page.goto(self.address(**changes))
        self.log_in()
        self.allow.wait_for()

    @property
    def allow(self) -> Locator:
        """The button."""
        return self.page.get_by_role("button", name="Allow", exact=True)

    def exchange(self, address: str) -> int:
        """What becomes of the code that an answer carries."""
        form = {
            "grant_type": "authorization_code",
            "code": parameters(address)["code"],
            "redirect_uri": self.client.redirect_uri,
            "client_id": self.client.client_id,
            "client_secret": self.client.client_secret or "",
            "code_verifier": VERIFIER,
        }
        form = {name: value for name, value in form.items() if value}
        return requests.post(f"{self.server.url}/api/oauth/token", data=form, timeout=10).status_code


@pytest.fixture
def screen(request: pytest.FixtureRequest, open_page: OpenPage, live_server: LiveServer, demo: Demo) -> Screen:
    """With JavaScript, unless a test says otherwise."""
    live_server.forget_decisions()
    return Screen(open_page(javascript=getattr(request, "param", True)), live_server, demo, demo.confidential)


without_javascript_too = pytest.mark.parametrize(
    "screen", [True, False], ids=["with JavaScript", "without JavaScript"], indirect=True
)


@without_javascript_too
def test_a_double_click_allows_once_and_arrives(screen: Screen, callback: Callback) -> None:
    screen.open()
    screen.allow.dblclick()
    screen.page.wait_for_url(f"{callback.uri}**")
    assert screen.exchange(screen.page.url) == 200
    while not callback.is_quiet():
        callback.wait()


def test_back_after_allowing_leads_nowhere_wrong(screen: Screen, callback: Callback) -> None:
    screen.open(prompt="consent")
    screen.allow.click()
    screen.page.wait_for_url(f"{callback.uri}**")
    assert screen.exchange(callback.wait()) == 200
    screen.page.go_back()
    screen.allow.or_(screen.page.get_by_text("Back at the client")).wait_for()
    if screen.allow.is_visible():
        screen.allow.click()
        done = screen.page.get_by_role("heading", name="You have answered already")
        done.or_(screen.page.get_by_text("Back at the client")).wait_for()
        while not callback.is_quiet():
            assert screen.exchange(callback.wait()) == 200, "another request, and its own code"


def test_another_account_keeps_the_request(screen: Screen, callback: Callback) -> None:
    screen.open()
    screen.page.get_by_role("button", name="Use another account").click()
    screen.page.get_by_label("Password", exact=True).wait_for()
    screen.log_in(email="dana@example.com")
    expect(screen.page.locator("main")).to_contain_text("dana@example.com")
    screen.allow.click()
    arrived = callback.wait()
    assert parameters(arrived)["state"] == "journey"
    assert screen.exchange(arrived) == 200


@without_javascript_too
def test_whoever_was_logged_out_in_another_tab_is_asked_again(screen: Screen, callback: Callback) -> None:
    screen.open()
    other = screen.page.context.new_page()
    other.goto(f"{screen.server.url}/settings/connected-apps")
    with other.expect_navigation():
        other.get_by_role("button", name="Log out", exact=True).click()
    with screen.page.expect_navigation():
        screen.allow.click()
    screen.log_in()
    expect(screen.page.get_by_role("heading", level=1)).to_contain_text("wants to access your ContextFile account")
    screen.allow.click()
    assert screen.exchange(callback.wait()) == 200


def test_a_returning_user_never_sees_the_screen(screen: Screen, callback: Callback) -> None:
    screen.open()
    screen.allow.click()
    first = callback.wait()
    screen.page.goto(screen.address())
    again = callback.wait()
    assert again != first
    assert screen.exchange(again) == 200


def test_the_keyboard_alone_allows_and_the_page_fits_a_narrow_window(
    open_page: OpenPage, live_server: LiveServer, demo: Demo, callback: Callback
) -> None:
    live_server.forget_decisions()
    page = open_page(width=320)
    screen = Screen(page, live_server, demo, demo.confidential)
    screen.open()
    assert_accessible(page)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "allow":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    for button in ("Allow", "Deny"):
        box = page.get_by_role("button", name=button, exact=True).bounding_box()
        assert box
        assert box["height"] >= 44
    page.keyboard.press("Enter")
    assert screen.exchange(callback.wait()) == 200


@pytest.fixture
def app_screen(page: Page, live_server: LiveServer, demo: Demo) -> Screen:
    """The request of an app on a phone, which comes back by a scheme of its own (RFC 8252 §7.1)."""
    live_server.forget_decisions()
    client = live_server.demo(APP_SCHEME).public
    assert client.redirect_uri == APP_SCHEME
    return Screen(page, live_server, demo, client)


def leave_for_the_app(screen: Screen) -> list[str]:
    """Press Allow; gives the addresses that the browser then tried to open."""
    tried: list[str] = []
    screen.page.on("request", lambda request: tried.append(request.url))
    with screen.page.expect_response(f"{screen.server.url}/oauth/authorize") as answered:
        screen.allow.click()
    assert answered.value.status == 303
    screen.page.wait_for_timeout(300)
    return tried


def test_the_policy_of_the_page_lets_the_answer_reach_an_app_by_its_own_scheme(app_screen: Screen) -> None:
    """`open_page` fails the test if the browser finds that the content security policy was broken."""
    app_screen.open()
    tried = leave_for_the_app(app_screen)
    assert any(address.startswith(APP_SCHEME) for address in tried), tried


def test_a_policy_that_does_not_name_the_scheme_would_have_stopped_it(app_screen: Screen, browser: Browser) -> None:
    """What the test above is about is really in the policy's hands."""
    page = browser.new_context().new_page()

    def forget_the_scheme(route: Route) -> None:
        answer = route.fetch()
        policy = answer.headers["content-security-policy"].replace(" com.example.journeys:", "")
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

    app_screen.page = page
    app_screen.open()
    page.route(lambda address: "/oauth/authorize?" in address, forget_the_scheme)
    page.reload()
    tried: list[str] = []
    page.on("request", lambda request: tried.append(request.url))
    with page.expect_console_message(lambda message: "form-action" in message.text):
        app_screen.allow.click()
    assert not any(address.startswith(APP_SCHEME) for address in tried)
    page.context.close()
