"""The fields of this room's forms that hold what somebody typed, and what each is called away from its form."""

import re

_FIELDS = {
    "name": "Name",
    "context_type": "Type",
    "category": "Category",
    "description": "Description",
    "content": "Text",
    "template": "Prompt",
    "temperature": "Temperature",
    "max_tokens": "Most tokens",
    "input": "Input",
}
_VARIABLE = re.compile(r"variables-([0-9]{1,3})-(name|description|default)", re.ASCII)
_STEP = re.compile(r"steps-([0-9]{1,2})-(?:(name)|(input)-text|variables-(.{1,200})-text)", re.ASCII)
_VALUE = re.compile(r"value_(.{1,200})", re.ASCII)


def label_of(field: str) -> str | None:
    """What the field of this name is called; None if nobody types in it, or there is none."""
    if field in _FIELDS:
        return _FIELDS[field]
    if found := _VARIABLE.fullmatch(field):
        return f"Variable {int(found[1]) + 1}, {found[2]}"
    if found := _STEP.fullmatch(field):
        return f"Step {int(found[1]) + 1}, {found[2] or found[3] or found[4]}"
    found = _VALUE.fullmatch(field)
    return found[1] if found else None
