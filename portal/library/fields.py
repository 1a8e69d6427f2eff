"""Form fields for what people write for themselves: any character is theirs to use but NUL, which cannot be stored."""

from collections.abc import Sequence
from typing import Any

from wtforms import Field, Form, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.content.models import DEFAULT_TYPE, DESCRIPTION_LENGTH, NAME_LENGTH, TYPE_LENGTH


def refuse_nul(_form: Form, field: Field) -> None:
    """Refuse what PostgreSQL cannot store."""
    if (place := (field.data or "").find("\0")) >= 0:
        raise ValidationError(f"Character {place + 1} is NUL (U+0000), which cannot be stored; delete it.")


def _unix(value: Any) -> Any:
    """Lines as files have them: browsers end them with a carriage return too."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _trim(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def name_field(missing: str) -> StringField:
    """The name; `missing` is said of an empty one."""
    return StringField("Name", [DataRequired(missing), Length(max=NAME_LENGTH), refuse_nul], filters=[_trim])


def kind_field(label: str) -> StringField:
    """The type or category: a word of the user's, and the usual one if they give none."""
    return StringField(
        label,
        [Length(max=TYPE_LENGTH), refuse_nul],
        filters=[_trim, lambda value: value or DEFAULT_TYPE],
        default=DEFAULT_TYPE,
    )


def description_field() -> TextAreaField:
    """What it is about."""
    return TextAreaField("Description", [Length(max=DESCRIPTION_LENGTH), refuse_nul], filters=[_trim, _unix])


def text_field(label: str, validators: Sequence[Any] = (), **options: Any) -> TextAreaField:
    """A long text: every blank in it counts, and whoever keeps it judges its length."""
    return TextAreaField(label, [*validators, refuse_nul], filters=[_unix], **options)
