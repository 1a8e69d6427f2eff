"""The Connect button's drawings as PNG files, at twice their size: `make screenshots`; the test run leaves them out."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from portal.docs.connect_button_files import ARTWORK

STATIC = Path(__file__).parents[2] / "static"
DRAWINGS = sorted((STATIC / ARTWORK).glob("*.svg"))


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.stem)
def test_artwork(page: Page, drawing: Path) -> None:
    """One drawing; its label is outlines, so it looks the same whatever fonts there are."""
    page.set_content("<style>svg { zoom: 2 }</style>" + drawing.read_text())
    page.locator("svg").screenshot(path=drawing.with_suffix(".png"), omit_background=True)
