"""Activity and Usage in Chromium, as the app's developer meets them after a call that failed."""

import pytest
from playwright.sync_api import Page

from tests.browser.test_journey import look_closely
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage
from tests.fixtures.loopback import Callback
from tests.fixtures.servers import Demo, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def developer(page: Page, live_server: LiveServer, demo: Demo) -> Visitor:
    return Visitor(page, live_server.url, email="dana@example.com", password=demo.password)


def fail(page: Page, home: str, client_id: str, redirect_uri: str) -> None:
    query = {"client_id": client_id, "redirect_uri": redirect_uri}
    assert page.request.get(f"{home}/oauth/authorize", params={**query}).status == 400
    form = {"client_id": client_id, "client_secret": "cf_cs_nonsense", "token": "x"}
    assert page.request.post(f"{home}/api/oauth/revoke", form={**form}).status == 401


def test_a_failed_call_is_found_explained_and_counted(developer: Visitor, demo: Demo, callback: Callback) -> None:
    page, client_id = developer.page, demo.confidential.client_id
    sent = callback.uri.replace("127.0.0.1", "localhost") + "/" + "long" * 80
    fail(page, developer.home, client_id, sent)
    developer.log_in()
    page.goto(f"{developer.home}/developer/oauth-apps/{client_id}")
    developer.follow("Activity")
    assert developer.heading() == "Activity"
    page.get_by_label("Cause").select_option(label="The redirect URI is not registered")
    developer.press("Filter")
    assert page.locator("mark").all_inner_texts() == ["localhost", "127.0.0.1"]
    look_closely(page)
    developer.follow("Add this redirect URI")
    assert "localhost" in page.locator("main").inner_text()
    developer.follow("Usage")
    assert developer.heading() == "Usage"
    page.get_by_text("Show the numbers of each day").click()
    look_closely(page)
    developer.follow("The redirect URI is not registered")
    assert page.locator("mark").count() == 2


def test_without_javascript_the_filters_work_too(open_page: OpenPage, live_server: LiveServer, demo: Demo) -> None:
    developer = Visitor(open_page(javascript=False), live_server.url, email="dana@example.com", password=demo.password)
    page, client_id = developer.page, demo.public.client_id
    fail(page, developer.home, client_id, "https://elsewhere.example/")
    developer.log_in()
    page.goto(f"{developer.home}/developer/oauth-apps/{client_id}/activity")
    page.get_by_label("Endpoint").select_option("revoke")
    developer.press("Filter")
    assert "elsewhere.example" not in page.locator("main").inner_text()
    assert page.get_by_role("heading", level=3).count() == 1
