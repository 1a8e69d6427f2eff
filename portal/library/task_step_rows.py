"""The steps of a task as rows of its form: read from what was sent or is kept, moved by buttons, written to be kept.

Where a text comes from is chosen by a word: `input`, `before`, `step-2`, `text`, `default`. An empty one is not chosen
yet; `lost` has to be chosen again, because what it named is gone or comes later by now.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.content.faults import Fault, Path
from portal.content.models import MOST_STEPS, NAME_LENGTH, Skill
from portal.content.runs import INPUT_LENGTH
from portal.content.steps import FROM_INPUT

INPUT, BEFORE, TEXT, DEFAULT, LOST = "input", "before", "text", "default", "lost"
ANOTHER_STEP = re.compile(r"step-([1-9][0-9]?)", re.ASCII)
_BUTTON = re.compile(r"(remove|up|down)-([0-9]{1,2})", re.ASCII)
_NUL = "Holds the NUL character (U+0000), which cannot be stored; delete it."
Skills = Mapping[int, Skill]
"""A user's skills, by id."""


@dataclass
class Choice:
    """Where a text comes from, and the text itself where it is one of the step's own."""

    word: str = ""
    text: str = ""

    def step(self) -> int | None:
        """The step that it names, from 1."""
        found = ANOTHER_STEP.fullmatch(self.word)
        return int(found[1]) if found else None


@dataclass
class Row:
    """One step: its skill's id in digits, its name, and where the skill's input and variables come from."""

    skill_id: str = ""
    name: str = ""
    input: Choice = field(default_factory=Choice)
    variables: dict[str, Choice] = field(default_factory=dict)

    def choices(self) -> list[tuple[Path, Choice]]:
        """Each with the end of its path."""
        variables: list[tuple[Path, Choice]] = [(("variables", name), one) for name, one in self.variables.items()]
        return [(("input",), self.input), *variables]


def read_sent(sent: Mapping[str, str], skills: Skills) -> list[Row]:
    """The rows of a form that was sent, with the variables that the chosen skills declare now."""
    rows: list[Row] = []
    while len(rows) <= MOST_STEPS and f"steps-{len(rows)}-skill_id" in sent:
        place = len(rows)
        start = f"steps-{place}-"
        chosen = sent[f"{start}skill_id"]
        skill = _find(chosen, skills)
        rows.append(
            Row(
                skill_id=str(skill.id) if skill else chosen and LOST,
                name=sent.get(f"{start}name", "").strip(),
                input=_choice_sent(sent, f"{start}input", {INPUT, BEFORE, TEXT} if place else {INPUT, TEXT}, place),
                variables={name: _variable_sent(sent, start, name, skill, place) for name in declared(skill)},
            )
        )
    return rows


def read_kept(steps: Sequence[Mapping[str, Any]], skills: Skills) -> list[Row]:
    """The rows of a task's steps."""
    rows = []
    for place, step in enumerate(steps):
        skill = _find(str(step["skill_id"]), skills)
        kept: Mapping[str, Any] = step.get("variables") or {}
        given = _choice_kept(step["input"], place) if step.get("input") else Choice(BEFORE if place else INPUT)
        variables = {
            name: _choice_kept(kept[name], place) if name in kept else Choice("" if default is None else DEFAULT)
            for name, default in declared(skill).items()
        }
        rows.append(Row(str(skill.id) if skill else LOST, step.get("name") or "", given, variables))
    return rows


def change_rows(rows: list[Row], button: str) -> list[Row]:
    """What the rows are after a button between them was pressed; a button that there is not changes nothing."""
    order = list(range(len(rows)))
    if button == "add" and len(rows) < MOST_STEPS:
        return [*rows, Row(input=Choice(BEFORE if rows else INPUT))]
    found = _BUTTON.fullmatch(button)
    if found is None or (place := int(found[2])) not in order:
        return rows
    del order[place]
    if found[1] != "remove":
        order.insert(max(place + (1 if found[1] == "down" else -1), 0), place)
    return _reorder(rows, order)


def faults_of(rows: Sequence[Row]) -> Iterator[Fault]:
    """What must be put right before `portal.content.steps` can look at them."""
    for place, row in enumerate(rows):
        if row.skill_id == LOST:
            yield Fault(("steps", place, "skill_id"), "Its skill was deleted; choose another.")
        if len(row.name) > NAME_LENGTH:
            yield _too_long(("steps", place, "name"), row.name, NAME_LENGTH)
        elif "\0" in row.name:
            yield Fault(("steps", place, "name"), _NUL)
        for path, choice in row.choices():
            here: Path = ("steps", place, *path)
            if choice.word == LOST:
                yield Fault(here, "The step that it came from is gone or comes later; choose again.")
            elif choice.word == TEXT and len(choice.text) > INPUT_LENGTH:
                yield _too_long((*here, "text"), choice.text, INPUT_LENGTH)
            elif choice.word == TEXT and "\0" in choice.text:
                yield Fault((*here, "text"), _NUL)


def faults_of_unchosen(rows: Sequence[Row], skills: Skills) -> Iterator[Fault]:
    """What has yet to be chosen before the rows can be kept; of somebody who is still filling them in, no fault."""
    for place, row in enumerate(rows):
        if not row.skill_id:
            yield Fault(("steps", place, "skill_id"), "Choose the skill that it carries out.")
        for name, choice in row.variables.items():
            if not choice.word and (skill := _find(row.skill_id, skills)):
                text = f"Choose where it comes from: “{skill.name}” needs it."
                yield Fault(("steps", place, "variables", name), text)


def write_steps(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The steps as a task keeps them; what is as it would be anyway is left out."""
    return [_write(row, first=place == 0) for place, row in enumerate(rows)]


def declared(skill: Skill | None) -> dict[str, str | None]:
    """A skill's variables: their defaults by name, None for one that must be given."""
    return {variable["name"]: variable.get("default") for variable in skill.variables} if skill else {}


def _find(skill_id: str, skills: Skills) -> Skill | None:
    return skills.get(int(skill_id)) if skill_id.isascii() and skill_id.isdecimal() and len(skill_id) < 20 else None


def _choice_sent(sent: Mapping[str, str], name: str, words: set[str], place: int) -> Choice:
    choice = Choice(sent.get(name, ""), sent.get(f"{name}-text", "").replace("\r\n", "\n"))
    step = choice.step()
    if choice.word not in words and not (step and step <= place):
        choice.word = LOST
    return choice


def _variable_sent(sent: Mapping[str, str], start: str, name: str, skill: Skill | None, place: int) -> Choice:
    default = declared(skill)[name]
    # What another skill's variable of this name was given stays; its default does not.
    if sent.get(f"{start}variables-{name}", DEFAULT) in {DEFAULT, ""}:
        return Choice("" if default is None else DEFAULT, sent.get(f"{start}variables-{name}-text", ""))
    return _choice_sent(sent, f"{start}variables-{name}", {INPUT, TEXT}, place)


def _choice_kept(source: Mapping[str, Any], place: int) -> Choice:
    if "text" in source:
        return Choice(TEXT, source["text"])
    if source["from"] == "input":
        return Choice(INPUT)
    return Choice(f"step-{source['step']}" if 1 <= source["step"] <= place else LOST)


def _reorder(rows: list[Row], order: list[int]) -> list[Row]:
    """The rows in another order, or fewer; what names a step goes on naming that one."""
    first, new = rows[0], [rows[place] for place in order]
    now_at = {old: place for place, old in enumerate(order)}
    for place, row in enumerate(new):
        for _, choice in row.choices():
            if step := choice.step():
                moved = now_at.get(step - 1, place)
                choice.word = f"step-{moved + 1}" if moved < place else LOST
    if new and new[0].input.word == BEFORE:
        # Nothing is before it any more. Whoever was first there takes its place in the chain.
        new[0].input.word = INPUT
        if any(row is first for row in new[1:]) and first.input.word == INPUT:
            first.input.word = BEFORE
    return new


def _write(row: Row, *, first: bool) -> dict[str, Any]:
    step: dict[str, Any] = {"skill_id": row.skill_id}
    if row.name:
        step["name"] = row.name
    if row.input.word not in {LOST, INPUT if first else BEFORE}:
        step["input"] = _source(row.input)
    chosen = {name: choice for name, choice in row.variables.items() if choice.word not in {"", DEFAULT, LOST}}
    if chosen:
        step["variables"] = {name: _source(choice) for name, choice in chosen.items()}
    return step


def _source(choice: Choice) -> dict[str, Any]:
    if choice.word == TEXT:
        return {"text": choice.text}
    return dict(FROM_INPUT) if choice.word == INPUT else {"from": "step", "step": choice.step()}


def _too_long(path: Path, text: str, most: int) -> Fault:
    return Fault(path, f"Has {len(text):,} characters; {most:,} are possible.")
