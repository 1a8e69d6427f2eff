"""Pages for readers: complete in both forms, light enough, and the same with and without compression."""

import gzip
import re
from html import escape
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.docs.contents import CONNECT_BUTTON, PAGES, Page

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # nothing here is kept in it

PAGES_OF_PROSE = [page for page in PAGES.values() if page is not CONNECT_BUTTON]
COMPRESSED = ["/", "/docs", "/docs/connect", "/docs/compliance", "/docs/connect.md", "/llms-full.txt"]
MOST_BYTES = 100_000


@pytest.mark.parametrize("path", COMPRESSED)
def test_a_page_is_compressed_for_those_who_can_read_it(app: Flask, path: str) -> None:
    plain = app.test_client().get(path)
    packed = app.test_client().get(path, headers={"Accept-Encoding": "gzip, br"})
    refused = app.test_client().get(path, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in {**plain.headers, **refused.headers}
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data == refused.data


def weight_of(browser: FlaskClient, path: str) -> int:
    """Bytes of a page with all that it loads, as they are sent."""
    page = browser.get(path, headers={"Accept-Encoding": "gzip"})
    assert page.status_code == 200
    html = gzip.decompress(page.data).decode()
    assets = set(re.findall(r'<(?:link|script)[^>]+(?:href|src)="(/static/[^"]+)"', html))
    assert len(assets) > 3
    weight = len(page.data)
    for asset in assets:
        with browser.get(asset, headers={"Accept-Encoding": "gzip"}) as response:
            assert response.status_code == 200
            weight += len(response.data)
    return weight


def test_no_page_weighs_100_kilobytes_with_all_that_it_loads(app: Flask) -> None:
    paths = ["/", "/docs", *(page.path for page in PAGES_OF_PROSE)]
    weights = {path: weight_of(app.test_client(), path) for path in paths}
    assert {path: weight for path, weight in weights.items() if weight >= MOST_BYTES} == {}


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.name)
def test_a_page_is_shared_found_and_read_by_machines(app: Flask, page: Page) -> None:
    html = app.test_client().get(page.path).text
    address = f"{app.config['SETTINGS'].issuer}{page.path}"
    assert f"<title>{escape(page.title)} · ContextFile</title>" in html
    assert html.count("<h1") == 1
    for name, value in {"og:title": page.title, "og:description": page.summary, "og:url": address}.items():
        assert f'<meta property="{name}" content="{escape(value)}">' in html
    assert f'<link rel="canonical" href="{address}">' in html
    picture = re.search(r'<meta property="og:image" content="[^"]+(/static/[^"]+)">', html)
    assert picture
    with app.test_client().get(picture[1]) as shown:
        assert shown.mimetype == "image/png"
    assert f'<link rel="alternate" type="text/markdown" href="{page.path}.md">' in html
    markdown = app.test_client().get(f"{page.path}.md")
    assert markdown.content_type == "text/markdown; charset=utf-8"
    assert markdown.text.startswith("# ")
    left_over = re.search(r"^<!-- \w+: |\{\w+_(lifetime|retry)\}", markdown.text, re.MULTILINE)
    assert left_over is None
    assert app.config["SETTINGS"].issuer == "https://contextfile.ai" or "https://contextfile.ai" not in markdown.text


def test_the_pages_follow_one_another(app: Flask) -> None:
    pages = list(PAGES.values())
    for before, page in pairwise(pages):
        if before is not CONNECT_BUTTON:
            assert f'<a href="{page.path}" rel="next">' in app.test_client().get(before.path).text
        if page is not CONNECT_BUTTON:
            assert f'<a href="{before.path}" rel="prev">' in app.test_client().get(page.path).text


def test_the_list_of_pages_leads_to_all_of_them(app: Flask) -> None:
    html = app.test_client().get("/docs").text
    for page in PAGES.values():
        assert f'<a href="{page.path}">{escape(page.title)}</a>' in html
        assert escape(page.summary) in html


@pytest.mark.parametrize(
    ("shortened", "meant"),
    [("/docs/", "/docs"), ("/docs/quickstarts", "/docs"), ("/docs/connect/", "/docs/connect")],
)
def test_a_shortened_address_leads_to_what_is_meant(app: Flask, shortened: str, meant: str) -> None:
    answer = app.test_client().get(shortened)
    assert (answer.status_code, answer.location) == (301, meant)


@pytest.mark.parametrize("path", ["/docs/nothing", "/docs/nothing/", "/docs//attacker.example/", "/docs/x.md"])
def test_an_address_of_no_page_is_not_found(app: Flask, path: str) -> None:
    assert app.test_client().get(path, follow_redirects=True).status_code == 404


def test_the_markdown_is_whole_for_who_reads_it_elsewhere(app: Flask) -> None:
    issuer = app.config["SETTINGS"].issuer
    text = app.test_client().get("/docs/connect.md").text
    assert f"]({issuer}/docs/connect-button)" in text
    assert "](/" not in text + app.test_client().get("/llms-full.txt").text
    assert "```specimen" not in text
