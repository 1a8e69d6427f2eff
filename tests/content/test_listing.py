import pytest
import time_machine

from portal.content.contexts import create_context
from portal.content.listing import SORTS, Page, Wanted, list_owned
from portal.content.models import Context
from tests.factories import Person


def names(person: Person, wanted: Wanted) -> list[str]:
    return [context.name for context in list_owned(Context, person.id, wanted).items]


def whole_list(person: Person, limit: int, sort: str) -> list[Context]:
    """Every page, each begun where the one before ended."""
    page: Page[Context] = list_owned(Context, person.id, Wanted(limit=limit, sort=sort))
    found = page.items
    while page.last:
        page = list_owned(Context, person.id, Wanted(limit=limit, sort=sort, after=page.last))
        found += page.items
    return found


@pytest.mark.parametrize("sort", SORTS)
def test_pages_that_begin_where_the_last_one_ended_neither_repeat_nor_lose_anything(ada: Person, sort: str) -> None:
    for number, name in enumerate(["b", "A", "a", "B", "ä", "b", "c%", "_"]):
        with time_machine.travel(1_790_000_000 + number // 3, tick=False):
            create_context(ada.id, name, "")
    at_once = list_owned(Context, ada.id, Wanted(limit=100, sort=sort)).items
    assert [one.id for one in whole_list(ada, 3, sort)] == [one.id for one in at_once]
    assert len({one.id for one in at_once}) == 8
    field = sort.removeprefix("-")
    values = [getattr(one, field).lower() if field == "name" else getattr(one, field) for one in at_once]
    if field != "name":  # in which order letters come is the database's
        assert values == sorted(values, reverse=sort.startswith("-"))


def test_what_comes_meanwhile_moves_nothing_on_the_next_page(ada: Person) -> None:
    for name in ("1", "2", "3"):
        with time_machine.travel(1_790_000_000 + int(name), tick=False):
            create_context(ada.id, name, "")
    first = list_owned(Context, ada.id, Wanted(limit=2))
    with time_machine.travel(1_790_000_009, tick=False):
        create_context(ada.id, "new", "")
    assert [one.name for one in first.items] == ["3", "2"]
    assert names(ada, Wanted(limit=2, after=first.last)) == ["1"]


def test_the_last_page_says_that_it_is_the_last(ada: Person) -> None:
    for name in ("1", "2"):
        create_context(ada.id, name, "")
    assert list_owned(Context, ada.id, Wanted(limit=2)).last is None
    assert list_owned(Context, ada.id, Wanted(limit=1)).last is not None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("voice", ["Brand Voice"]),
        ("VOICE brand", ["Brand Voice"]),
        ("straße", ["Straße"]),
        ("STRASSE", ["Straße"]),
        ("öl", ["ÖL"]),
        ("plain", ["Brand Voice"]),
        ("sound", ["Brand Voice"]),
        ("100%", ["100%"]),
        ("%", ["100%"]),
        ("_", []),
        ("voice nothing", []),
    ],
)
def test_a_search_finds_what_holds_each_word_in_whatever_case(ada: Person, query: str, found: list[str]) -> None:
    create_context(ada.id, "Brand Voice", "Plain words.", description="How we sound")
    for name in ("Straße", "ÖL", "100%"):
        create_context(ada.id, name, "")
    assert names(ada, Wanted(query=query)) == found


def test_a_search_finds_nothing_of_somebody_elses(ada: Person, bob: Person) -> None:
    create_context(ada.id, "Voice", "Plain words.")
    assert list_owned(Context, bob.id, Wanted(query="voice")) == Page([], 0, None)


def test_columns_that_nobody_wants_are_not_read(ada: Person) -> None:
    create_context(ada.id, "Voice", "Plain words.")
    (context,) = list_owned(Context, ada.id, Wanted(without=("content",))).items
    assert context.size == len("Plain words.")
    assert not hasattr(context, "content")
