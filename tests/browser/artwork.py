"""The Connect button's drawings as PNG files, at twice their size: `make screenshots`; the test run leaves them out."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Page

from portal.docs.connect_button_files import ARTWORK

STATIC = Path(__file__).parents[2] / "static"
DRAWINGS = sorted((STATIC / ARTWORK).glob("*.svg"))


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.stem)
def test_artwork(page: Page, drawing: Path) -> None:
    """One drawing, with the portal's own typeface."""
    [font] = (STATIC / "fonts").glob("inter-*.woff2")
    source = f"url(data:font/woff2;base64,{base64.b64encode(font.read_bytes()).decode()})"
    page.set_content(
        f"<style>@font-face {{ font-family: Inter; font-weight: 400 700; src: {source} }} svg {{ zoom: 2 }}</style>"
        + drawing.read_text()
    )
    page.evaluate("document.fonts.load('570 15px Inter')")
    page.locator("svg").screenshot(path=drawing.with_suffix(".png"), omit_background=True)
