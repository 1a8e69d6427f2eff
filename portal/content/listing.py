"""A page of somebody's objects: narrowed by fields and by search, in one of six orders, by number or by position.

The position of a page's last object is where the next page begins: nothing is repeated or lost while others come.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Integer, Select, String, bindparam, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, defer

from portal.content.models import Owned, fold
from portal.content.run_models import Run
from portal.foundation.database import current_database, reading
from portal.foundation.prepared import Prepared

Kind = TypeVar("Kind", bound=Owned | Run)
SORTS = ("-created_at", "created_at", "-updated_at", "updated_at", "name", "-name")
"""By which field; with a minus, the largest or latest first."""


@dataclass(frozen=True)
class Position:
    """An object's place in a list: what the list is sorted by, then its id."""

    value: int | str
    id: int


@dataclass(frozen=True)
class Wanted:
    """Which page of which list.

    Attributes:
        page: which page, from 1; how many are passed over unless `after` says from where.
        limit: objects on a page.
        sort: one of `SORTS`.
        query: only objects in which each of its words occurs; empty for all.
        where: only objects with these values, by column.
        after: the position of the last object before this page.
        without: columns that are not read.
    """

    page: int = 1
    limit: int = 20
    sort: str = "-created_at"
    query: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    after: Position | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page(Generic[Kind]):
    """The objects of one page, how many there are on all, and the position of the last one if there are more."""

    items: list[Kind]
    total: int
    last: Position | None


def list_owned(kind: type[Kind], user_id: int, wanted: Wanted, *conditions: ColumnElement[bool]) -> Page[Kind]:
    """One page of a user's objects: one statement, however long it is; another one beyond its end.

    Args:
        conditions: what else an object must fulfil to be in the list.
    """
    if conditions or wanted.query or not _is_plain(cast(Hashable, kind)):
        statement = _with_total(kind, user_id, wanted, *conditions).limit(wanted.limit + 1)
        with reading() as session:
            found = [(row[0], row[1]) for row in session.execute(statement)]
    else:
        shape = wanted.sort, wanted.after is not None, tuple(wanted.where), wanted.without
        found = [(row, row.total) for row in _prepared(cast(Hashable, kind), *shape).rows(_values(user_id, wanted))]
    total = found[0][1] if found else 0
    if not found and (wanted.page > 1 or wanted.after):
        total = list_owned(kind, user_id, replace(wanted, page=1, limit=1, after=None), *conditions).total
    # One more than the page holds, to see whether there are more.
    more, items = len(found) > wanted.limit, [item for item, _ in found[: wanted.limit]]
    column = wanted.sort.removeprefix("-")
    last = Position(getattr(items[-1], column), items[-1].id) if more and items else None
    return Page(items, total, last)


def _with_total(kind: type[Kind], user_id: Any, wanted: Wanted, *conditions: ColumnElement[bool]) -> Select[Any]:
    chosen: Select[Any] = select(kind).where(*_narrowed(kind, user_id, wanted), *conditions)
    total = chosen.with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery().label("total")
    statement = _on_page(chosen, kind, wanted).add_columns(total)
    return statement.options(*(defer(getattr(kind, name)) for name in wanted.without))


@cache
def _is_plain(kind: Hashable) -> bool:
    """Whether the driver gives its columns as they are."""
    return all(isinstance(column.type, String | Integer) for column in cast(Any, kind).__table__.columns)


@lru_cache(maxsize=256)
def _prepared(kind: type[Any], sort: str, after: bool, filters: tuple[str, ...], without: tuple[str, ...]) -> Prepared:
    """A page of this kind, prepared: to write a statement anew for each would take longer than to run it."""
    where: dict[str, Any] = {name: bindparam(f"where_{name}") for name in filters}
    position: Any = Position(bindparam("after_value"), bindparam("after_id")) if after else None  # type: ignore[arg-type]
    wanted = Wanted(sort=sort, where=where, after=position, without=without)
    statement = _with_total(cast(Any, kind), bindparam("user_id"), wanted).limit(bindparam("limit"))
    shown = [column for column in statement.selected_columns if column.key not in {*without, "search_text"}]
    statement = statement.with_only_columns(*shown, maintain_column_froms=True)
    return Prepared(statement if after else statement.offset(bindparam("offset")))


def _values(user_id: int, wanted: Wanted) -> dict[str, Any]:
    values = {f"where_{name}": value for name, value in wanted.where.items()}
    if wanted.after:
        values |= {"after_value": wanted.after.value, "after_id": wanted.after.id}
    offset = (wanted.page - 1) * wanted.limit
    return {**values, "user_id": user_id, "limit": wanted.limit + 1, "offset": offset}


def sum_on_page(kind: type[Kind], user_id: int, wanted: Wanted, column: InstrumentedAttribute[int]) -> int:
    """The sum of a column of the objects on one page, which are not read for it."""
    chosen: Select[Any] = select(kind).where(*_narrowed(kind, user_id, wanted))
    summands = _on_page(chosen, kind, wanted).limit(wanted.limit).with_only_columns(column.label("one")).subquery()
    with reading() as session:
        return session.scalar(select(func.sum(summands.c.one))) or 0


def _narrowed(kind: type[Kind], user_id: Any, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [kind.user_id == user_id]
    found += [getattr(kind, name) == value for name, value in wanted.where.items()]
    if issubclass(kind, Owned):
        # Not LIKE: with two wildcards, that takes time with the product of both lengths.
        find = func.strpos if current_database().writing.dialect.name == "postgresql" else func.instr
        found += [find(kind.search_text, word) > 0 for word in fold(wanted.query).split()]
    return found


def _on_page(chosen: Select[Any], kind: type[Kind], wanted: Wanted) -> Select[Any]:
    """What comes from the page's first object on."""
    column, descending = wanted.sort.removeprefix("-"), wanted.sort.startswith("-")
    statement = _in_order(chosen, kind, column, descending, wanted.after)
    return statement if wanted.after else statement.offset((wanted.page - 1) * wanted.limit)


def _in_order(
    statement: Select[Any], kind: type[Kind], name: str, descending: bool, after: Position | None
) -> Select[Any]:
    column: InstrumentedAttribute[Any] = getattr(kind, name)
    by_name = name == "name"
    key: ColumnElement[Any] = func.lower(column) if by_name else column.expression
    order = [key.desc(), kind.id.desc()] if descending else [key, kind.id]
    if after is not None:
        value, last = (
            one if isinstance(one, ColumnElement) else literal(one, type_)
            for one, type_ in ((after.value, column.type), (after.id, kind.id.type))
        )
        there = tuple_(func.lower(value) if by_name else value, last)
        here = tuple_(key, kind.id)
        statement = statement.where(here < there if descending else here > there)
    return statement.order_by(*order)
