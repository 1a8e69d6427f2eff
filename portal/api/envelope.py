"""The form of every successful answer: `data`, on lists `meta` too; ids as strings, times in ISO 8601."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr

from portal.api.fields import Fields, narrowed
from portal.api.pagination import Paging
from portal.content.listing import Page

Item = TypeVar("Item", bound=BaseModel)
Answered = TypeVar("Answered", bound=BaseModel)


def id_text(number: int) -> str:
    """An id as JSON shows it: 63 bits do not fit the integers of JavaScript (RFC 8259 §6)."""
    return str(number)


def time_text(seconds: int | str) -> str:
    """Seconds since the epoch as ISO 8601 in UTC, such as `2026-01-31T09:30:00Z` (RFC 3339), unless they are so."""
    return seconds if isinstance(seconds, str) else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Id = Annotated[str, BeforeValidator(id_text), Field(json_schema_extra={"pattern": "^[1-9][0-9]{0,18}$"})]
"""An id: the digits of a positive integer of 63 bits."""
Time = Annotated[str, BeforeValidator(time_text), Field(json_schema_extra={"format": "date-time"})]
"""When something happened."""

SHOWN = ConfigDict(use_attribute_docstrings=True, frozen=True)
"""For models of what is shown: the docstrings below their fields are what readers of the reference read."""


class Meta(BaseModel):
    """Where a page is in its list."""

    model_config = SHOWN

    total: int
    """How many there are on all pages."""
    page: int
    """This page, from 1."""
    limit: int
    """How many a page has at most."""
    next_cursor: str | None
    """Send it as `cursor` for the next page; null if this is the last."""


class Answer(BaseModel, Generic[Item]):
    """One object."""

    data: Item
    _version: int | None = PrivateAttr(None)

    @classmethod
    def of(cls, item: object, query: Fields | None = None) -> Self:
        """Show an object that has the fields as attributes.

        Args:
            query: says which of its fields are wanted.
        """
        answer = _form(cls, query).model_validate({"data": item}, from_attributes=True)
        answer._version = getattr(item, "version", None)
        return answer

    def version(self) -> int | None:
        """The version of the object that is shown; None if it has none."""
        return self._version


class AnswerPage(BaseModel, Generic[Item]):
    """One page of a list."""

    data: list[Item]
    meta: Meta

    @classmethod
    def of(cls, page: Page[Any], query: Paging, show: Callable[[Any], object] = lambda item: item) -> Self:
        """Show one page of a list.

        Args:
            page: what a use case gave.
            query: what the client has asked for.
            show: makes of one of its items what has the fields as attributes.
        """
        meta = Meta(total=page.total, page=query.number(), limit=query.limit, next_cursor=query.next_cursor(page.last))
        shown = {"data": [show(item) for item in page.items], "meta": meta}
        return _form(cls, query).model_validate(shown, from_attributes=True)


def _form(answer: type[Answered], query: Fields | None) -> type[Answered]:
    names = query.chosen() if query else ()
    return narrowed(answer, names) if names else answer
