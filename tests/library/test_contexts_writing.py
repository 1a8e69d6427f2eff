"""Writing contexts: what is kept, what is refused and how, what a preview shows, and who changed it meanwhile."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import encode_multipart

from portal.content.contexts import delete_context, update_context
from portal.content.models import Context
from tests.accounts.documents import Page, assert_fault_at
from tests.accounts.visitor import Visitor, visit_signed_in
from tests.factories import Person, make_person
from tests.fixtures.applications import MakeApp
from tests.library.contexts import CONTEXTS, kept, make_context, path_of

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
NEW = f"{CONTEXTS}/new"


def send_new(visitor: Visitor, **fields: Any) -> Page:
    return Page(visitor.send(NEW, **{"name": "Voice", "content": "Warm.", **fields}))


def shown(page: Page) -> str:
    return page.document.by_id("preview").text


def test_what_is_written_is_kept_to_the_letter(visitor: Visitor, ada: Person) -> None:
    text = "\n\n  indented\tand 👩‍🚀 \r\n\r\n<b>&amp;</b> \u202e end  \n"
    answer = visitor.send(NEW, name=" Stimme ", context_type=" ", description=" Kurz ", content=text)
    [context] = kept(visitor, ada)
    assert answer.status_code == 303
    assert answer.location == path_of(context)
    assert context.content == text.replace("\r\n", "\n")
    assert (context.name, context.context_type, context.description) == ("Stimme", "general", "Kurz")
    assert visitor.open(f"{path_of(context)}/edit").values["content"] == context.content
    visitor.send(f"{path_of(context)}/edit")
    assert "Nothing was changed" in visitor.open(path_of(context)).text
    assert [one.version for one in kept(visitor, ada)] == [1]


def test_a_fault_is_said_at_its_field_and_nothing_is_lost(
    visitor: Visitor, ada: Person, subtests: pytest.Subtests
) -> None:
    for name, value, words in [
        ("name", "  ", "Give the context a name"),
        ("name", "x" * 201, "200 characters"),
        ("context_type", "x" * 51, "50 characters"),
        ("description", "x" * 1001, "1000 characters"),
        ("content", "a\0b", "Character 2 is NUL"),
        ("content", "é" * 500_001, "1,000,002 bytes, and 1,000,000 is the most"),
    ]:
        with subtests.test(name=name, words=words):
            page = send_new(visitor, **{name: value})
            assert_fault_at(page, name, words)
            assert page.values["content"] == (value if name == "content" else "Warm.")
    assert kept(visitor, ada) == []


def test_the_largest_text_fits_also_when_it_is_not_ascii(visitor: Visitor, ada: Person) -> None:
    text = "字" * 333_333
    boundary, body = encode_multipart({**visitor.open(NEW).values, "name": "Large", "content": text})
    sent_as = f'multipart/form-data; boundary="{boundary}"'
    assert visitor.request(NEW, "POST", data=body, content_type=sent_as).status_code == 303
    [context] = kept(visitor, ada)
    assert context.size == 999_999
    assert visitor.open(f"{path_of(context)}/edit").values["content"] == text


def test_who_has_as_many_as_one_may_have_is_told_so(make_app: MakeApp) -> None:
    app = make_app(most_contexts=1)
    ada = make_person(app)
    visitor = visit_signed_in(app, ada)
    make_context(visitor, ada)
    page = send_new(visitor)
    assert page.status == 422
    assert page.summary == ["You have 1 context, which is the most. Delete one first."]
    assert page.values["content"] == "Warm."


def test_a_preview_shows_what_was_typed_and_saves_nothing(visitor: Visitor, ada: Person) -> None:
    context = make_context(visitor, ada)
    for path in (NEW, f"{path_of(context)}/edit"):
        page = Page(visitor.send(path, preview="1", name="", content="# Typed\n\n<i>so</i> *far*"))
        assert page.status == 200
        assert page.summary == []
        assert shown(page) == "Typed <i>so</i> far"
        assert page.values["content"] == "# Typed\n\n<i>so</i> *far*"
    assert [(one.name, one.version) for one in kept(visitor, ada)] == [("Brand voice", 1)]
    token = visitor.open(NEW).values["csrf_token"]
    alone = visitor.request(f"{CONTEXTS}/preview", "POST", data={"csrf_token": token, "content": "*typed*"})
    assert "<em>typed</em>" in alone.text
    assert "<html" not in alone.text


def test_what_somebody_else_changed_meanwhile_is_not_overwritten_unawares(visitor: Visitor, ada: Person) -> None:
    context = make_context(visitor, ada)
    path = f"{path_of(context)}/edit"
    mine = visitor.open(path).values | {"content": "Mine."}
    change_elsewhere(visitor, context, "Theirs.")
    refused = Page(visitor.request(path, "POST", data=mine))
    assert refused.status == 409
    assert "It was changed since you opened it" in refused.text
    assert refused.values["content"] == "Mine."
    assert [one.content for one in kept(visitor, ada)] == ["Theirs."]
    assert visitor.request(path, "POST", data=refused.values).status_code == 303
    assert [one.content for one in kept(visitor, ada)] == ["Mine."]


@pytest.mark.parametrize("version", ["", "x", "-1", "1.0", "9" * 40])
def test_a_form_that_lost_its_version_changes_nothing(visitor: Visitor, ada: Person, version: str) -> None:
    path = f"{path_of(make_context(visitor, ada))}/edit"
    assert visitor.send(path, version=version, content="Mine.").status_code == 409
    assert [one.version for one in kept(visitor, ada)] == [1]


def test_what_was_deleted_meanwhile_can_be_saved_as_a_new_one(app: Flask, visitor: Visitor, ada: Person) -> None:
    context = make_context(visitor, ada)
    path = f"{path_of(context)}/edit"
    mine = visitor.open(path).values | {"content": "Mine."}
    with app.app_context():
        delete_context(ada.id, context.id)
    page = Page(visitor.request(path, "POST", data=mine))
    assert page.status == 404
    assert "It was deleted since you opened it" in page.text
    assert page.form["action"] == NEW
    assert visitor.request(NEW, "POST", data=page.values).status_code == 303
    assert [one.content for one in kept(visitor, ada)] == ["Mine."]


def change_elsewhere(visitor: Visitor, context: Context, content: str) -> None:
    with visitor.app.app_context():
        update_context(context.user_id, context.id, {"content": content})
