"""What machines read of the documentation: every page is in it, and every address in it answers."""

import re
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from flask import Flask

from portal.docs.contents import PAGES

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # nothing here is kept in it


def paths_in(app: Flask, addresses: list[str]) -> list[str]:
    """The paths of addresses that are all this server's own."""
    issuer = app.config["SETTINGS"].issuer
    assert all(address.startswith(issuer + "/") for address in addresses)
    return [urlsplit(address).path for address in addresses]


def test_llms_txt_lists_every_page_and_all_its_links_answer(app: Flask) -> None:
    answer = app.test_client().get("/llms.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.startswith("# Connect with ContextFile\n\n> ")
    listed = paths_in(app, re.findall(r"^- \[[^]]+\]\(([^)]+)\): \S", answer.text, re.MULTILINE))
    assert listed == [f"{page.path}.md" for page in PAGES.values()]
    for path in {*listed, *paths_in(app, re.findall(r"https?://[^\s)]+[^\s).]", answer.text))} - {"/api/v1"}:
        assert app.test_client().get(path).status_code == 200, path


def test_llms_full_txt_holds_every_page(app: Flask) -> None:
    text = app.test_client().get("/llms-full.txt").text
    for page in PAGES.values():
        assert app.test_client().get(f"{page.path}.md").text in text


def test_the_sitemap_lists_what_anybody_may_read(app: Flask) -> None:
    answer = app.test_client().get("/sitemap.xml")
    assert answer.content_type == "application/xml; charset=utf-8"
    places = ElementTree.fromstring(answer.text).findall("{*}url/{*}loc")  # noqa: S314  # our own
    paths = paths_in(app, [place.text or "" for place in places])
    assert paths == ["/", "/docs", *(page.path for page in PAGES.values())]
    assert {app.test_client().get(path).status_code for path in paths} == {200}


def test_robots_txt_names_the_sitemap_and_keeps_to_what_is_for_readers(app: Flask) -> None:
    text = app.test_client().get("/robots.txt").text
    assert f"Sitemap: {app.config['SETTINGS'].issuer}/sitemap.xml" in text
    refused = re.findall(r"^Disallow: (\S+)$", text, re.MULTILINE)
    assert "/oauth/" in refused
    assert not [page.path for page in PAGES.values() if page.path.startswith(tuple(refused))]
