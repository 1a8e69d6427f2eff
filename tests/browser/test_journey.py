"""Sign up, register an app, allow it: in Chromium with the content security policy on, with and without JavaScript."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Error, Page

from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage, assert_accessible
from tests.fixtures.loopback import Callback, parameters
from tests.fixtures.servers import LiveServer

Look = Callable[[Page], None]
SECRET = r"cf_cs_[0-9A-Za-z]{40,}"


def look_closely(page: Page) -> None:
    """Check the page light and dark, wide and narrow: each once, because no rule of axe depends on both."""
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size({"width": 360, "height": 900})
    assert_accessible(page)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert_accessible(page)


def look_away(page: Page) -> None:
    """axe needs JavaScript."""


def go_the_whole_way(visitor: Visitor, callback: Callback, look: Look) -> None:
    arrive(visitor, look)
    client_id = register(visitor, callback, look)
    allow(visitor, client_id, callback, look)
    think_better_of_it(visitor, look)


def arrive(visitor: Visitor, look: Look) -> None:
    visitor.page.goto(visitor.home)
    look(visitor.page)
    visitor.open_sign_up()
    look(visitor.page)
    visitor.sign_up()
    look(visitor.page)
    visitor.log_out()
    visitor.log_in()


def register(visitor: Visitor, callback: Callback, look: Look) -> str:
    page = visitor.page
    visitor.follow("OAuth Apps")
    look(page)
    visitor.open_registration()
    look(page)
    visitor.describe_app("Nova Notes", callback.uri)
    visitor.press("Register New App")
    page.get_by_text("Save your credentials").wait_for()
    look(page)
    [secret] = set(re.findall(SECRET, page.locator("main").inner_text()))
    client_id: str
    [client_id] = set(re.findall(r"cf_app_[0-9A-Za-z]+", page.locator("main").inner_text()))
    visitor.follow("I have saved it")
    page.get_by_role("heading", name="Overview", level=1).wait_for()  # a page that is still coming holds no secret
    assert "Nova Notes" in page.locator("main").inner_text()
    assert secret not in page.content()
    assert secret[-4:] in page.locator("main").inner_text()
    look(page)
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()  # the page with the secret is kept nowhere, not even in the browser's history
    page.wait_for_url("chrome-error://**")
    visitor.page.goto(visitor.home)
    visitor.follow("OAuth Apps")
    page.get_by_role("heading", name="OAuth Apps", level=1).wait_for()
    assert secret not in page.content()
    assert client_id in page.content()
    look(page)
    return client_id


def allow(visitor: Visitor, client_id: str, callback: Callback, look: Look) -> None:
    page = visitor.page
    page.goto(f"{visitor.home}/oauth/authorize?{urlencode(request(client_id, callback.uri))}")
    assert "Nova Notes" in visitor.heading()
    text = page.locator("main").inner_text()
    assert "View basic profile information" in text
    assert "Create, update, and delete context files" in text
    assert visitor.email in text
    assert callback.uri.removeprefix("http://").removesuffix("/callback") in text
    assert page.locator("main img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    look(page)
    visitor.press("Allow")
    answer = parameters(callback.wait())
    assert answer.keys() == {"code", "state", "iss"}
    assert answer["state"] == "journey"
    assert answer["iss"] == visitor.home


def think_better_of_it(visitor: Visitor, look: Look) -> None:
    visitor.page.goto(visitor.home)
    visitor.follow("Connected apps")
    assert "Nova Notes" in visitor.page.locator("main").inner_text()
    look(visitor.page)
    visitor.page.locator("summary", has_text="Remove access").click()
    look(visitor.page)
    visitor.press("Yes, remove access of Nova Notes")
    visitor.page.get_by_text("No app has access").wait_for()
    look(visitor.page)


def request(client_id: str, redirect_uri: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": "profile:read contexts:read contexts:write",
        "state": "journey",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",  # RFC 7636, Appendix B
        "code_challenge_method": "S256",
    }


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_whole_way_is_accessible_light_and_dark_wide_and_narrow(
    open_page: OpenPage, live_server: LiveServer, callback: Callback
) -> None:
    visitor = Visitor(open_page(), live_server.url, email="journey@people.example")
    go_the_whole_way(visitor, callback, look_closely)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_whole_way_works_without_javascript(
    open_page: OpenPage, live_server: LiveServer, callback: Callback
) -> None:
    visitor = Visitor(open_page(javascript=False), live_server.url, email="no-script@people.example")
    go_the_whole_way(visitor, callback, look_away)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_redirect_uris_are_added_and_removed_row_by_row(
    open_page: OpenPage, live_server: LiveServer, javascript: bool
) -> None:
    visitor = Visitor(open_page(javascript=javascript), live_server.url, email=f"rows-{javascript}@people.example")
    visitor.open_sign_up()
    visitor.sign_up()
    visitor.open_registration()
    visitor.describe_app("Rows", "https://one.example/callback", kind="Device or command line")
    rows = visitor.page.get_by_role("textbox", name=re.compile("^Redirect URI"))
    for address in ("https://two.example/callback", "https://three.example/callback"):
        visitor.press("Add another redirect URI", stays=javascript)
        rows.last.fill(address)
    with nullcontext() if javascript else visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="Remove", exact=True).nth(1).click()
    visitor.press("Register New App")
    visitor.page.get_by_text("Save your credentials").wait_for()
    assert not re.search(SECRET, visitor.page.content())
    visitor.follow("I have saved it")
    text = visitor.page.locator("main").inner_text()
    assert "https://one.example/callback" in text
    assert "https://two.example/callback" not in text
    assert "https://three.example/callback" in text
    assert visitor.page.locator("main img").first.is_visible()
