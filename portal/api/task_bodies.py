"""What clients send to make and change tasks, and how a step says where its texts come from."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, WrapValidator
from pydantic_core import PydanticCustomError

from portal.api.contexts import Description, Name, leave_defaults_out
from portal.api.inputs import HAS_NO_NUL, WithoutNul, at_most, read_id
from portal.api.narrowing import Category
from portal.content.models import DEFAULT_TYPE, MOST_STEPS, MOST_VARIABLES, NAME_LENGTH
from portal.content.runs import INPUT_LENGTH

WRITTEN: Mapping[str, Any] = {
    "name": "Letter and teaser",
    "description": "Drafts the letter, then a teaser for it.",
    "category": "newsletter",
    "active": True,
    "steps": [
        {
            "skill_id": "4611686018427387906",
            "name": "Draft",
            "input": {"from": "input"},
            "variables": {"topic": {"text": "The new roastery"}},
        },
        {
            "skill_id": "4611686018427387909",
            "name": "Teaser",
            "input": {"from": "step", "step": 1},
            "variables": {},
        },
    ],
}
_SOURCE = ConfigDict(extra="forbid", use_attribute_docstrings=True, serialize_by_alias=True)


class FromInput(BaseModel):
    """What the task is given."""

    model_config = _SOURCE

    from_: Literal["input"] = Field(alias="from")
    """`input`."""


class FromStep(BaseModel):
    """What an earlier step has generated."""

    model_config = _SOURCE

    from_: Literal["step"] = Field(alias="from")
    """`step`."""
    step: int = Field(ge=1, le=MOST_STEPS, strict=True)
    """Which one, from 1."""


class FixedText(BaseModel):
    """A text of the step’s own."""

    model_config = _SOURCE

    text: Annotated[str, StringConstraints(max_length=INPUT_LENGTH), WithoutNul, HAS_NO_NUL]
    """The text."""


def _by_what_it_says(value: object, _union: object) -> BaseModel:
    """Read a source as the one that it means to be, so that a fault is told of that one and not of all three."""
    if isinstance(value, BaseModel):
        return value
    if isinstance(value, dict):
        if "text" in value:
            return FixedText.model_validate(value)
        if value.get("from") == "step":
            return FromStep.model_validate(value)
        if value.get("from") == "input":
            return FromInput.model_validate(value)
    raise PydanticCustomError("source", 'Should have "from": "input", or "from": "step" and "step": 1, or "text"')


Source = Annotated[FromInput | FromStep | FixedText, WrapValidator(_by_what_it_says)]
"""Where a text comes from."""


def _possible(text: str) -> str:
    if read_id(text) < 0:  # has the digits of an id, and is larger than any
        raise PydanticCustomError("id", "Should be the id of one of the user’s skills")
    return text


SkillId = Annotated[str, StringConstraints(pattern="^[1-9][0-9]{0,18}$"), AfterValidator(_possible)]


class NewStep(BaseModel):
    """A step of a task: a skill, and where its input and its variables come from. Any other field is refused."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    skill_id: SkillId
    """The skill that it carries out."""
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=NAME_LENGTH), WithoutNul, HAS_NO_NUL] = ""
    """What it is called; left empty, it has the skill’s name."""
    input: Source | None = None
    """The skill’s input. Left out, the first step’s is what the task is given, and each other’s what the step before
    it has generated."""
    variables: Annotated[dict[str, Source], at_most(MOST_VARIABLES)] = Field(
        default_factory=dict, max_length=MOST_VARIABLES
    )
    """The skill’s variables, by name; those that have a default may be left out."""


Active = Annotated[bool, Field(strict=True)]
Steps = Annotated[list[NewStep], Field(max_length=MOST_STEPS)]


class NewTask(BaseModel):
    """What a task is made of. Any other field is refused."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, json_schema_extra={"examples": [dict(WRITTEN)]}
    )

    name: Name
    """What the user will know it by. White space at its ends is taken off."""
    description: Description = ""
    """What it is good for."""
    category: Category = DEFAULT_TYPE
    """What sort of task it is. White space at its ends is taken off."""
    active: Active = True
    """Whether it may be run."""
    steps: Steps = []
    """Skills in the order in which they are carried out."""

    def whole(self) -> dict[str, Any]:
        """All fields, as use cases take them."""
        return {**self.model_dump(), **_stored(self.steps)}


class TaskChanges(BaseModel):
    """What to change. What is left out stays, and any other field is refused."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, json_schema_extra=leave_defaults_out)

    # The defaults are never read.
    name: Name = Field(default="", examples=[WRITTEN["name"]])
    """The new name."""
    description: Description = ""
    """The new description; may be empty."""
    category: Category = ""
    """The new category."""
    active: Active = True
    """Whether it may be run from now on."""
    steps: Steps = []
    """The new steps; they take the place of all that there were."""

    def named(self) -> dict[str, Any]:
        """The fields that the body names, as use cases take them."""
        fields = self.model_dump(exclude_unset=True)
        return {**fields, **_stored(self.steps)} if "steps" in fields else fields


def _stored(steps: list[NewStep]) -> dict[str, Any]:
    return {"steps": [step.model_dump(exclude_defaults=True) for step in steps]}
