"""The package in Chromium against the real server: React 18 and 19, built by Vite, under a strict policy."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from playwright.sync_api import Page

from tests.fixtures.browsers import OpenPage, assert_accessible
from tests.fixtures.servers import Demo, LiveServer

pytestmark = [
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),  # the code is the same for both
    pytest.mark.heavy,
]
LABEL = "Connect with ContextFile"


@pytest.fixture
def home(open_page: OpenPage, app: str, live_server: LiveServer, demo: Demo) -> Page:
    """The app's page with the buttons, of somebody who has not been here before."""
    page = open_page()
    page.goto(f"{app}/?{urlencode({'client_id': demo.public.client_id, 'base_url': live_server.url})}")
    page.locator("a[href*=code_challenge]").first.wait_for()
    return page


def sign_in(page: Page, demo: Demo) -> None:
    """Log in on the way to the consent screen."""
    page.get_by_label("Email", exact=True).fill(demo.email)
    page.get_by_label("Password", exact=True).fill(demo.password)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Allow", exact=True).wait_for()


def answer(page: Page, choice: str = "Allow") -> None:
    """Answer on the consent screen."""
    page.get_by_role("button", name=choice, exact=True).click()


def outcome(page: Page, status: str) -> dict[str, Any]:
    """What the app was told, once it was."""
    said: dict[str, Any] = json.loads(page.locator(f"output[data-status={status}]").inner_text())
    return said


def assert_good(said: dict[str, Any], app: str, live_server: LiveServer, demo: Demo) -> None:
    """Exchange what the app was told."""
    assert said["redirectUri"] == f"{app}/callback"
    form = {
        "grant_type": "authorization_code",
        "code": said["code"],
        "redirect_uri": said["redirectUri"],
        "client_id": demo.public.client_id,
        "code_verifier": said["codeVerifier"],
    }
    response = requests.post(f"{live_server.url}/api/oauth/token", data=form, timeout=10)
    assert response.status_code == 200, response.text
    assert response.json()["scope"].split() == ["profile:read", "contexts:read"]


def test_a_press_comes_back_with_a_code_and_verifier_that_the_server_takes(
    home: Page, react: str, app: str, live_server: LiveServer, demo: Demo, database: str
) -> None:
    assert home.get_by_role("heading", name=f"React {react}.").is_visible()
    home.get_by_role("link", name=LABEL).click()
    sign_in(home, demo)
    answer(home)
    said = outcome(home, "done")
    assert home.url == f"{app}/callback"
    assert home.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    assert_good(said, app, live_server, demo)
    home.reload()
    outcome(home, "waiting")


def test_a_refusal_is_told(home: Page, app: str, demo: Demo, database: str) -> None:
    home.get_by_role("link", name=LABEL).click()
    sign_in(home, demo)
    answer(home, "Deny")
    assert outcome(home, "error")["error"] == "access_denied"
    home.goto(f"{app}/callback?code=forged&state=forged")
    assert outcome(home, "error")["error"] == "state_mismatch"


def test_a_popup_tells_the_page_that_opened_it_and_closes(
    home: Page, app: str, live_server: LiveServer, demo: Demo, database: str
) -> None:
    with home.expect_popup() as opened:
        home.get_by_role("link", name="Connect in a popup").click()
    sign_in(opened.value, demo)
    with opened.value.expect_event("close"):
        answer(opened.value)
    assert_good(outcome(home, "done"), app, live_server, demo)
    assert home.evaluate("sessionStorage.length") == 0


def test_a_press_with_a_modifier_key_goes_the_same_way_in_a_new_tab(
    home: Page, app: str, live_server: LiveServer, demo: Demo, database: str
) -> None:
    with home.context.expect_page() as opened:
        home.get_by_role("link", name=LABEL).click(modifiers=["ControlOrMeta"])
    sign_in(opened.value, demo)
    answer(opened.value)
    assert_good(outcome(opened.value, "done"), app, live_server, demo)
    assert home.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]


def test_the_buttons_have_their_look_without_another_import(home: Page, database: str) -> None:
    assert_accessible(home)
    look = home.get_by_role("link", name=LABEL).evaluate(
        "(link) => [link.offsetHeight, getComputedStyle(link).backgroundImage.includes('linear-gradient')]"
    )
    assert look == [44, True]
