"""The form of a context, and what is said when it cannot be kept."""

import re

from wtforms import HiddenField

from portal.content.contexts import ContextTooLarge
from portal.content.models import Context
from portal.foundation.forms import PostedForm
from portal.library.fields import description_field, kind_field, name_field, text_field


class ContextForm(PostedForm):
    """What somebody writes, and the version that they began with."""

    name = name_field("Give the context a name, such as “Brand voice”.")
    context_type = kind_field("Type")
    description = description_field()
    content = text_field("Text", id="text")  # "content" is the id of the page's main part
    version = HiddenField()

    @classmethod
    def of(cls, context: Context) -> "ContextForm":
        """The form, filled in with a context."""
        return cls(obj=context)

    @property
    def known_version(self) -> int:
        """The version that the writer has read; one that no context has if the form is damaged."""
        sent = self.version.data or ""
        return int(sent) if re.fullmatch("[0-9]{1,9}", sent) else 0

    @property
    def written(self) -> dict[str, str]:
        """The context's fields."""
        return {name: self[name].data or "" for name in ("name", "context_type", "description", "content")}

    def refuse_size(self, error: ContextTooLarge) -> None:
        """Say at the text that it is too large."""
        self.content.errors = [say_size("It", error)]


def say_size(what: str, error: ContextTooLarge) -> str:
    """How large a text is, and how large it may be."""
    return f"{what} has {error.size:,} bytes, and {error.most:,} is the most. Split it into several contexts."
