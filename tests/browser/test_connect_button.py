"""The configurator in Chromium, and what it prints: run as printed, from the button to the tokens."""

from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from portal.docs.connect_button_files import ELEMENT
from tests.browser.printed_app import PrintedApp, print_code
from tests.browser.test_every_page import MOST_BYTES, NEVER_SHIFTED, weight_of
from tests.browser.test_journey import look_closely
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage
from tests.fixtures.loopback import Callback, free_port, parameters
from tests.fixtures.servers import Demo, DemoClient, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PATH = "/docs/connect-button"
LABEL = "\"><b>{x}'</b>"


def test_every_choice_is_accessible_light_and_dark_wide_and_narrow(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + PATH)
    assert page.evaluate(NEVER_SHIFTED) < 0.01
    look_closely(page)
    assert weight_of(page, f"{live_server.url}{PATH}?code=element&server=flask") < MOST_BYTES


def test_the_code_and_the_address_follow_the_choices_as_they_are_made(
    open_page: OpenPage, live_server: LiveServer, demo: Demo
) -> None:
    page = open_page()
    visitor = Visitor(page, live_server.url, email="dana@example.com", password=demo.password)
    visitor.log_in()
    page.goto(live_server.url + PATH)
    form = page.locator("#configurator-form")
    form.get_by_role("radio", name="Outline").check()
    form.get_by_role("radio", name="Element").check()
    page.get_by_label("Your own words, up to 60 characters").fill(LABEL)
    preview = page.locator("#configurator-output .connect-with-contextfile--outline")
    expect(preview).to_have_text(LABEL)
    expect(page.locator("#code-element")).to_contain_text('label="&#34;&gt;&lt;b&gt;{x}&#39;&lt;/b&gt;"')
    page.get_by_label("App", exact=True).select_option(demo.public.client_id)
    expect(page.locator("#code-element")).to_contain_text(demo.public.client_id)
    expect(page.get_by_label("Off", exact=True)).to_be_disabled()
    assert page.get_by_role("button", name="Copy").count() == 3
    page.get_by_role("button", name="Copy the HTML code").click()
    expect(page.locator("#announcements")).to_have_text("The HTML code copied")
    shown = page.locator("#configurator-output").inner_text()
    page.goto(page.url)
    assert page.locator("#configurator-output").inner_text() == shown, "the address leads back to the same choice"


def test_without_javascript_a_button_shows_the_code(open_page: OpenPage, live_server: LiveServer) -> None:
    page = open_page(javascript=False)
    page.goto(live_server.url + PATH)
    page.get_by_label("Sign in with ContextFile").check()
    page.get_by_label("HTML + CSS").check()
    page.get_by_role("button", name="Show the code").click()
    assert "Sign in with ContextFile" in page.locator("#code-html").inner_text()
    assert page.locator("#code-css").inner_text().startswith("a.connect-with-contextfile {")
    assert "YOUR_CLIENT_ID" in page.locator("main").inner_text()


@pytest.fixture
def clients(live_server: LiveServer, demo: Demo, callback: Callback) -> list[DemoClient]:
    """The demo's confidential app, four times, each with another redirect URI at a port of its own."""
    uris = [f"http://127.0.0.1:{free_port()}/callback" for _ in range(4)]
    live_server.demo(callback.uri, *uris)
    return [replace(demo.confidential, redirect_uri=uri) for uri in uris]


@pytest.fixture
def developer(open_page: OpenPage, live_server: LiveServer, demo: Demo) -> Page:
    """A browser in which the app's owner is signed in."""
    visitor = Visitor(open_page(), live_server.url, email="dana@example.com", password=demo.password)
    visitor.log_in()
    return visitor.page


@pytest.fixture
def user(page: Page, live_server: LiveServer, demo: Demo) -> Page:
    """Another browser, in which the demo's user is signed in."""
    Visitor(page, live_server.url, email=demo.email, password=demo.password).log_in()
    return page


PRINTED = [("html", "express"), ("html", "flask"), ("element", "flask"), ("react", "express")]


def exchange(server: LiveServer, client: DemoClient, code: str, verifier: str) -> dict[str, str]:
    """What the app's server does with what it hears."""
    body = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": verifier,
        "redirect_uri": client.redirect_uri,
    }
    identity = (client.client_id, str(client.client_secret))
    answer = requests.post(f"{server.url}/api/oauth/token", data=body, auth=identity, timeout=10)
    answer.raise_for_status()
    tokens: dict[str, str] = answer.json()
    return tokens


CHECK = """async ({element, address}) => {
    const {checkConnectCallback} = await import(element)
    try { return checkConnectCallback(address) } catch (error) { return error.code }
}"""


def go_through(app: PrintedApp, user: Page, issuer: str) -> None:
    """From the button to the tokens, and back to the answer's address once more."""
    user.goto(f"{app.origin}/index.html")
    button = user.get_by_role("link", name="Connect with ContextFile", exact=True)
    assert button.evaluate("link => getComputedStyle(link).minHeight") == "52px"
    button.click()
    with user.expect_request(f"{app.origin}/callback?*") as answer:
        user.get_by_role("button", name="Allow", exact=True).click()
    user.get_by_text("Connected. Your app may use: profile:read contexts:read").wait_for()
    assert parameters(answer.value.url)["iss"] == issuer
    user.goto(answer.value.url)
    user.get_by_text("Connect again.").wait_for()  # the state is spent, on the server or in the tab


def test_what_is_printed_gets_tokens(
    developer: Page, user: Page, live_server: LiveServer, clients: list[DemoClient], tmp_path: Path
) -> None:
    with ExitStack() as stack:
        apps = []
        for client, (button, server) in zip(clients, PRINTED, strict=True):
            looks = {"variant": "outline", "size": "large"}
            code = print_code(developer, live_server, client, code=button, server=server, **looks)
            folder = tmp_path / f"{button}-{server}"
            apps.append(stack.enter_context(closing(PrintedApp(code, live_server, client, folder))))
        for app in apps:
            app.wait_until_it_answers()
            live_server.forget_decisions()
            go_through(app, user, live_server.url)
    code = print_code(developer, live_server, clients[0], code="url", pkce="off")
    live_server.forget_decisions()
    user.goto(code["url"].strip())
    assert "Acme Notes" in Visitor(user, live_server.url).heading()
    user.get_by_role("button", name="Allow", exact=True).wait_for()


def test_the_element_asks_in_a_popup(
    developer: Page, user: Page, live_server: LiveServer, clients: list[DemoClient], tmp_path: Path
) -> None:
    code = print_code(developer, live_server, clients[0], code="element", server="flask")
    code["element"] = code["element"].replace("  pkce", "  pkce popup")
    live_server.forget_decisions()
    with closing(PrintedApp(code, live_server, clients[0], tmp_path / "app")) as app:
        app.wait_until_it_answers()
        user.goto(f"{app.origin}/index.html")
        host = user.locator("connect-with-contextfile")
        host.evaluate("host => host.addEventListener('connect', event => { globalThis.heard = event.detail })")
        button = user.get_by_role("link", name="Connect with ContextFile", exact=True)
        for answer in ("Deny", "Allow"):
            sent = parameters(str(button.get_attribute("href")))
            with user.expect_popup() as opened:
                button.click()
            with opened.value.expect_event("close"):
                opened.value.get_by_role("button", name=answer, exact=True).click()
            user.wait_for_function("globalThis.heard")
            heard = user.evaluate("globalThis.heard")
            assert heard.get("error") == ("access_denied" if answer == "Deny" else None)
            assert user.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
            assert parameters(str(button.get_attribute("href")))["state"] != sent["state"], (
                "the next is another request"
            )
            user.evaluate("delete globalThis.heard")
        assert heard["redirectUri"] == clients[0].redirect_uri
        tokens = exchange(live_server, clients[0], heard["code"], heard["codeVerifier"])
        assert tokens["token_type"] == "Bearer"


def test_the_element_believes_no_answer_but_its_own(page: Page, live_server: LiveServer, demo: Demo) -> None:
    code = print_code(page, live_server, demo.public, code="element")["element"]  # a stranger's: with placeholders
    element = f"/static/{ELEMENT}"
    page.evaluate("([element, code]) => { document.body.innerHTML = code; return import(element) }", [element, code])
    button = page.get_by_role("link", name="Connect with ContextFile", exact=True)
    sent = parameters(str(button.get_attribute("href")))
    assert sent["client_id"] == "YOUR_CLIENT_ID"
    assert len(sent["state"]) == len(sent["code_challenge"]) == 43
    assert page.evaluate("sessionStorage.length") == 0, "nothing is kept before it is pressed"

    def check(state: str, issuer: str) -> object:
        address = f"https://yourapp.com/callback?code=c&state={state}&iss={issuer}"
        return page.evaluate(CHECK, {"element": element, "address": address})

    assert check("another", live_server.url) == "state_mismatch"
    button.evaluate("link => link.addEventListener('click', event => event.preventDefault())")
    button.click()
    assert check(sent["state"], "https://attacker.example") == "issuer_mismatch"
    assert check(sent["state"], live_server.url) == "state_mismatch", "an answer is looked at once"
    for in_new_tab in (False, True):  # which cannot read what this one's session keeps
        button.click(modifiers=["Control"] if in_new_tab else [])
        taken = check(sent["state"], live_server.url)
        assert isinstance(taken, dict)
        assert (taken["code"], taken["redirectUri"], len(taken["codeVerifier"])) == ("c", sent["redirect_uri"], 43)
    assert check(sent["state"], live_server.url) == "state_mismatch"
    host = page.locator("connect-with-contextfile")
    host.evaluate("host => { host.innerHTML = '<a href=/connect>Plain</a>'; host.removeAttribute('client-id') }")
    expect(page.get_by_role("link", name="Plain")).to_be_visible()
