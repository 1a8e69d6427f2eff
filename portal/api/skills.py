"""`/skills`: list and read the user's skills."""

from flask import Blueprint
from pydantic import BaseModel, ConfigDict

from portal.api.envelope import SHOWN, Answer, AnswerPage, Id, Time
from portal.api.fields import Fields
from portal.api.inputs import found, read_id
from portal.api.narrowing import Narrowing
from portal.api.operation import operation
from portal.api.protection import current_access
from portal.content import skills

_WHOLE = ConfigDict(**SHOWN, json_schema_serialization_defaults_required=True)
"""For what is kept without the fields that were left out, and shown with them."""


class Variable(BaseModel):
    """What a skill’s template declares."""

    model_config = _WHOLE

    name: str
    """Names it in the template, and where a value is given."""
    description: str = ""
    """What to fill in; may be empty."""
    default: str | None = None
    """What it is unless a value is given; null if one must be."""


class Configuration(BaseModel):
    """What a skill is run with."""

    model_config = _WHOLE

    contexts: list[Id] = []
    """The context files that are put before its prompt, in this order. Some may have been deleted since."""
    temperature: float | None = None
    """How freely the model writes, from 0 to 2; null leaves it to the model’s endpoint."""
    max_tokens: int | None = None
    """How much the model writes at most; null leaves it to the model’s endpoint."""


class Skill(BaseModel):
    """A reusable prompt with what its user can fill in."""

    model_config = ConfigDict(
        **SHOWN,
        json_schema_extra={
            "examples": [
                {
                    "id": "4611686018427387906",
                    "name": "Monthly letter",
                    "description": "Drafts the monthly letter from a few notes.",
                    "template": "Write this month’s letter. Topic: {{ topic }}",
                    "variables": [{"name": "topic", "description": "What the letter is about", "default": None}],
                    "configuration": {"contexts": ["4611686018427387905"], "temperature": 0.7, "max_tokens": None},
                    "category": "writing",
                    "active": True,
                    "version": 3,
                    "created_at": "2026-01-31T09:30:00Z",
                    "updated_at": "2026-02-01T10:00:00Z",
                }
            ]
        },
    )

    id: Id
    """Names the skill in its address."""
    name: str
    """What the user calls it."""
    description: str
    """What it is good for; may be empty."""
    template: str
    """The prompt, with `{{ input }}` and `{{ name }}` where a variable goes."""
    variables: list[Variable]
    """What the template declares."""
    configuration: Configuration
    """What it is run with."""
    category: str
    """What sort of skill it is, in a word of the user’s."""
    active: bool
    """Whether it may be run."""
    version: int
    """Grows with each change. In quotes it is the ETag."""
    created_at: Time
    """When it was made."""
    updated_at: Time
    """When it was last changed."""


class SkillsPage(Narrowing):
    """The query of `GET /skills`."""


@operation("skills:read", query=SkillsPage, answer=AnswerPage[Skill])
def list_skills(query: SkillsPage) -> AnswerPage[Skill]:
    """List the user’s skills."""
    page = skills.list_skills(current_access().user_id, query.wanted(query.where()))
    return AnswerPage[Skill].of(page, query)


@operation("skills:read", query=Fields, answer=Answer[Skill], versioned=True)
def read_skill(skill_id: str, query: Fields) -> Answer[Skill]:
    """Read one skill."""
    skill = skills.get_skill(current_access().user_id, read_id(skill_id))
    return Answer[Skill].of(found("skill", skill_id, skill), query)


def add_routes(blueprint: Blueprint) -> None:
    """The addresses of this file."""
    blueprint.get("/skills")(list_skills)
    blueprint.get("/skills/<skill_id>")(read_skill)
