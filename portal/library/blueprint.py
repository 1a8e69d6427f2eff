"""The room's blueprint: its pages are only for who is signed in."""

from flask import Blueprint, request

blueprint = Blueprint("library", __name__)
KEY = "int(max=9223372036854775807)"
"""How addresses hold the id of an object."""


@blueprint.url_value_preprocessor
def take_long_texts(_endpoint: str | None, _values: object) -> None:
    """A context is longer than Flask lets a field be: as long as the whole request may be.

    Here, because the check of the form's token reads the form before any view does.
    """
    request.max_form_memory_size = request.max_content_length
