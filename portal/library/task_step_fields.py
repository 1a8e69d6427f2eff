"""The rows of a task's form as its template shows them: plain values, and what can be chosen in each field."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from portal.content.models import Skill
from portal.foundation.templates import date
from portal.library.task_step_rows import BEFORE, DEFAULT, INPUT, LOST, TEXT, Choice, Row, Skills, declared

Options = list[tuple[str, str]]
FROM_INPUT, FROM_BEFORE, OWN_TEXT = "What the task is given", "What the step before generated", "A text of its own"
_MOST_SHOWN = 60
"""Characters of a default in a list."""


def describe_rows(rows: Sequence[Row], skills: Skills, faults: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows, each with its fields; `faults` are texts by the id of a field."""
    usable = _tell_apart([skill for skill in skills.values() if skill.active])
    names = [name_step(row.name, _skill(row, skills)) for row in rows]
    return [
        {
            "id": f"steps-{place}",
            "number": place + 1,
            "title": names[place],
            "skill_id": row.skill_id,
            "skills": _offer(row, skills, usable),
            "skill_error": faults.get(f"steps-{place}-skill_id"),
            "name": row.name,
            "name_error": faults.get(f"steps-{place}-name"),
            "fields": _describe_choices(row, place, names, _skill(row, skills), faults),
            "last": place == len(rows) - 1,
            # Where the focus goes: to the button that whoever moves or removes a step will want next.
            "up_to": f"steps-{place - 1}-up" if place > 1 else "steps-0-down",
            "down_to": f"steps-{place + 1}-{'down' if place + 2 < len(rows) else 'up'}",
            "remove_to": f"steps-{max(min(place, len(rows) - 2), 0)}" if len(rows) > 1 else "add-step",
        }
        for place, row in enumerate(rows)
    ]


def name_step(name: str, skill: Skill | None) -> str:
    """What a step is called: its own name, or its skill's."""
    return name or (skill.name if skill else "")


def _skill(row: Row, skills: Skills) -> Skill | None:
    return skills.get(int(row.skill_id)) if row.skill_id.isdecimal() else None


def _tell_apart(usable: Sequence[Skill]) -> Options:
    """Skills to choose from; those of one name with their category, and those of one category with their age too."""
    names = Counter(skill.name for skill in usable)
    kinds = Counter((skill.name, skill.category) for skill in usable)
    options = []
    for skill in usable:
        facts = [skill.category] if names[skill.name] > 1 else []
        if kinds[skill.name, skill.category] > 1:
            # To the second: they may come from one button that was pressed twice.
            time = datetime.fromtimestamp(skill.created_at, UTC)
            facts.append(f"written {date(skill.created_at).striptags()}, {time:%H:%M:%S} UTC")
        options.append((str(skill.id), skill.name + (f" ({', '.join(facts)})" if facts else "")))
    return options


def _offer(row: Row, skills: Skills, usable: Options) -> Options:
    chosen = _skill(row, skills)
    first = [(row.skill_id, "Choose a skill")] if chosen is None else []
    if chosen and not chosen.active:
        first = [(row.skill_id, f"{chosen.name} (turned off)")]
    return [*first, *usable]


def _describe_choices(
    row: Row, place: int, names: Sequence[str], skill: Skill | None, faults: Mapping[str, str]
) -> list[dict[str, Any]]:
    earlier = [(f"step-{number}", f"Step {number}: {name}") for number, name in enumerate(names[:place], 1)]
    before = [(BEFORE, FROM_BEFORE)] if place else []
    given, text = [(INPUT, FROM_INPUT)], [(TEXT, OWN_TEXT)]
    notes = {variable["name"]: variable.get("description", "") for variable in skill.variables} if skill else {}
    fields = [_describe(f"steps-{place}-input", row.input, [*given, *before, *earlier, *text], faults)]
    for name, default in declared(skill).items():
        choice = row.variables.get(name) or Choice("" if default is None else DEFAULT)
        usual = [] if default is None else [(DEFAULT, _say_default(default))]
        options = [*usual, *given, *earlier, *text]
        described = _describe(f"steps-{place}-variables-{name}", choice, options, faults)
        fields.append({**described, "variable": name, "note": notes[name]})
    return fields


def _describe(field: str, choice: Choice, options: Options, faults: Mapping[str, str]) -> dict[str, Any]:
    open_ = [(choice.word, "Choose where it comes from")] if choice.word in {"", LOST} else []
    return {
        "id": field,
        "word": choice.word,
        "text": choice.text,
        "options": [*open_, *options],
        "error": faults.get(field),
        "text_error": faults.get(f"{field}-text"),
    }


def _say_default(default: str) -> str:
    line = " ".join(default.split())
    if not line:
        return "Its default, which is empty"
    return f"Its default: {line[:_MOST_SHOWN]}{'…' if len(line) > _MOST_SHOWN else ''}"
