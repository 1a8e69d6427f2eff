"""What the page of a task says of its steps: what goes into each from where, and what keeps it from being run."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.content.faults import Faulty
from portal.content.models import Skill, Task
from portal.content.steps import check_steps, default_source, skills_of
from portal.library.task_step_fields import FROM_INPUT, name_step
from portal.library.task_step_rows import Skills, declared


def name_steps(user_id: int, tasks: Sequence[Task]) -> dict[int, list[str]]:
    """What the steps of tasks are called, by the id of the task."""
    skills = skills_of(user_id, [step for task in tasks for step in task.steps])
    return {task.id: _names(task, skills) for task in tasks}


def describe_steps(task: Task) -> list[dict[str, Any]]:
    """A task's steps, each with its faults in words."""
    skills = skills_of(task.user_id, task.steps)
    names, faults = _names(task, skills), _faults(task, skills)
    return [
        {
            "number": number,
            "name": names[number - 1],
            "skill": {"id": skill.id, "name": skill.name} if skill else None,
            "input": _say_source(step.get("input") or default_source(number), names),
            "variables": _say_variables(step.get("variables") or {}, skill, names),
            "faults": faults.get(number, []),
        }
        for number, step in enumerate(task.steps, 1)
        for skill in [skills.get(int(step["skill_id"]))]
    ]


def say_faults(error: Faulty) -> list[str]:
    """Why a task was not run, with the steps and the variables of which that is."""
    said = []
    for fault in error.faults:
        name, *inside = fault.path
        variable = f", {inside[2]}" if inside[1:2] == ["variables"] else ""
        said.append(f"Step {int(inside[0]) + 1}{variable}: {fault.text}" if name == "steps" and inside else fault.text)
    return said


def _names(task: Task, skills: Skills) -> list[str]:
    return [
        name_step(step.get("name") or "", skills.get(int(step["skill_id"]))) or f"Step {number}"
        for number, step in enumerate(task.steps, 1)
    ]


def _faults(task: Task, skills: Skills) -> dict[int, list[str]]:
    """By step, from 1."""
    faults: dict[int, list[str]] = {}
    for number, step in enumerate(task.steps, 1):
        skill = skills.get(int(step["skill_id"]))
        if skill is None:
            faults[number] = ["Its skill was deleted; choose another."]
        elif not skill.active:
            faults[number] = [f"The skill “{skill.name}” is turned off."]
    try:
        check_steps(task.user_id, task.steps)
    except Faulty as error:
        for fault in error.faults:
            _, place, *rest = fault.path
            if rest[0] != "skill_id":
                name = f"{rest[1]}: " if rest[0] == "variables" else ""
                faults.setdefault(int(place) + 1, []).append(f"{name}{fault.text}")
    return faults


def _say_variables(kept: Mapping[str, Any], skill: Skill | None, names: list[str]) -> list[dict[str, Any]]:
    """Those that the skill declares."""
    said = []
    for name, default in declared(skill).items():
        if name in kept:
            said.append({"name": name, **_say_source(kept[name], names)})
        elif default is not None:
            said.append({"name": name, "text": default, "default": True})
    return said


def _say_source(source: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """From where a text comes in words, the step that it is of, or the text itself."""
    if "text" in source:
        return {"text": source["text"]}
    if source["from"] == "input":
        return {"from": FROM_INPUT}
    step = source["step"]
    return {"step": step, "from": names[step - 1] if 1 <= step <= len(names) else ""}
