"""The words of the reference for what a JSON Schema says, and its tables."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_FORMATS = {"date-time": "Time, such as `2026-01-31T09:30:00Z`", "uri": "Address"}


def table(first: str, second: str, rows: Sequence[tuple[str, str]]) -> str:
    """A table of two columns, which is what fits on a phone."""
    return "\n".join([f"| {first} | {second} |", "| --- | --- |", *(f"| {left} | {right} |" for left, right in rows)])


def fields_table(first: str, schema: Mapping[str, Any]) -> str:
    """The fields of an object: what each is, and what it means.

    Args:
        first: what they are called. Only where they are sent, it matters which are required.
    """
    sent = first == "Parameter"
    rows = []
    for name, field in schema.get("properties", {}).items():
        required = "**Required.** " if sent and name in schema.get("required", []) else ""
        rows.append((f"`{name}`", f"{required}{kind(field)} {field.get('description', '')}".strip()))
    return table(first, "Meaning", rows)


def kind(schema: Mapping[str, Any]) -> str:
    """What a value may be, as a sentence."""
    words = f"{_what(schema)}{''.join(_limits(schema))}."
    if schema.get("default") not in (None, ""):
        words += f" Left out, it is {_literal(schema['default'])}."
    return words


def list_of(words: Sequence[str]) -> str:
    """As one writes them: a, b and c."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _what(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return f"[{_name(schema)} object](#{_name(schema).lower()}-object)"
    if "const" in schema:
        return f"Always {_literal(schema['const'])}"
    if "enum" in schema:
        values = [_literal(value) for value in schema["enum"] if value is not None]
        return values[0] if len(values) == 1 else f"One of {list_of(values)}"
    if "anyOf" in schema:
        kinds = [_what(one) for one in schema["anyOf"] if one.get("type") != "null"]
        alternatives = kinds + ["`null`"] * (len(kinds) < len(schema["anyOf"]))
        return " or ".join(alternatives)
    names = schema.get("type", "object")
    name = names if isinstance(names, str) else names[0]
    if name == "array":
        return f"List of {_plural(schema['items'])}"
    return _FORMATS.get(schema.get("format", ""), name.capitalize())


def _plural(items: Mapping[str, Any]) -> str:
    if "$ref" in items:
        return f"[{_name(items)} objects](#{_name(items).lower()}-object)"
    if "enum" in items:
        return list_of([_literal(value) for value in items["enum"]])
    return f"{items.get('type', 'object')}s"


def _name(reference: Mapping[str, Any]) -> str:
    """What a schema is called that is referred to."""
    return str(reference["$ref"]).rpartition("/")[2]


def _limits(schema: Mapping[str, Any]) -> Iterator[str]:
    for least, most, unit in (
        ("minLength", "maxLength", " characters"),
        ("minimum", "maximum", ""),
        ("minItems", "maxItems", ""),
    ):
        if schema.get(most) is not None:
            low = f"{schema[least]:,} to " if schema.get(least) else "at most "
            yield f", {low}{schema[most]:,}{unit}"


def _literal(value: object) -> str:
    return f"`{'true' if value is True else 'false' if value is False else value}`"
