"""The list of apps, an app's redirect URIs and its settings, as a developer goes through them in Chromium."""

import pytest

from tests.browser.test_journey import look_closely
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage
from tests.fixtures.servers import Demo, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def open_app(visitor: Visitor, demo: Demo) -> None:
    """Log in as the demo's developer and search for an app of theirs."""
    visitor.email = "dana@example.com"
    visitor.log_in()
    visitor.follow("OAuth Apps")
    visitor.page.get_by_label("Search your apps").fill(demo.confidential.client_id[8:20].upper())
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_text("1 of 2 apps").wait_for()


def test_the_pages_are_accessible_with_their_faults(open_page: OpenPage, live_server: LiveServer, demo: Demo) -> None:
    visitor = Visitor(open_page(), live_server.url, password=demo.password)
    open_app(visitor, demo)
    look_closely(visitor.page)
    visitor.follow("Acme Notes")
    visitor.follow("Redirect URIs")
    visitor.fill(Redirect_URI="http://acme.example/callback#top")
    visitor.press("Add redirect URI")
    assert "Leave out the fragment" in visitor.page.get_by_role("alert").inner_text()
    look_closely(visitor.page)
    visitor.page.goto(f"{visitor.page.url}/add?uri=https://preview.acme.example/callback")
    look_closely(visitor.page)
    visitor.follow("Settings")
    visitor.page.get_by_role("heading", level=1, name="Settings").wait_for()
    look_closely(visitor.page)


def test_everything_is_done_without_javascript_by_keyboard(
    open_page: OpenPage, live_server: LiveServer, demo: Demo
) -> None:
    visitor = Visitor(open_page(javascript=False), live_server.url, password=demo.password)
    page = visitor.page
    open_app(visitor, demo)
    for name, role in (("Acme Notes", "link"), ("Redirect URIs", "link")):
        page.get_by_role(role, name=name, exact=True).first.press("Enter")  # type: ignore[arg-type]
    page.get_by_label("Redirect URI", exact=True).press_sequentially("https://acme.example/keys")
    page.keyboard.press("Enter")
    page.get_by_text("Added https://acme.example/keys. It works at once.").wait_for()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Test https://acme.example/keys in a new tab").press("Enter")
    assert "Acme Notes" in opened.value.get_by_role("heading", level=1).inner_text()
    opened.value.close()
    page.get_by_role("button", name="Remove https://acme.example/keys").press("Enter")
    page.get_by_text("Removed https://acme.example/keys.").wait_for()
    page.get_by_role("link", name="Settings", exact=True).press("Enter")
    radios = page.get_by_role("radiogroup", name="Create, update, and delete tasks tasks:write")
    radios.get_by_role("radio", name="Required").press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_text("Saved: tasks:write was required, is optional.").wait_for()
    assert radios.get_by_role("radio", name="Optional").is_checked()
    radios.get_by_role("radio", name="Optional").press("ArrowLeft")
    page.keyboard.press("Enter")
    page.get_by_text("Saved: tasks:write was optional, is required.").wait_for()
