"""Drawings as PNG files, made by `make screenshots`; the test run leaves them out.

The Connect button at twice its size, and the picture that shared links are shown with.
"""

import base64
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


SHARED = """<!doctype html><style>
@font-face {{ font-family: Inter; src: url(data:font/woff2;base64,{font}); font-weight: 400 700 }}
body {{ margin: 0; width: 1200px; height: 630px; box-sizing: border-box; padding: 96px;
  background: #0c101b; color: #e8ebf4; font-family: Inter;
  display: flex; flex-direction: column; justify-content: space-between }}
.brand {{ display: flex; align-items: center; gap: 20px; font-size: 34px; font-weight: 600 }}
.sprite {{ position: absolute }}
h1 {{ margin: 0; font-size: 92px; line-height: 1.05; letter-spacing: -0.035em; font-weight: 650; text-wrap: balance }}
p {{ margin: 0; color: #a3adc2; font-size: 34px }}
</style>{mark}
<div class=brand><svg width=56 height=56 viewBox="0 0 24 24"><use href="#product-mark"/></svg>ContextFile</div>
<h1>Connect with ContextFile</h1>
<p>OAuth 2.0 for people’s context files, skills and tasks</p>
"""


def test_picture_of_shared_links(page: Page) -> None:
    """1200 by 630 pixels, as ogp.me's readers want it."""
    font = base64.b64encode(next((STATIC / "fonts").glob("*.woff2")).read_bytes()).decode()
    mark = (STATIC.parent / "templates/components/product_mark.html").read_text()
    page.set_viewport_size({"width": 1200, "height": 630})
    page.set_content(SHARED.format(font=font, mark=mark))
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(path=STATIC / "images" / "open-graph.png")
