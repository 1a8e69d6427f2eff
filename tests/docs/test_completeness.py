"""Whatever the server has is documented on its page, and every link of the documentation leads somewhere."""

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from flask import Flask
from markdown_it import MarkdownIt

from portal.api.operation import Operation
from portal.config import Settings
from portal.docs.contents import PAGES
from portal.docs.errors import MEANINGS
from portal.docs.facts import figures
from portal.oauth.metadata import ENDPOINTS, REGISTRATION, RESOURCES, WELL_KNOWN, WELL_KNOWN_RESOURCE
from portal.oauth.scopes import SCOPES
from tests.accounts.documents import Element, Page

PROSE = Path(__file__).parents[2] / "portal" / "docs" / "prose"
SOURCES = sorted(PROSE.rglob("*.md"))
Read = Callable[[str], Page]
on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_every_page = pytest.mark.parametrize("path", [page.path for page in PAGES.values()])


@pytest.fixture(scope="session")
def read(usual_app: Flask) -> Read:
    """Open pages as anybody does; each is asked for once."""

    @cache
    def read(path: str) -> Page:
        response = usual_app.test_client().get(path)
        assert response.status_code == 200, f"{path}: {response.status}"
        return Page(response)

    return read


def article(page: Page) -> Element:
    """What the page itself says, without what is around it."""
    return (page.document.find("article") or page.document.find("main"))[0]


def codes(page: Page) -> set[str]:
    """All that stands in code font."""
    return {element.text for element in article(page).find("code")}


@on_one_database
def test_every_scope_is_on_its_page_with_its_sentence_and_group(read: Read) -> None:
    page = read("/docs/scopes")
    assert codes(page) >= SCOPES.keys()
    groups = {line.text.partition(" ")[0]: line.text for line in article(page).find("li")}
    for scope in SCOPES.values():
        assert scope.sentence in page.text
        assert scope.name in groups[scope.group]


@on_one_database
def test_each_scope_opens_what_its_page_says(read: Read, usual_app: Flask) -> None:
    opened: dict[str, set[str]] = {name: set() for name in SCOPES}
    for rule in usual_app.url_map.iter_rules():
        view = usual_app.view_functions[rule.endpoint]
        if isinstance(view, Operation):
            path = re.sub("<[^>]*>", "{id}", rule.rule)
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            for scope in view.needs.scopes:
                opened[scope] |= {f"{method} {path}" for method in methods}
    rows = [[cell.text for cell in row.find("td")] for row in article(read("/docs/scopes")).find("tr")]
    said = {row[0]: row[1] for row in rows if row and row[0] in SCOPES and row[1] != SCOPES[row[0]].sentence}
    expected = {name: ", ".join(sorted(found, key=_in_order)) or "none yet" for name, found in opened.items()}
    assert said == expected


def _in_order(operation: str) -> tuple[int, str]:
    method, path = operation.split()
    return ["GET", "POST", "PATCH", "PUT", "DELETE"].index(method), path


@on_one_database
def test_every_endpoint_is_in_the_reference(read: Read) -> None:
    addresses = [*ENDPOINTS.values(), REGISTRATION, WELL_KNOWN, *(WELL_KNOWN_RESOURCE + path for path in RESOURCES)]
    said = read("/docs/reference").text
    assert [address for address in addresses if address not in said] == []


@on_one_database
def test_every_setting_is_on_its_page_and_has_a_place_there(read: Read) -> None:
    page = article(read("/docs/settings"))
    assert {element["id"] for element in page.find("h3")} >= {name.replace("_", "-") for name in Settings.model_fields}
    assert {element.text for element in page.find("h3")} >= {name.upper() for name in Settings.model_fields}


@on_one_database
def test_every_error_code_is_on_its_page(read: Read) -> None:
    assert codes(read("/docs/errors")) >= MEANINGS.keys()


@on_one_database
@on_every_page
def test_every_link_leads_to_a_page_and_a_place_that_are_there(usual_app: Flask, read: Read, path: str) -> None:
    for link in article(read(path)).find("a"):
        target, place = urldefrag(link["href"])
        if target and not target.startswith("/"):
            assert re.match("https?://|mailto:", target), f"{link['href']} is no address from the root"
        elif target == "" or (target.startswith("/docs/") and target.removeprefix("/docs/") in PAGES):
            ids = {element["id"] for element in read(target or path).document.walk()}
            assert not place or place in ids, f"{link['href']}: there is no such place"
        else:
            with usual_app.test_client().get(target) as response:
                assert response.status_code in {200, 302, 303}, link["href"]


@on_one_database
@on_every_page
def test_a_page_has_one_first_heading_and_skips_no_level(read: Read, path: str) -> None:
    levels = [int(heading.tag[1]) for heading in article(read(path)).find("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert [(one, other) for one, other in pairwise(levels) if other > one + 1] == []


@on_one_database
@on_every_page
def test_nothing_is_left_that_should_have_been_filled_in(read: Read, path: str) -> None:
    with_code_apart = re.sub("<pre.*?</pre>|<code.*?</code>", "", read(path).source, flags=re.DOTALL)
    words = "|".join(figures(Settings()))
    assert re.findall(rf"(?:&lt;|<)!-- \w+: .*? --|\{{(?:{words})\}}", with_code_apart) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.relative_to(PROSE)))
def test_prose_begins_with_its_title_and_holds_no_code(source: Path) -> None:
    text = source.read_text("utf-8")
    tokens = MarkdownIt("js-default").parse(text)
    assert tokens[0].tag == "h1"
    assert tokens[3].type == "paragraph_open", "a lead paragraph follows the title"
    code = [token for token in tokens if token.type in {"fence", "code_block"} and "specimen" not in token.info]
    assert [token.content for token in code] == [], "code is in files of its own, which the tests run"


def test_every_file_of_prose_is_a_page_and_has_its_title_in_the_list() -> None:
    names = {str(source.relative_to(PROSE).with_suffix("")) for source in SOURCES}
    assert names == PAGES.keys()
