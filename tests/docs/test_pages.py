"""Pages for readers: light enough, and the same with and without compression."""

import gzip
import re

import pytest
from flask import Flask

PAGES = ["/", "/docs/connect", "/docs/compliance", "/docs/connect.md"]
MOST_BYTES = 100_000


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_compressed_for_those_who_can_read_it(app: Flask, path: str) -> None:
    plain = app.test_client().get(path)
    packed = app.test_client().get(path, headers={"Accept-Encoding": "gzip, br"})
    refused = app.test_client().get(path, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in {**plain.headers, **refused.headers}
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data == refused.data


@pytest.mark.parametrize("path", PAGES[:3])
def test_a_page_weighs_less_than_100_kilobytes_with_all_that_it_loads(app: Flask, path: str) -> None:
    browser = app.test_client()
    page = browser.get(path, headers={"Accept-Encoding": "gzip"})
    html = gzip.decompress(page.data).decode()
    assets = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html))
    assert len(assets) > 3
    weight = len(page.data)
    for asset in assets:
        with browser.get(asset) as response:
            assert response.status_code == 200
            weight += len(response.data)
    assert weight < MOST_BYTES, f"{path} weighs {weight} bytes"
