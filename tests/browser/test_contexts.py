"""A context from the first word to its end, with and without JavaScript, and how its pages look."""

import re

import pytest
from playwright.sync_api import Dialog, FilePayload, Page, expect

from tests.browser.test_journey import look_away, look_closely
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage
from tests.fixtures.servers import Demo, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
TEXT = "# Tone\n\nWarm, *plain*.\n\n| Say | Never |\n|---|---|\n| you | customers |\n\n```\nsome code\n```\n"


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "text/markdown", "buffer": content}


def assert_asked_before_leaving(page: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("link", name="Cancel").click()
    expect(page.locator("#text")).to_have_value(TEXT)
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_context_is_written_previewed_changed_and_deleted(
    open_page: OpenPage, live_server: LiveServer, demo: Demo, javascript: bool
) -> None:
    page, look = open_page(javascript=javascript), look_closely if javascript else look_away
    visitor = Visitor(page, live_server.url, email=demo.email, password=demo.password)
    visitor.log_in()
    visitor.follow("Contexts")
    look(page)
    visitor.follow("New context")
    name = f"House style {javascript}"
    visitor.fill(Name=name, Type="brand", Description="How we write.")
    page.locator("#text").fill(TEXT)
    if javascript:
        assert_asked_before_leaving(page)
    else:
        visitor.press("Preview")
    expect(page.locator("#preview em")).to_have_text("plain")
    look(page)
    visitor.press("Save context")
    assert visitor.heading() == name
    look(page)
    visitor.follow("Edit")
    page.locator("#text").fill("Cool.")
    with page.context.expect_page() as opened:
        page.evaluate("window.open(location)") if javascript else page.context.new_page().goto(page.url)
    other = Visitor(opened.value, live_server.url)
    other.fill(Description="Changed elsewhere.")
    other.press("Save context")
    visitor.press("Save context")
    expect(page.get_by_role("alert")).to_contain_text("It was changed since you opened it")
    expect(page.locator("#text")).to_have_value("Cool.")
    look(page)
    visitor.press("Save over it")
    expect(page.locator(".rendered")).to_have_text("Cool.")
    visitor.follow("Delete")
    look(page)
    visitor.press("Delete this context")
    expect(page.get_by_text(f"The context “{name}” is deleted.")).to_be_visible()


def test_files_are_imported_and_taken_away_again(page: Page, live_server: LiveServer) -> None:
    visitor = Visitor(page, live_server.url, email="files@people.example")
    visitor.open_sign_up()
    visitor.sign_up()
    visitor.follow("Contexts")
    look_closely(page)
    visitor.follow("Import .md files")
    page.get_by_label("Files").set_input_files([file("a.md", b"# Alpha"), file("b.md", b"\xe9")])
    visitor.press("Import")
    expect(page.get_by_role("alert")).to_contain_text("“b.md” is not in UTF-8")
    look_closely(page)
    page.get_by_label("Files").set_input_files([file("a.md", b"# Alpha"), file("b.md", b"Beta")])
    visitor.press("Import")
    assert sorted(page.get_by_role("heading", level=2).all_inner_texts()) == ["Alpha", "b"]
    with page.expect_download() as download:
        page.get_by_role("link", name="Export all").click()
    assert re.fullmatch(r"contexts-[0-9-]{10}\.zip", download.value.suggested_filename)
