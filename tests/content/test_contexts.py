from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import User
from portal.content.contexts import create_context, delete_context, get_context, list_contexts, update_context
from portal.content.listing import Page, Wanted
from portal.foundation.database import transaction
from tests.factories import Person
from tests.fixtures.statements import statements

NOBODYS = 2**63 - 1


def names(person: Person, **wanted: Any) -> list[str]:
    return [context.name for context in list_contexts(person.id, Wanted(**wanted)).items]


def test_somebody_elses_context_is_not_found(ada: Person, bob: Person) -> None:
    context = create_context(ada.id, "Voice", "Plain words.")
    assert get_context(bob.id, context.id) is None
    assert update_context(bob.id, context.id, {"name": "Mine now"}) is None
    assert update_context(bob.id, context.id, {}) is None
    assert delete_context(bob.id, context.id) is False
    assert list_contexts(bob.id, Wanted()) == Page([], 0, None)
    kept = get_context(ada.id, context.id)
    assert kept is not None
    assert kept.name == "Voice"


def test_a_context_that_never_was_is_not_found(ada: Person) -> None:
    assert get_context(ada.id, NOBODYS) is None
    assert update_context(ada.id, NOBODYS, {"name": "x"}) is None
    assert delete_context(ada.id, NOBODYS) is False


def test_a_context_of_nobody_is_refused() -> None:
    with pytest.raises(IntegrityError):
        create_context(NOBODYS, "Voice", "Plain words.")


def test_a_deleted_context_is_gone_and_cannot_be_deleted_again(ada: Person) -> None:
    context = create_context(ada.id, "Voice", "Plain words.")
    assert delete_context(ada.id, context.id) is True
    assert get_context(ada.id, context.id) is None
    assert delete_context(ada.id, context.id) is False


def test_what_was_created_is_what_is_read(ada: Person) -> None:
    made = create_context(ada.id, "Voice", "# Häuser 😀\n", description="How we sound", context_type="brand")
    read = get_context(ada.id, made.id)
    assert read is not None
    for context in (made, read):
        assert (context.id, context.user_id) == (made.id, ada.id)
        assert (context.name, context.content) == ("Voice", "# Häuser 😀\n")
        assert (context.description, context.context_type) == ("How we sound", "brand")
        assert context.created_at == context.updated_at == made.created_at


def test_description_and_type_may_be_left_out(ada: Person) -> None:
    context = create_context(ada.id, "Voice", "Plain words.")
    assert (context.description, context.context_type) == ("", "general")


def test_a_change_touches_only_what_it_names_and_the_time_of_change(ada: Person) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        made = create_context(ada.id, "Voice", "Plain words.", description="How we sound")
    with time_machine.travel("2026-03-01T12:05:00Z", tick=False):
        changed = update_context(ada.id, made.id, {"content": "Plainer words."})
    assert changed is not None
    assert (changed.name, changed.content) == ("Voice", "Plainer words.")
    assert changed.description == "How we sound"
    assert changed.created_at == made.created_at
    assert changed.updated_at == made.updated_at + 300


def test_an_empty_change_leaves_the_time_of_change(ada: Person) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        made = create_context(ada.id, "Voice", "Plain words.")
    unchanged = update_context(ada.id, made.id, {})
    assert unchanged is not None
    assert unchanged.updated_at == made.updated_at


def test_lists_show_the_newest_first_a_page_at_a_time(ada: Person) -> None:
    for minute, name in enumerate(("first", "second", "third")):
        with time_machine.travel(f"2026-03-01T12:0{minute}:00Z", tick=False):
            create_context(ada.id, name, "")
    assert names(ada) == ["third", "second", "first"]
    assert names(ada, page=1, limit=2) == ["third", "second"]
    assert names(ada, page=2, limit=2) == ["first"]
    assert names(ada, page=3, limit=2) == []
    assert list_contexts(ada.id, Wanted(page=3, limit=2)).total == 3


def test_pages_neither_repeat_nor_lose_what_was_made_in_the_same_second(ada: Person) -> None:
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        made = [create_context(ada.id, f"number {number}", "").id for number in range(10)]
    seen = [context.id for page in range(1, 5) for context in list_contexts(ada.id, Wanted(page, 3)).items]
    assert seen == sorted(made, reverse=True)


def test_a_list_can_be_narrowed_to_one_type(ada: Person) -> None:
    create_context(ada.id, "Voice", "", context_type="brand")
    create_context(ada.id, "Bio", "", context_type="person")
    assert names(ada, where={"context_type": "brand"}) == ["Voice"]
    assert list_contexts(ada.id, Wanted(where={"context_type": "brand"})).total == 1
    assert list_contexts(ada.id, Wanted(where={"context_type": "nothing"})) == Page([], 0, None)


def test_a_list_takes_one_statement_however_long_it_is(app: Flask, ada: Person) -> None:
    for number in range(5):
        create_context(ada.id, f"number {number}", "")
    with statements(app) as seen:
        items = list_contexts(ada.id, Wanted()).items
    assert [context.content for context in items] == [""] * 5
    assert seen == ["SELECT"]
    assert list_contexts(ada.id, Wanted(page=9)) == Page([], 5, None), "how many there are is told beyond the end too"


def test_contexts_go_with_their_user(ada: Person) -> None:
    context = create_context(ada.id, "Voice", "Plain words.")
    with transaction() as session:
        session.execute(delete(User).where(User.id == ada.id))
    assert get_context(ada.id, context.id) is None
