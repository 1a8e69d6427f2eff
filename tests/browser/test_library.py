"""The pages of people's own things: light enough, and still while they load."""

import pytest
from playwright.sync_api import Page

from tests.browser.test_every_page import MOST_BYTES, NEVER_SHIFTED, weight_of
from tests.browser.visitor import Visitor
from tests.fixtures.servers import Demo, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_no_page_is_heavy_or_moves_while_it_loads(page: Page, live_server: LiveServer, demo: Demo) -> None:
    visitor = Visitor(page, live_server.url, email=demo.email, password=demo.password)
    visitor.log_in()
    paths = ["/contexts/new", "/contexts/import", "/skills/new", "/tasks/new", "/runs"]
    for kind in ("contexts", "skills", "tasks"):
        page.goto(f"{visitor.home}/{kind}")
        one = page.locator(".item a").last.get_attribute("href")
        paths += [f"/{kind}", f"{one}", f"{one}/edit", f"{one}/delete"]
    visitor.follow("Tasks")
    page.locator(".item a").last.click()
    visitor.fill(Input="The new roastery opens on Monday.")
    visitor.press("Run the task")
    paths.append(page.url.removeprefix(visitor.home))
    for path in paths:
        assert weight_of(page, visitor.home + path) < MOST_BYTES, path
        assert page.evaluate(NEVER_SHIFTED) < 0.01, path
