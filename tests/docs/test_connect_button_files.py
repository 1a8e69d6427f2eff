"""What other people's pages load of ours: the element at its address, with its hash, in the button's one look."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask

from portal.docs.connect_button_files import ARTWORK, CLASS, ELEMENT, read_button_files

STATIC = Path(__file__).parents[2] / "static"
FILES = read_button_files(STATIC)


def squeezed(rule: str) -> str:
    return re.sub(r"\s+", " ", rule).strip()


@pytest.mark.parametrize("path", ["/static/js/copy.js", "/docs/connect-button", "/docs/connect", "/static/connectx.js"])
def test_other_sites_may_read_nothing_else(app: Flask, path: str) -> None:
    with app.test_client().get(path) as response:
        assert "Access-Control-Allow-Origin" not in response.headers


def test_other_sites_may_load_the_element_and_keep_it_for_a_year(app: Flask) -> None:
    with app.test_client().get(f"/static/{ELEMENT}", headers={"Origin": "https://app.example"}) as response:
        assert response.status_code == 200
        assert response.mimetype == "text/javascript"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert response.headers["Cache-Control"] == "public, max-age=31536000"


def test_the_hash_on_the_page_is_that_of_the_file_which_is_served(app: Flask) -> None:
    with app.test_client().get(f"/static/{ELEMENT}") as response:
        digest = base64.b64encode(hashlib.sha384(response.data).digest()).decode()
    page = app.test_client().get("/docs/connect-button?code=element").text
    assert page.count(f"sha384-{digest}") == 3  # the button's code, the callback page's, and the facts


def test_the_element_carries_the_rules_of_the_stylesheet_word_for_word() -> None:
    lines = (STATIC / ELEMENT).read_text().splitlines()
    assert [line for line in lines if line.startswith(f"a.{CLASS}")] == [squeezed(rule) for rule in FILES.rules]


@pytest.mark.parametrize("modifiers", [(), ("outline", "small"), ("text", "large", "pill", "full", "dark")])
def test_the_printed_rules_are_those_that_the_button_needs(modifiers: tuple[str, ...]) -> None:
    css = FILES.rules_for(modifiers)
    assert set(re.findall(rf"\.{CLASS}--(\w+)", css)) == set(modifiers)
    assert css.startswith(f"a.{CLASS} {{")
    assert css.count("{") == css.count("}")
    assert "@layer" not in css


def test_the_artwork_is_small_and_each_drawing_also_a_picture() -> None:
    drawings = sorted((STATIC / ARTWORK).iterdir())
    assert {path.stem for path in drawings if path.suffix == ".png"} == set(FILES.artwork)
    assert len(FILES.artwork) == 8
    assert sum(path.stat().st_size for path in drawings) < 100_000
