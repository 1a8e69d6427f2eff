"""`/skills`: list and read the user's skills."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.api.envelope import Fields, answer, answer_page, id_text, time_text
from portal.api.inputs import found, read_id, read_query
from portal.api.pagination import Paging
from portal.api.protection import current_access, require_scope
from portal.content import skills
from portal.content.models import Skill


def _fields(skill: Skill) -> Fields:
    return {
        "id": id_text(skill.id),
        "name": skill.name,
        "description": skill.description,
        "template": skill.template,
        "variables": skill.variables,
        "configuration": skill.configuration,
        "active": skill.active,
        "created_at": time_text(skill.created_at),
        "updated_at": time_text(skill.updated_at),
    }


@require_scope("skills:read")
def list_skills() -> ResponseReturnValue:
    """One page of the user's skills, newest first."""
    query = read_query(Paging)
    items, total = skills.list_skills(current_access().user_id, query.page, query.limit)
    return answer_page([_fields(skill) for skill in items], total, query)


@require_scope("skills:read")
def read_skill(skill_id: str) -> ResponseReturnValue:
    """One skill."""
    skill = skills.get_skill(current_access().user_id, read_id(skill_id))
    return answer(_fields(found("skill", skill_id, skill)))


def add_routes(blueprint: Blueprint) -> None:
    """The addresses of this file."""
    blueprint.get("/skills")(list_skills)
    blueprint.get("/skills/<skill_id>")(read_skill)
