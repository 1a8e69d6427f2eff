"""The pages of contexts: whose they are, how they are found, how they read, and how they are deleted."""

import pytest
from flask import Flask

from portal.content.skills import create_skill
from tests.accounts.documents import Page
from tests.accounts.visitor import Visitor
from tests.factories import Person, make_person
from tests.fixtures.statements import cost
from tests.library.contexts import CONTEXTS, kept, make_context, path_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def names(page: Page) -> list[str]:
    return [heading.text for row in page.document.find("li", **{"class": "item"}) for heading in row.find("h2")]


def test_somebody_elses_context_is_not_there_and_stays(app: Flask, visitor: Visitor, subtests: pytest.Subtests) -> None:
    bob = make_person(app)
    context = make_context(visitor, bob)
    token = visitor.open(f"{CONTEXTS}/new").values["csrf_token"]
    assert names(visitor.open(CONTEXTS)) == []
    for address in (path_of(context), f"{CONTEXTS}/1", f"{CONTEXTS}/{2**63 - 1}"):
        for method, path in [
            ("GET", address), ("GET", f"{address}.md"), ("GET", f"{address}/edit"), ("POST", f"{address}/edit"),
            ("GET", f"{address}/delete"), ("POST", f"{address}/delete"),
        ]:  # fmt: skip
            with subtests.test(method=method, path=path):
                data = {"csrf_token": token, "name": "Mine", "version": "1"}
                assert visitor.request(path, method, data=data if method == "POST" else None).status_code == 404
    assert [one.name for one in kept(visitor, bob)] == ["Brand voice"]


def test_every_page_is_for_who_is_signed_in(app: Flask, subtests: pytest.Subtests) -> None:
    stranger = Visitor.of(app)
    for path in ("", "/new", "/1", "/1.md", "/1/edit", "/1/delete", "/import", "/export.zip"):
        with subtests.test(path=path):
            assert stranger.request(CONTEXTS + path).location.startswith("/login")


def test_nothing_is_changed_without_the_forms_token(visitor: Visitor, ada: Person, subtests: pytest.Subtests) -> None:
    path = path_of(make_context(visitor, ada))
    for address in (f"{CONTEXTS}/new", f"{path}/edit", f"{path}/delete", f"{CONTEXTS}/import", f"{CONTEXTS}/preview"):
        with subtests.test(address=address):
            assert visitor.request(address, "POST", data={"name": "Mine", "version": "1"}).status_code == 400
    assert [one.name for one in kept(visitor, ada)] == ["Brand voice"]


def test_who_keeps_none_is_told_what_a_context_is_and_how_to_begin(visitor: Visitor) -> None:
    page = visitor.open(CONTEXTS)
    assert "Write your first context" in page.text
    assert {f"{CONTEXTS}/new", f"{CONTEXTS}/import"} <= set(page.links)
    assert f"{CONTEXTS}/export.zip" not in page.links


def test_they_are_found_by_words_type_and_order(visitor: Visitor, ada: Person, subtests: pytest.Subtests) -> None:
    make_context(visitor, ada, "Voice", context_type="brand", description="How we sound")
    make_context(visitor, ada, "Words", context_type="glossary", content="LOT: one harvest")
    make_context(visitor, ada, "about us", context_type="brand")
    for query, found in {
        "?sort=name": ["about us", "Voice", "Words"],
        "?query=harvest+lot": ["Words"],
        "?query=sound": ["Voice"],
        "?context_type=brand&sort=name": ["about us", "Voice"],
        "?context_type=brand&query=harvest": [],
        "?context_type=x%00&query=%00": [],
        "?sort=size&page=99&query=": ["Voice", "Words", "about us"],
    }.items():
        with subtests.test(query=query):
            page = visitor.open(CONTEXTS + query)
            assert sorted(names(page)) == sorted(found)
            assert names(page) == found or "sort=name" not in query
            assert ("No context matches" in page.text) == (not found)


def test_the_list_comes_in_pages_and_reads_no_contents(app: Flask, visitor: Visitor, ada: Person) -> None:
    make_context(visitor, ada, "Number 0")
    few = cost(app, lambda: visitor.open(CONTEXTS))
    for number in range(1, 25):
        make_context(visitor, ada, f"Number {number}", context_type="brand")
    assert cost(app, lambda: visitor.open(CONTEXTS)) == few
    first = visitor.open(f"{CONTEXTS}?context_type=brand&query=number&sort=created_at")
    [onward] = [link for link in first.links if "page=2" in link]
    assert len(names(first)) == 20
    assert len(names(visitor.open(onward))) == 4
    assert names(visitor.open(onward.replace("page=2", "page=20"))) == names(visitor.open(onward))
    assert "Warm." not in first.text


def test_a_context_reads_as_it_is_meant(visitor: Visitor, ada: Person) -> None:
    text = "# Voice\n\nSee [the guide](https://a.example). <b>Not bold</b>\n"
    context = make_context(visitor, ada, "<i>Brand</i>", content=text, description="Our & yours")
    page = visitor.open(path_of(context))
    assert page.title == "<i>Brand</i>"
    assert "<b>Not bold</b>" in page.text
    [link] = page.document.find("a", href="https://a.example")
    assert link["rel"] == "nofollow noreferrer"
    long = visitor.open(path_of(make_context(visitor, ada, content="word " * 20_000)))
    assert "only the beginning of a long text" in long.text
    assert len(long.source) < 100_000


def test_deleting_one_is_asked_first_and_names_the_skills_that_use_it(
    app: Flask, visitor: Visitor, ada: Person
) -> None:
    context, other = make_context(visitor, ada), make_context(visitor, ada, "Other")
    with app.app_context():
        create_skill(ada.id, "Letter", "Write.", configuration={"contexts": [str(context.id)]})
        create_skill(ada.id, "Teaser", "Tease.", configuration={"contexts": [str(other.id)]})
    page = visitor.open(f"{path_of(context)}/delete")
    assert page.title == "Delete “Brand voice”?"
    assert "Letter" in page.text
    assert "Teaser" not in page.text
    assert visitor.send(f"{path_of(context)}/delete").location == CONTEXTS
    assert "“Brand voice” is deleted" in visitor.open(CONTEXTS).text
    assert [one.name for one in kept(visitor, ada)] == ["Other"]
