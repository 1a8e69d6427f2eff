"""Which page of a list a client asks for: by number, or by the cursor that came with the page before."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from portal.api.errors import ApiError
from portal.api.fields import Fields
from portal.api.inputs import HAS_NO_NUL, WithoutNul
from portal.content.listing import Position, Wanted
from portal.content.models import NAME_LENGTH

MOST_PAGES = 1_000_000
_MOST_CURSOR = 2000
"""Characters; a name of 200 characters of four bytes each is in one of 1,200."""
_BIGGEST = 2**63 - 1
_Value = Annotated[int, Field(ge=0, le=_BIGGEST)] | Annotated[str, Field(max_length=NAME_LENGTH), WithoutNul]
_Number = Annotated[int, Field(ge=1, le=_BIGGEST)]
_Place = tuple[str, _Number, _Value, _Number]
"""What is in a cursor: what list it is of, the number of the page that it leads to, and the position before that."""
_PLACE: TypeAdapter[_Place] = TypeAdapter(_Place)
Sort = Literal["-created_at", "created_at", "-updated_at", "updated_at", "name", "-name"]


class Paging(Fields):
    """The query of a list; one with filters adds its own parameters, one with fewer orders says which."""

    page: int = Field(default=1, ge=1, le=MOST_PAGES)
    """Which page; the first is 1. Not with `cursor`."""
    limit: int = Field(default=20, ge=1, le=100)
    """How many a page has."""
    cursor: Annotated[str, StringConstraints(max_length=_MOST_CURSOR)] | None = None
    """The `next_cursor` of the page before: nothing is repeated or passed over while others come and go. Everything
    else but `limit` and `fields` stays as it was."""
    sort: Sort = "-created_at"
    """In which order; with a minus, the latest or last first."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.cursor is not None and "page" in self.model_fields_set:
            raise PydanticCustomError("both", "Send 'page' or 'cursor', not both")
        return self

    def wanted(self, where: Mapping[str, Any] | None = None, without: tuple[str, ...] = ()) -> Wanted:
        """The page as use cases take it.

        Args:
            where: only objects with these values, by column; None is no condition.
            without: columns that are not read.

        Raises:
            ApiError: 400 if the cursor is none of this list's.
        """
        page, after = self._place()
        given = {name: value for name, value in (where or {}).items() if value is not None}
        searched: str = getattr(self, "query", "")
        return Wanted(page, self.limit, self.sort, searched, given, after, without)

    def number(self) -> int:
        """Which page this is, also if a cursor says so."""
        return self._place()[0]

    def next_cursor(self, last: Position | None) -> str | None:
        """What leads to the next page.

        Args:
            last: where this one ends; None if no other follows.
        """
        if last is None:
            return None
        place = [self._list(), self.number() + 1, last.value, last.id]
        text = json.dumps(place, ensure_ascii=False, separators=(",", ":"))
        return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    def _place(self) -> tuple[int, Position | None]:
        if self.cursor is None:
            return self.page, None
        try:
            text = urlsafe_b64decode(self.cursor + "=" * (-len(self.cursor) % 4))
            of_list, page, value, last = _PLACE.validate_json(text, strict=True)
        except ValueError:  # Pydantic's is one too
            of_list = ""
        # The value's kind too: who writes a cursor of their own may only harm themselves.
        if of_list != self._list() or isinstance(value, str) != (self.sort.removeprefix("-") == "name"):
            raise ApiError(
                400,
                "invalid_cursor",
                "The cursor is none of this list in this order; send the next_cursor of its last page with the same "
                "parameters, or begin without one.",
            )
        return page, Position(value, last)

    def _list(self) -> str:
        """Which list in which order this is, short enough for a cursor."""
        same = self.model_dump_json(exclude={"page", "limit", "cursor", "fields"})
        return sha256(f"{type(self).__name__} {same}".encode()).hexdigest()[:8]


class Searching(Paging):
    """The query of a list that can be searched."""

    query: Annotated[str, StringConstraints(max_length=200), WithoutNul, HAS_NO_NUL] = ""
    """Only those in which each of these words occurs."""
