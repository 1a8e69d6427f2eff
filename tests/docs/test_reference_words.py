"""The words of the reference for what a schema says."""

from typing import Any

import pytest

from portal.docs.reference_words import kind, list_of


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "String."),
        ({"type": "string", "minLength": 1, "maxLength": 200}, "String, 1 to 200 characters."),
        ({"type": "string", "maxLength": 100000, "default": ""}, "String, at most 100,000 characters."),
        ({"type": ["string", "null"], "maxLength": 80}, "String, at most 80 characters."),
        ({"type": "integer", "minimum": 1, "maximum": 100, "default": 20}, "Integer, 1 to 100. Left out, it is `20`."),
        ({"const": "Bearer"}, "Always `Bearer`."),
        ({"enum": ["code"]}, "`code`."),
        ({"enum": ["a", "b", "c", None]}, "One of `a`, `b` and `c`."),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 20}, "List of strings, 1 to 20."),
        ({"type": "string", "format": "date-time"}, "Time, such as `2026-01-31T09:30:00Z`."),
        ({"type": "boolean"}, "Boolean."),
    ],
)
def test_a_schema_is_put_in_words(schema: dict[str, Any], words: str) -> None:
    assert kind(schema) == words


def test_a_list_is_written_as_people_write_it() -> None:
    assert [list_of(words) for words in (["a"], ["a", "b"], ["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
