"""Every page of the portal, of an app with a past: light enough, still while it loads, and accessible."""

import pytest
from playwright.sync_api import Page

from portal.developer.own_apps import TABS
from tests.browser.lived_in_app import addresses
from tests.browser.test_journey import look_closely
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage
from tests.fixtures.servers import Demo, LiveServer

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
MOST_BYTES = 100_000
NEVER_SHIFTED = """() => new Promise(resolve => {
    let shift = 0
    new PerformanceObserver(list => { for (const entry of list.getEntries()) shift += entry.value })
        .observe({type: "layout-shift", buffered: true})
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(shift)))
})"""


@pytest.fixture
def developer(open_page: OpenPage, live_server: LiveServer, demo: Demo) -> Visitor:
    """The demo's developer, signed in."""
    visitor = Visitor(open_page(), live_server.url, email="dana@example.com", password=demo.password)
    visitor.log_in()
    return visitor


def weight_of(page: Page, address: str) -> int:
    """Bytes that the network carries for a first visit."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.clearBrowserCache")
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    network.detach()
    assert len(sizes) > 3
    return int(sum(sizes))


def test_no_page_is_heavy_or_moves_while_it_loads(developer: Visitor, lived_in: str) -> None:
    pages = dict(addresses(lived_in))
    assert len(pages) == len(TABS) + 4
    weights = {name: weight_of(developer.page, developer.home + path) for name, path in pages.items()}
    assert {name: weight for name, weight in weights.items() if weight >= MOST_BYTES} == {}
    for path in pages.values():
        developer.page.goto(developer.home + path)
        assert developer.page.evaluate(NEVER_SHIFTED) < 0.01, path


@pytest.mark.parametrize("name", ["apps", "claim", "branding", "activity", "usage"])
def test_a_page_that_no_other_walk_looks_at_is_accessible(developer: Visitor, lived_in: str, name: str) -> None:
    developer.page.goto(developer.home + dict(addresses(lived_in))[name])
    look_closely(developer.page)
