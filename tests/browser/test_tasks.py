"""Writing a task in Chromium, with and without JavaScript: rows that move, and what is typed in them meanwhile."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_journey import look_away, look_closely
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage
from tests.fixtures.servers import Demo, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def sign_in(page: Page, server: LiveServer, demo: Demo) -> Visitor:
    visitor = Visitor(page, server.url, email="uma@example.com", password=demo.password)
    visitor.log_in()
    return visitor


def focused(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.id")
    return name


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_task_is_written_row_by_row_and_run(
    open_page: OpenPage, live_server: LiveServer, demo: Demo, javascript: bool
) -> None:
    page = open_page(javascript=javascript)
    visitor = sign_in(page, live_server, demo)
    look = look_closely if javascript else look_away

    def change(button: str, row: str) -> None:
        """Press a button between the rows; where the work goes on has the focus then, and can be seen."""
        visitor.press(button, stays=javascript)
        page.wait_for_function("id => document.activeElement.id === id", arg=row)
        assert page.locator(f"#{row}").evaluate(
            "e => e.getBoundingClientRect().top > 0 && e.getBoundingClientRect().top < innerHeight"
        )

    def choose(skill: str, step: int) -> None:
        page.get_by_label(f"Skill of step {step}", exact=True).select_option(label=skill)
        if not javascript:
            with page.expect_navigation():
                page.get_by_role("button", name="Show its variables").nth(step - 1).click()

    visitor.follow("Tasks")
    visitor.follow("New task")
    look(page)
    visitor.fill(Name=f"Teaser first {javascript}")
    choose("Monthly letter", 1)
    page.get_by_label("topic of step 1", exact=True).select_option(label="A text of its own")
    page.get_by_label("Text for topic of step 1").fill("Harvest")
    change("Add a step", "steps-1-skill_id")
    choose("One-line summary", 2)
    page.get_by_label("tone of step 2", exact=True).select_option(label="Step 1: Monthly letter")
    assert not page.get_by_label("Text for tone of step 2").is_visible()
    change("Move step 2 up", "steps-0-down")
    assert page.get_by_label("Text for topic of step 2").input_value() == "Harvest"
    page.get_by_role("link", name="Step 1, tone: The step that it came from is gone or comes later").click()
    assert focused(page) == "steps-0-variables-tone"
    look(page)
    page.get_by_label("tone of step 1", exact=True).select_option(label="A text of its own")
    page.get_by_label("Text for tone of step 1").fill("dryly")
    change("Move step 1 down", "steps-1-up")
    if javascript:
        expect(page.locator("#announcements")).to_have_text("Step 1 is now step 2.")
    visitor.press("Save task")
    assert visitor.heading() == f"Teaser first {javascript}"
    assert "#" not in page.url  # of the button that was pressed last
    look(page)
    visitor.fill(Input="A new lot has come.")
    visitor.press("Run the task")
    page.get_by_role("heading", name="Output").wait_for()
    assert "Summarize in one line, dryly:" in page.locator("main").inner_text()


def test_the_list_and_the_question_before_deleting_are_accessible(
    open_page: OpenPage, live_server: LiveServer, demo: Demo
) -> None:
    page = open_page()
    visitor = sign_in(page, live_server, demo)
    visitor.follow("Tasks")
    look_closely(page)
    visitor.follow("Letter and teaser")
    visitor.follow("Delete")
    look_closely(page)
