"""What lists of skills and of tasks can be narrowed by."""

from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

from portal.api.inputs import HAS_WORDS, WithoutNul
from portal.api.pagination import Searching
from portal.content.models import TYPE_LENGTH

Category = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TYPE_LENGTH), WithoutNul, HAS_WORDS
]


def _true_or_false(text: object) -> object:
    if text in {"true", "false"}:
        return text == "true"
    raise PydanticCustomError("true_or_false", "Should be true or false")


class Narrowing(Searching):
    """The query of such a list."""

    category: Category | None = None
    """Only those of this category."""
    active: Annotated[bool, BeforeValidator(_true_or_false)] | None = None
    """Only those that may be run, or only those that may not."""

    def where(self) -> dict[str, Any]:
        """What it narrows a list to, by column; None is no condition."""
        return {"category": self.category, "active": self.active}
