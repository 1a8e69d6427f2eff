"""The steps of a task: which skill each carries out, and where its input and the values of its variables come from.

A source is one of three: `{"from": "input"}`, what the task is given; `{"from": "step", "step": 2}`, what an earlier
step has generated (from 1); `{"text": "…"}`, a text of its own.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from portal.content.faults import Fault, Faulty, Path
from portal.content.models import MOST_STEPS, Skill
from portal.foundation.database import reading

Source = Mapping[str, Any]
MOST_CHARACTERS = 500_000
"""Of a task's steps in JSON."""
FROM_INPUT: Source = {"from": "input"}


def default_source(position: int) -> Source:
    """Where a step's input comes from unless it says so: the first one's is the task's, each other's the one before."""
    return FROM_INPUT if position == 1 else {"from": "step", "step": position - 1}


def skills_of(user_id: int, steps: Sequence[Mapping[str, Any]]) -> dict[int, Skill]:
    """The skills that steps carry out, by id; those that were deleted, or are somebody else's, are missing."""
    wanted = {int(step["skill_id"]) for step in steps}
    with reading() as session:
        found = session.scalars(select(Skill).where(Skill.user_id == user_id, Skill.id.in_(wanted)))
        return {skill.id: skill for skill in found}


def check_steps(user_id: int, steps: Sequence[Mapping[str, Any]]) -> None:
    """See that steps can be carried out one after another.

    Args:
        steps: each with `skill_id` (digits), and perhaps `name`, `input` (a source), `variables` (sources by name).

    Raises:
        Faulty: with paths that begin with `steps`.
    """
    if len(steps) > MOST_STEPS:
        raise Faulty(Fault(("steps",), f"There are {len(steps)}; {MOST_STEPS} are possible."))
    if len(json.dumps(list(steps), ensure_ascii=False)) > MOST_CHARACTERS:
        text = f"Have more than {MOST_CHARACTERS:,} characters together; put long texts into contexts."
        raise Faulty(Fault(("steps",), text))
    skills = skills_of(user_id, steps)
    faults = [fault for place, step in enumerate(steps) for fault in _faults(step, place, skills)]
    if faults:
        raise Faulty(*faults)


def _faults(step: Mapping[str, Any], place: int, skills: Mapping[int, Skill]) -> Iterator[Fault]:
    path: Path = ("steps", place)
    yield from _faults_of_source(step.get("input"), place, (*path, "input"))
    values: Mapping[str, Source] = step.get("variables", {})
    for name, source in values.items():
        yield from _faults_of_source(source, place, (*path, "variables", name))
    skill = skills.get(int(step["skill_id"]))
    if skill is None:
        yield Fault((*path, "skill_id"), f"There is no skill with the id '{step['skill_id']}'.")
        return
    declared = {variable["name"]: variable.get("default") for variable in skill.variables}
    known = f"it declares {', '.join(declared)}" if declared else "it declares none"
    for name in values:
        if name not in declared:
            yield Fault((*path, "variables", name), f"The skill “{skill.name}” has no such variable; {known}.")
    for name, default in declared.items():
        if default is None and name not in values:
            yield Fault((*path, "variables", name), f"The skill “{skill.name}” needs it: it has no default.")


def _faults_of_source(source: Source | None, place: int, path: Path) -> Iterator[Fault]:
    if source is None or source.get("from") != "step" or 1 <= source["step"] <= place:
        return
    if place == 0:
        yield Fault(path, f"Names step {source['step']}, and the first step has none before it.")
    else:
        earlier = "only step 1 is" if place == 1 else f"steps 1 to {place} are"
        yield Fault(path, f"Names step {source['step']}, but {earlier} earlier.")
