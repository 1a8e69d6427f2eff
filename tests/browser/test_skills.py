"""Writing a skill, trying it and watching a run in Chromium, with and without JavaScript."""

import re
import threading
from contextlib import nullcontext

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_journey import look_away, look_closely
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage
from tests.fixtures.model_server import ModelServer, Reply
from tests.fixtures.servers import Demo, LiveServer, StartServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def sign_in(page: Page, url: str, password: str) -> Visitor:
    visitor = Visitor(page, url, email="uma@example.com", password=password)
    visitor.log_in()
    return visitor


def write_skill(visitor: Visitor, name: str, javascript: bool) -> None:
    """Fill in the form for a new skill: rows come and go, and contexts are found, by buttons that keep nothing."""
    page = visitor.page

    def press(button: str) -> None:
        with nullcontext() if javascript else page.expect_navigation():
            page.get_by_role("button", name=button, exact=True).click()

    visitor.fill(Name=name, Temperature="warm")
    page.get_by_label("Prompt").fill("Invite {{ guest }} to {{ place }}.\n\n{{ input }}")
    for number, variable in enumerate(("guest", "mood", "place"), 1):
        press("Add a variable")
        field = page.get_by_label(f"Name of variable {number}")
        expect(field).to_be_focused()
        field.fill(variable)
    press("Remove variable 2")
    expect(page.get_by_label("Name of variable 2")).to_have_value("place")
    page.get_by_label("Default optional of variable 2").fill("the *old* roastery")
    search = page.get_by_role("searchbox", name="Search your contexts")
    search.fill("brand")
    if not javascript:
        with page.expect_navigation():
            search.press("Enter")
    expect(page.get_by_role("checkbox", name="Glossary")).to_have_count(0)
    page.get_by_role("checkbox", name="Brand voice").check()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_skill_is_written_tried_and_deleted(
    open_page: OpenPage, live_server: LiveServer, demo: Demo, javascript: bool
) -> None:
    page, name = open_page(javascript=javascript), f"Invitation {javascript}"
    visitor = sign_in(page, live_server.url, demo.password)
    look = look_closely if javascript else look_away
    visitor.follow("Skills")
    look(page)
    visitor.follow("New skill")
    write_skill(visitor, name, javascript)
    visitor.press("Save skill")
    expect(page.get_by_role("link", name="“warm” must be a number from 0 to 2")).to_be_visible()
    look(page)
    visitor.fill(Temperature="0.5")
    visitor.press("Save skill")
    assert visitor.heading() == name
    visitor.press("Run")
    expect(page.get_by_role("link", name="guest: give a value; it has no default.")).to_be_visible()
    visitor.fill(guest="Grace", Input="At *eight*.")
    visitor.press("Run")
    result = page.locator("#result")
    expect(result.get_by_text("This is the rendered document itself.")).to_be_visible()
    expect(result.get_by_role("heading", name="Brand voice")).to_be_visible()
    assert result.locator(".rendered em").all_inner_texts()[-2:] == ["old", "eight"]
    assert page.get_by_label("guest").input_value() == "Grace"
    look(page)
    visitor.follow("See this run")
    look(page)
    visitor.follow("Runs")
    look(page)
    visitor.follow(name)
    visitor.follow("the skill")
    assert page.get_by_label("guest").input_value() == "Grace"
    visitor.follow("Delete")
    visitor.press("Delete the skill")
    expect(page.get_by_text("is deleted")).to_be_visible()


def test_a_run_is_watched_while_the_model_writes_and_cancelled(
    open_page: OpenPage, start_server: StartServer, model: ModelServer
) -> None:
    server = start_server(generator="openai", generator_url=model.url, generator_model="test", worker="inside")
    password = server.demo("http://127.0.0.1:3000/callback").password
    goes_on = threading.Event()
    model.answer = lambda _: Reply(pieces=("# First", " words\n", "and the rest"), then=goes_on)
    page = open_page()
    visitor = sign_in(page, server.url, password)
    visitor.follow("Skills")
    visitor.follow("One-line summary")
    visitor.press("Run")
    page.wait_for_url("**/runs/*")
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    expect(page.locator("pre").first).to_have_text("# First")
    expect(page.get_by_role("link", name="Reload")).to_be_hidden()
    look_closely(page)
    page.locator("[data-growing]").focus()
    goes_on.set()
    expect(page.get_by_role("heading", name="First words")).to_be_visible()
    expect(page.locator("main")).to_be_focused()  # what had the focus is not shown any more
    expect(page.locator("#announcements")).to_have_text("Done")
    expect(page).to_have_title(re.compile("^Done: One-line summary"))
    expect(page.get_by_role("button", name="Copy the output as plain text")).to_be_visible()
    expect(page.get_by_text("7 in, 3 out")).to_be_visible()
    assert loads == []
    goes_on.clear()
    visitor.press("Run again")
    expect(page.locator("pre").first).to_have_text("# First")
    visitor.press("Cancel this run")
    expect(page.get_by_text("Cancelled")).to_be_visible()
    assert not page.get_by_role("button", name="Cancel this run").is_visible()
    goes_on.set()
