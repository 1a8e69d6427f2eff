"""`/skills`: list and read the user's skills."""

from typing import Any

from flask import Blueprint
from pydantic import BaseModel, ConfigDict

from portal.api.envelope import SHOWN, Answer, AnswerPage, Id, Time
from portal.api.inputs import found, read_id
from portal.api.operation import operation
from portal.api.pagination import Paging
from portal.api.protection import current_access
from portal.content import skills
from portal.content.listing import Wanted


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
                    "variables": [{"name": "topic", "description": "What the letter is about"}],
                    "configuration": {"contexts": ["Brand voice"]},
                    "active": True,
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
    """The prompt, with `{{ name }}` where a variable goes."""
    variables: list[dict[str, Any]]
    """What the template declares, each with a `name`."""
    configuration: dict[str, Any]
    """How to run it."""
    active: bool
    """Whether it may be run."""
    created_at: Time
    """When it was made."""
    updated_at: Time
    """When it was last changed."""


@operation("skills:read", query=Paging, answer=AnswerPage[Skill])
def list_skills(query: Paging) -> AnswerPage[Skill]:
    """List the user’s skills, newest first."""
    wanted = Wanted(query.page, query.limit)
    page = skills.list_skills(current_access().user_id, wanted)
    return AnswerPage[Skill].of(page.items, page.total, query)


@operation("skills:read", answer=Answer[Skill])
def read_skill(skill_id: str) -> Answer[Skill]:
    """Read one skill."""
    skill = skills.get_skill(current_access().user_id, read_id(skill_id))
    return Answer[Skill].of(found("skill", skill_id, skill))


def add_routes(blueprint: Blueprint) -> None:
    """The addresses of this file."""
    blueprint.get("/skills")(list_skills)
    blueprint.get("/skills/<skill_id>")(read_skill)
