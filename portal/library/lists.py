"""A page of one of the room's lists, as an address asks for it. What makes no sense there is as if it was left out."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from flask import request

from portal.content.listing import Page, Wanted
from portal.content.models import Owned

Kind = TypeVar("Kind", bound=Owned)
ON_A_PAGE = 20
MOST_SEARCHED = 200
"""Characters."""
SORTS = {"-updated_at": "Last changed", "-created_at": "Newest", "created_at": "Oldest", "name": "Name"}


@dataclass(frozen=True)
class Listing(Generic[Kind]):
    """What a list page shows, and what was asked for, as its form shows that again."""

    items: Sequence[Kind]
    total: int
    page: int
    query: str
    kind: str
    """Only objects of this type or category; empty for all."""
    sort: str
    by: str
    """The address's parameter for `kind`, which is also the column."""
    sorts: Mapping[str, str]
    active: str | None = None
    """`on` or `off` for only those that are; None in a list of what cannot be turned off."""

    @property
    def pages(self) -> int:
        """How many there are."""
        return max(1, -(-self.total // ON_A_PAGE))

    @property
    def narrowed(self) -> bool:
        """Whether there may be more than it shows."""
        return bool(self.query or self.kind or self.active)

    @property
    def address(self) -> dict[str, str | None]:
        """What the addresses of its other pages repeat."""
        return {
            "query": self.query or None,
            self.by: self.kind or None,
            "active": self.active or None,
            "sort": self.sort,
        }


def show_list(
    find: Callable[[int, Wanted], Page[Kind]],
    user_id: int,
    by: str,
    without: tuple[str, ...] = (),
    *,
    switchable: bool = False,
) -> Listing[Kind]:
    """Find the page that this request asks for; one beyond the last is the last.

    Args:
        find: the use case, such as `list_contexts`.
        user_id: whose.
        by: the column by which the list can be narrowed, and the parameter that says so.
        without: columns that the page does not show.
        switchable: the list can be narrowed to what is turned on, or off.
    """
    active = request.args.get("active", "") if switchable else None
    active = active if active in {None, "on", "off"} else ""
    page, sort, kind = request.args.get("page", ""), request.args.get("sort", ""), _text(by)
    wanted = Wanted(
        page=int(page) if re.fullmatch("[1-9][0-9]{0,8}", page) else 1,
        limit=ON_A_PAGE,
        sort=sort if sort in SORTS else next(iter(SORTS)),
        query=_text("query"),
        where=({by: kind} if kind else {}) | ({"active": active == "on"} if active else {}),
        without=without,
    )
    found = find(user_id, wanted)
    if found.total and not found.items:
        wanted = replace(wanted, page=-(-found.total // ON_A_PAGE))
        found = find(user_id, wanted)
    return Listing(found.items, found.total, wanted.page, wanted.query, kind, wanted.sort, by, SORTS, active)


def _text(name: str) -> str:
    return request.args.get(name, "").replace("\0", "")[:MOST_SEARCHED].strip()
