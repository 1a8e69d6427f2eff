"""Form fields that every room's forms share: text is trimmed, and characters that cannot be seen are refused."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field, Form, StringField, TextAreaField
from wtforms.validators import Length, ValidationError


def _trim(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def refuse_invisible(_form: Form, field: Field) -> None:
    """Refuse control and direction characters (NUL, right-to-left marks), which disguise what a text says."""
    text = (field.data or "").replace("\r\n", "").replace("\n", "") if isinstance(field, TextAreaField) else field.data
    for position, character in enumerate(text or "", start=1):
        if not character.isprintable():
            raise ValidationError(
                f"Character {position} (U+{ord(character):04X}) is an invisible control character; delete it."
            )


def line(label: str, most: int, validators: Sequence[Any] = (), **options: Any) -> StringField:
    """A one-line text field of at most `most` characters."""
    return StringField(label, [*validators, Length(max=most), refuse_invisible], filters=[_trim], **options)


def paragraph(label: str, most: int, validators: Sequence[Any] = (), **options: Any) -> TextAreaField:
    """A text field of several lines, of at most `most` characters."""
    return TextAreaField(label, [*validators, Length(max=most), refuse_invisible], filters=[_trim], **options)
