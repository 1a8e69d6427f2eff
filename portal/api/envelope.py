"""The form of every successful answer: `data`, on lists `meta` too; ids as strings, times in ISO 8601."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Generic, Self, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from portal.api.pagination import Paging

Item = TypeVar("Item", bound=BaseModel)


def id_text(number: int) -> str:
    """An id as JSON shows it: 63 bits do not fit the integers of JavaScript (RFC 8259 §6)."""
    return str(number)


def time_text(seconds: int) -> str:
    """Seconds since the epoch as ISO 8601 in UTC, such as `2026-01-31T09:30:00Z` (RFC 3339)."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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


class Answer(BaseModel, Generic[Item]):
    """One object."""

    data: Item

    @classmethod
    def of(cls, item: object) -> Self:
        """Show an object that has the fields as attributes."""
        return cls.model_validate({"data": item}, from_attributes=True)


class AnswerPage(BaseModel, Generic[Item]):
    """One page of a list."""

    data: list[Item]
    meta: Meta

    @classmethod
    def of(cls, items: Sequence[object], total: int, paging: Paging) -> Self:
        """Show one page of a list of `total` objects that have the fields as attributes."""
        meta = {"total": total, "page": paging.page, "limit": paging.limit}
        return cls.model_validate({"data": items, "meta": meta}, from_attributes=True)
