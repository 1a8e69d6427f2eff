"""The playground in Chromium: as its developer sees it, with and without JavaScript, by keyboard alone."""

import re

import pytest
from playwright.sync_api import Page

from portal.accounts.demo_accounts import PASSWORD
from tests.browser.test_journey import look_closely
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage
from tests.fixtures.servers import Demo, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DEVELOPER = "dana@example.com"


def open_playground(page: Page, server: LiveServer, client_id: str) -> Visitor:
    """The demo developer at step 1."""
    visitor = Visitor(page, server.url, email=DEVELOPER, password=PASSWORD)
    visitor.log_in()
    page.goto(f"{server.url}/developer/oauth-apps/{client_id}/playground")
    return visitor


def take(page: Page, step: str, secret: str | None, button: str) -> str:
    """Fill in a step and send it; gives what it shows then."""
    if secret:
        page.locator(f"#step-{step}-secret").fill(secret)
    page.locator(f"#step-{step}").get_by_role("button", name=button, exact=True).click()
    page.locator(f"#step-{step}-response").wait_for()
    return page.locator(f"#step-{step}").inner_text()


def test_every_step_is_accessible_light_and_dark_wide_and_narrow(
    open_page: OpenPage, live_server: LiveServer, demo: Demo
) -> None:
    page, secret = open_page(), demo.confidential.client_secret
    visitor = open_playground(page, live_server, demo.confidential.client_id)
    visitor.press("Authorize")
    visitor.press("Allow")
    assert page.evaluate("document.activeElement.id") == "step-exchange-secret"
    assert "200 OK" in take(page, "exchange", secret, "Exchange the code")
    assert page.evaluate("scrollY") > 0, "the step that was taken is in view"
    assert DEVELOPER in take(page, "call", None, "Send the request")
    assert '"active": true' in take(page, "introspect", secret, "Introspect the token")
    for folded in page.locator("main summary").all():  # also what a person has to open first
        folded.click()
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    look_closely(page)
    assert str(secret) not in page.content()


def test_without_javascript_all_languages_and_all_steps_are_there(
    open_page: OpenPage, live_server: LiveServer, demo: Demo
) -> None:
    page = open_page(javascript=False)
    visitor = open_playground(page, live_server, demo.public.client_id)
    page.get_by_label("contexts:write").check()
    visitor.press("Update the URL")
    assert "contexts:write" in page.locator("#authorize-url").inner_text()
    for language in ("curl", "javascript", "typescript", "python", "ruby", "php", "go"):
        assert page.locator(f"#authorize-{language}").is_visible()
    assert not page.get_by_role("tablist").first.is_visible()
    visitor.press("Authorize")
    visitor.press("Allow")
    assert "200 OK" in take(page, "exchange", None, "Exchange the code")


def press_by_keyboard(page: Page, button: str) -> None:
    """Tab to a button and press it."""
    focused = "document.activeElement.tagName === 'BUTTON' ? document.activeElement.innerText.trim() : ''"
    for _ in range(60):
        if page.evaluate(focused) == button:
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail(f"{button} cannot be reached with the Tab key")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_app_goes_from_the_url_to_the_api_by_keyboard_alone(page: Page, live_server: LiveServer, demo: Demo) -> None:
    open_playground(page, live_server, demo.public.client_id)
    for button in ("Authorize", "Allow", "Exchange the code", "Send the request"):
        press_by_keyboard(page, button)
    assert DEVELOPER in page.locator("#step-call-response").inner_text()


def test_the_language_is_chosen_by_keyboard_for_all_steps_and_remembered(
    page: Page, live_server: LiveServer, demo: Demo
) -> None:
    open_playground(page, live_server, demo.confidential.client_id)
    page.get_by_role("tab", name="curl", exact=True).first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "Python"
    assert "urlencode" in page.locator("#authorize-python").inner_text()
    assert not page.locator("#authorize-curl").is_visible()
    page.reload()
    assert page.get_by_role("tab", selected=True).first.inner_text() == "Python"


def test_the_url_follows_the_choices_as_they_are_made(page: Page, live_server: LiveServer, demo: Demo) -> None:
    visitor = open_playground(page, live_server, demo.confidential.client_id)
    page.get_by_label("contexts:read").uncheck()
    page.get_by_label("tasks:write").check()
    page.get_by_label("Prompt").select_option("consent")
    shown = page.locator("#authorize-url").text_content() or ""
    assert "&scope=profile:read+skills:read+tasks:read+tasks:write&prompt=consent&state=" in shown
    assert not page.get_by_role("button", name="Update the URL").is_visible()
    visitor.press("Authorize")
    page.get_by_role("button", name="Allow").wait_for()
    without_proofs = re.compile(r"&state=.*")
    assert without_proofs.sub("", page.url) == without_proofs.sub("", shown)
