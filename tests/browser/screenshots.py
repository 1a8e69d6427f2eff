"""Pictures of every page of the portal for README and docs: `make screenshots`; the test run leaves them out."""

import io
from pathlib import Path
from urllib.parse import urlencode

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.lived_in_app import APPS, addresses
from tests.browser.visitor import Visitor
from tests.fixtures.browsers import OpenPage
from tests.fixtures.loopback import Callback
from tests.fixtures.servers import Demo, LiveServer
from tests.flows.resource_owner import ResourceOwner

FOLDER = Path(__file__).parents[2] / "static" / "images"
LOOKS = [("light", 1280), ("dark", 360)]
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_consent(page: Page, live_server: LiveServer, demo: Demo, callback: Callback) -> None:
    """The consent screen of the demo's public app, at the size of its card."""
    request = {
        "response_type": "code",
        "client_id": demo.public.client_id,
        "redirect_uri": demo.public.redirect_uri,
        "scope": "profile:read contexts:read contexts:write skills:execute",
        "state": "x",
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
    }
    page.set_viewport_size({"width": 760, "height": 1000})
    ResourceOwner(page, demo, callback).visit(f"{live_server.url}/oauth/authorize?{urlencode(request)}")
    FOLDER.mkdir(exist_ok=True)
    page.screenshot(path=FOLDER / "consent.png", full_page=True)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_portal(open_page: OpenPage, live_server: LiveServer, lived_in: str, scheme: str, width: int) -> None:
    """Every page of the portal, in one look."""
    page = open_page(scheme=scheme, width=width)
    page.goto(f"{live_server.url}/login")
    page.get_by_label("Email").fill("dana@example.com")
    page.get_by_label("Password").fill("contextfile-demo")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Log out").wait_for()
    for name, address in addresses(lived_in):
        answer = page.goto(live_server.url + address)
        assert answer
        assert answer.status == 200, address
        keep(page, f"{name}-{scheme}-{width}")
    page.goto(f"{live_server.url}{APPS}/new")
    page.get_by_label("Name", exact=True).fill("Paper Trail")
    page.get_by_role("button", name="Register New App", exact=True).click()
    page.get_by_role("heading", name="Save your credentials").wait_for()
    keep(page, f"credentials-{scheme}-{width}")


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_library(open_page: OpenPage, live_server: LiveServer, demo: Demo, scheme: str, width: int) -> None:
    """The pages of people's own things, in one look: of a context, a skill and a task, and of a run."""
    visitor = Visitor(open_page(scheme=scheme, width=width), live_server.url, email=demo.email, password=demo.password)
    visitor.log_in()
    page = visitor.page
    for section, one in (("Contexts", "Brand voice"), ("Skills", "Monthly letter"), ("Tasks", "Letter and teaser")):
        name = section.lower().removesuffix("s")
        visitor.follow(section)
        keep(page, f"{name}s-{scheme}-{width}")
        visitor.follow(one)
        keep(page, f"{name}-{scheme}-{width}")
        address = page.url
        visitor.follow("Edit")
        page.wait_for_load_state("networkidle")
        keep(page, f"edit-{name}-{scheme}-{width}")
        page.goto(address)
    visitor.fill(Input="The new roastery opens on Monday.")
    visitor.press("Run the task")
    page.get_by_role("button", name="Run again").wait_for()
    keep(page, f"run-{scheme}-{width}")


def keep(page: Page, name: str) -> None:
    """A picture of the whole page."""
    (FOLDER / "portal").mkdir(exist_ok=True)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    picture.save(FOLDER / "portal" / f"{name}.webp", quality=70, method=6)
