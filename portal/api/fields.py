"""Sparse answers: `?fields=id,name` leaves every other field out."""

from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, create_model

from portal.api.errors import ApiError, quoted

Answered = TypeVar("Answered", bound=BaseModel)


class Fields(BaseModel):
    """The query of whatever can be answered in part."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    fields: str | None = None
    """Only these fields of each object, separated by commas; left out, all of them."""

    def chosen(self) -> tuple[str, ...]:
        """The names of the fields, each once; none if all are wanted."""
        return () if self.fields is None else tuple(dict.fromkeys(self.fields.split(",")))

    def leave_out(self, name: str) -> tuple[str, ...]:
        """The field, if it is not wanted, as `Wanted.without` takes it."""
        return (name,) if self.chosen() and name not in self.chosen() else ()


def shown_in(answer: type[BaseModel]) -> type[BaseModel]:
    """The model of the objects in an answer: `Context` of `Answer[Context]`."""
    shown: type[BaseModel] = answer.__pydantic_generic_metadata__["args"][0]
    return shown


def check_fields(query: Fields, answer: type[BaseModel]) -> None:
    """See that a query names fields that the answer has.

    Raises:
        ApiError: 400 if it has not.
    """
    known = shown_in(answer).model_fields
    for name in query.chosen():
        if name not in known:
            raise ApiError(400, "invalid_request", f"'fields': Unknown {quoted(name)}; known are {', '.join(known)}.")


@lru_cache(maxsize=256)
def narrowed(answer: type[Answered], names: tuple[str, ...]) -> type[Answered]:
    """The form of an answer whose objects have these fields only: what is not shown need not have been read."""
    shown = shown_in(answer)
    # In the order in which the whole object has them.
    fields: dict[str, Any] = {
        name: (field.annotation, field) for name, field in shown.model_fields.items() if name in names
    }
    whole: Any = answer.__pydantic_generic_metadata__["origin"]
    narrow: type[Answered] = whole[create_model(shown.__name__, __config__=shown.model_config, **fields)]
    return narrow
