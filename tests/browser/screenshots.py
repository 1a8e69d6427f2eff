"""The README's picture, made by `make screenshots`; the test run does not collect this file."""

from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page

from tests.fixtures.loopback import Callback
from tests.fixtures.servers import Demo, LiveServer
from tests.flows.resource_owner import ResourceOwner

FOLDER = Path(__file__).parents[2] / "static" / "images"


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
