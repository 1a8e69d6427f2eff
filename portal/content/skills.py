"""Skills: list, read, create."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.content.models import Skill
from portal.content.ownership import get_owned, keep, list_owned


def list_skills(user_id: int, page: int, limit: int) -> tuple[list[Skill], int]:
    """One page of a user's skills, newest first, and how many there are on all pages.

    Args:
        user_id: whose.
        page: which page, from 1.
        limit: skills on a page.
    """
    return list_owned(Skill, user_id, page, limit)


def get_skill(user_id: int, skill_id: int) -> Skill | None:
    """One of a user's skills; None if there is none with that id, or it is somebody else's."""
    return get_owned(Skill, user_id, skill_id)


def create_skill(
    user_id: int,
    name: str,
    template: str,
    *,
    description: str = "",
    variables: Sequence[Mapping[str, Any]] = (),
    configuration: Mapping[str, Any] | None = None,
    active: bool = True,
) -> Skill:
    """Keep a new skill.

    Args:
        user_id: whose.
        name: what the user calls it.
        template: the prompt, with `{{ name }}` where a variable goes.
        description: what it is good for.
        variables: what the template declares, such as `{"name": "tone", "default": "friendly"}`.
        configuration: how to run it, such as `{"max_words": 150}`.
        active: whether it may be run.
    """
    return keep(
        Skill(
            user_id=user_id,
            name=name,
            template=template,
            description=description,
            variables=[dict(variable) for variable in variables],
            configuration=dict(configuration or {}),
            active=active,
        )
    )
