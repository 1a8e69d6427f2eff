"""Form fields that every room's forms share: text is trimmed, and characters that cannot be seen are refused."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import Field, Form, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from portal.foundation.visible_text import can_be_seen


class PostedForm(FlaskForm):
    """A form that takes each field from where it belongs: an upload named like a text field is not its value."""

    uploads: ClassVar[frozenset[str]] = frozenset()
    """Names of the upload fields."""

    class Meta(FlaskForm.Meta):
        """How what was posted is read."""

        def wrap_formdata(self, form: "PostedForm", formdata: object) -> CombinedMultiDict[str, Any] | None:  # noqa: ARG002
            """Texts and uploads under names that a field can have (WTForms fails on rows numbered otherwise)."""
            if request.method != "POST":
                return None
            texts = [(name, text) for name, text in request.form.items(multi=True) if name.isascii() and len(name) < 40]
            files = [(name, file) for name, file in request.files.items(multi=True) if name in form.uploads]
            return CombinedMultiDict([MultiDict(files), MultiDict(texts)])


def _trim(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def refuse_invisible(_form: Form, field: Field) -> None:
    """Refuse control and direction characters (NUL, right-to-left marks), which disguise what a text says."""
    text = (field.data or "").replace("\r\n", "").replace("\n", "") if isinstance(field, TextAreaField) else field.data
    for position, character in enumerate(text or "", start=1):
        if not can_be_seen(character):
            raise ValidationError(f"Character {position} (U+{ord(character):04X}) cannot be seen; delete it.")


def line(label: str, most: int, validators: Sequence[Any] = (), **options: Any) -> StringField:
    """A one-line text field of at most `most` characters."""
    return StringField(label, [*validators, Length(max=most), refuse_invisible], filters=[_trim], **options)


def paragraph(label: str, most: int, validators: Sequence[Any] = (), **options: Any) -> TextAreaField:
    """A text field of several lines, of at most `most` characters."""
    return TextAreaField(label, [*validators, Length(max=most), refuse_invisible], filters=[_trim], **options)
