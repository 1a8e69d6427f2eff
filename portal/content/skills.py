"""Skills: list, read, create, change, delete."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from portal.config import current_settings
from portal.content.faults import Fault, Faulty
from portal.content.listing import Page, Wanted, list_owned
from portal.content.models import DEFAULT_TYPE, MOST_SKILL_CONTEXTS, Context, Skill
from portal.content.ownership import change, get_owned, keep, remove
from portal.content.templates import check_template
from portal.foundation.database import reading


def list_skills(user_id: int, wanted: Wanted) -> Page[Skill]:
    """One page of a user's skills, and how many there are on all pages."""
    return list_owned(Skill, user_id, wanted)


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
    category: str = DEFAULT_TYPE,
    active: bool = True,
) -> Skill:
    """Keep a new skill.

    Args:
        user_id: whose.
        name: what the user calls it.
        template: the prompt, with `{{ input }}` and `{{ name }}` where a variable goes.
        description: what it is good for.
        variables: what the template declares, such as `{"name": "tone", "default": "friendly"}`.
        configuration: `contexts`, ids as strings; `temperature`, 0 to 2; `max_tokens`.
        category: what sort of skill it is, in a word.
        active: whether it may be run.

    Raises:
        Faulty: the template, the variables or the configuration cannot be used.
        TooMany: the user has as many skills as one may have.
    """
    configuration = dict(configuration or {})
    check_template(template, variables)
    _check_configuration(user_id, configuration)
    new = Skill(
        user_id=user_id,
        name=name,
        template=template,
        description=description,
        variables=[dict(variable) for variable in variables],
        configuration=configuration,
        category=category,
        active=active,
    )
    return keep(new, current_settings().most_skills)


def update_skill(user_id: int, skill_id: int, changes: Mapping[str, Any], version: int | None = None) -> Skill | None:
    """Change some fields of a skill.

    Args:
        changes: new values by field name, as `create_skill` has them; `template` and `variables` go together.
        version: the one that the caller has read; None to change whichever there is.

    Returns:
        The skill as it is now; None if there is none with that id, or it is somebody else's.

    Raises:
        Faulty: the template, the variables or the configuration cannot be used.
        ChangedMeanwhile: it has another version by now.
    """
    if "template" in changes:
        check_template(changes["template"], changes["variables"])
    if "configuration" in changes:
        _check_configuration(user_id, changes["configuration"])
    return change(Skill, user_id, skill_id, changes, version)


def delete_skill(user_id: int, skill_id: int) -> bool:
    """Delete a skill; tasks that use it then say so when they are run. False if there is none, or it is not theirs."""
    return remove(Skill, user_id, skill_id)


def contexts_of(user_id: int, skill_configuration: Mapping[str, Any]) -> list[Context]:
    """The contexts that a skill uses, in its order; those that were deleted since are left out."""
    wanted = [int(text) for text in skill_configuration.get("contexts", [])]
    with reading() as session:
        found = session.scalars(select(Context).where(Context.user_id == user_id, Context.id.in_(wanted)))
        by_id = {context.id: context for context in found}
    return [by_id[one] for one in wanted if one in by_id]


def skills_using(user_id: int, context_id: int) -> dict[int, str]:
    """The names of the skills that use a context, by id."""
    statement = select(Skill.id, Skill.name, Skill.configuration).where(Skill.user_id == user_id).order_by(Skill.name)
    with reading() as session:
        rows = session.execute(statement)
        return {id_: name for id_, name, used in rows if str(context_id) in used.get("contexts", [])}


def _check_configuration(user_id: int, configuration: Mapping[str, Any]) -> None:
    chosen = configuration.get("contexts", [])
    path = ("configuration", "contexts")
    if len(chosen) > MOST_SKILL_CONTEXTS:
        raise Faulty(Fault(path, f"{len(chosen)} are chosen; {MOST_SKILL_CONTEXTS} are possible."))
    if len(contexts_of(user_id, configuration)) < len(chosen):
        raise Faulty(Fault(path, "One of them is not there any more; choose again."))
