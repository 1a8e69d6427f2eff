"""The search finds sections by the words that people have, and whatever is typed cannot break it."""

import time

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.docs.contents import PAGES
from portal.docs.library import read_document

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # nothing here is kept in it


def found(app: Flask, query: str) -> list[str]:
    answer = app.test_client().get("/docs/search.json", query_string={"q": query})
    assert answer.status_code == 200
    return [one["path"] for one in answer.get_json()]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("rotation", "/docs/tokens"),
        ("refresh token", "/docs/connect"),
        ("contexts:write", "/docs/scopes"),
        ("skills:exec", "/docs/scopes"),
        ("invalid_grant", "/docs/errors"),
        ("pkce", "/docs/pkce-and-state"),
        ("REFRESH_RETRY_SECONDS", "/docs/settings"),
        ("fastapi", "/docs/quickstarts/fastapi"),
        ("rfc 7662", "/docs/standards"),
        ("blocked by CORS policy", "/docs/security"),
        ("rate limit", "/docs/reference"),
        ("pagination", "/docs/reference"),
        ("The port differs: 4000 was sent, 3000 is registered.", "/docs/errors"),
        ("Too many failed attempts. Wait and try again. 17", "/docs/errors"),
    ],
)
def test_the_page_that_answers_is_among_the_first(app: Flask, query: str, path: str) -> None:
    assert any(one.partition("#")[0] == path for one in found(app, query)[:5])


def test_a_page_is_found_by_its_title_first(app: Flask) -> None:
    for page in PAGES.values():
        assert found(app, page.title)[0].partition("#")[0] == page.path, page.title


def test_results_lead_to_places_that_exist_and_show_what_matched(app: Flask) -> None:
    results = app.test_client().get("/docs/search.json?q=state").get_json()
    assert len(results) > 3
    for one in results:
        path, _, slug = one["path"].partition("#")
        with app.test_request_context():
            sections = read_document(PAGES[path.removeprefix("/docs/")]).sections
        assert slug in {section.slug for section in sections} or not slug
        assert one["title"] in {section.title for section in sections}
    assert any(matched and text.lower() == "state" for one in results for text, matched in one["excerpt"])


def test_the_page_of_results_shows_what_was_asked_as_text(app: Flask) -> None:
    page = app.test_client().get("/docs/search", query_string={"q": "<b>state</b>"})
    assert page.status_code == 200
    assert "&lt;b&gt;state&lt;/b&gt;" in page.text
    assert "<b>state</b>" not in page.text
    assert (
        "Content-Encoding" not in app.test_client().get("/docs/search?q=x", headers={"Accept-Encoding": "gzip"}).headers
    )


def test_a_token_that_was_pasted_is_not_repeated(app: Flask) -> None:
    token = "cf_at_0123456789abcdefghijABCDEFGHIJ"
    assert token not in app.test_client().get("/docs/search", query_string={"q": token}).text


@pytest.mark.parametrize(
    "query", ["", " ", '"', "*", "AND", "NEAR(", "a* OR b", "title:x", "-", "^x", "\x00", "x" * 9999]
)
def test_an_odd_query_is_answered(app: Flask, query: str) -> None:
    found(app, query)


@pytest.mark.parametrize(
    "query",
    [
        "t " * 100,
        "t th the to a an i in is it o of or on s st e ex c co r re " * 4,
        "t ť ţ ț ṫ ṭ ṯ ṱ T Ť Ţ " * 9,
        "te " * 70,
    ],
)
def test_a_query_that_was_made_to_be_slow_is_not(app: Flask, query: str) -> None:
    found(app, "state")  # the index is there
    begin = time.process_time()
    for _ in range(10):
        found(app, query)
    assert time.process_time() - begin < 1, "one took 100 milliseconds; before words were counted, one took 2 seconds"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=80))
def test_whatever_is_typed_is_answered(app: Flask, query: str) -> None:
    found(app, query)
