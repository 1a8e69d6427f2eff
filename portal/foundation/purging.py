"""Doing away with rows that nobody needs any more: a few at a time, beside those who write, on any number of nodes.

Each room says which of its rows are dead, as a `Dead`. Rows are looked at in the order of an index without a lock, so
the living ones on the way cost one read; what is dead goes in a short transaction that waits for nobody's rows. Knows
no model, and not when or how fast this is done.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, TextClause, and_, delete, select, true, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute

from portal.foundation.database import Base, reading, transaction

Place = tuple[Any, ...]
"""Of a row in the order in which they are looked at: the value that orders them, and its key."""


@dataclass(frozen=True)
class Dead:
    """Which rows of a table are dead, and what becomes of them.

    Attributes:
        what: as operators read it, such as "log-in sessions".
        model: the table.
        order: the column in whose order rows are looked at: an index has it first, or after those of `among`.
        before: only rows are looked at in which that column is less; usually seconds since the epoch.
        among: conditions on which rows are looked at, as far as the index knows them.
        where: which of those are dead; all of them if it is left out.
        values: what dead rows are changed to, after which `among` or `where` must exclude them; left out, they go.
    """

    what: str
    model: type[Base]
    order: InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
    before: int
    among: tuple[ColumnElement[bool] | TextClause, ...] = ()
    where: ColumnElement[bool] = field(default_factory=true)
    values: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Purged:
    """What became of some rows: how many were looked at and are gone, and from where it goes on, if it does."""

    seen: int
    gone: int
    goes_on: Place | None


def purge_some(dead: Dead, most: int, after: Place | None = None, *, only_count: bool = False) -> Purged:
    """Do away with the next few dead rows; those that another transaction holds are left for the next time.

    Args:
        most: how many rows are looked at.
        after: the place that the call before has given.
        only_count: tell how many would go.
    """
    key = tuple(dead.model.__table__.primary_key)
    place = tuple_(dead.order, *key)
    # Said twice: of a comparison of pairs, an index on the first alone would not know where to begin.
    rest = [*dead.among, *([dead.order >= after[0], place > after] if after else [])]
    query = select(dead.order, *key, dead.where).where(dead.order < dead.before, *rest)
    with reading() as session:
        rows = session.execute(query.order_by(dead.order, *key).limit(most)).all()
    found = sum(bool(row[-1]) for row in rows)
    last = tuple(rows[-1][:-1]) if rows else ()
    if found and not only_count:
        # Without `before`: of two upper bounds SQLite takes the first to search with, and would read on to that one.
        found = _do_away(dead, and_(*rest, dead.order <= last[0], place <= last, dead.where))
    return Purged(len(rows), found, last if len(rows) == most else None)


def _do_away(dead: Dead, which: ColumnElement[bool]) -> int:
    key = tuple(dead.model.__table__.primary_key)
    unheld = select(*key).where(which).with_for_update(skip_locked=True, of=dead.model)  # SQLite has one writer anyway
    rows = tuple_(*key).in_(unheld) if len(key) > 1 else key[0].in_(unheld)
    change = update(dead.model).values(dead.values) if dead.values else delete(dead.model)
    with transaction() as session:
        return session.connection().execute(change.where(rows)).rowcount
