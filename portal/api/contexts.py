"""`/contexts`: list, read, create, change, replace and delete the user's contexts."""

from collections.abc import Mapping
from typing import Annotated, Any

from flask import Blueprint, url_for
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from portal.api.envelope import SHOWN, Answer, AnswerPage, Id, Time, id_text
from portal.api.errors import ApiError
from portal.api.fields import Fields
from portal.api.inputs import HAS_NO_NUL, HAS_WORDS, WithoutNul, found, read_id
from portal.api.operation import operation
from portal.api.pagination import Searching
from portal.api.protection import current_access
from portal.config import current_settings
from portal.content import contexts
from portal.content.models import DEFAULT_TYPE, DESCRIPTION_LENGTH, NAME_LENGTH, TYPE_LENGTH
from portal.content.once import Once

MOST_PAGE_BYTES = 20_000_000
"""Of the contents on one page together."""

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH), WithoutNul, HAS_WORDS
]
Content = Annotated[str, WithoutNul, HAS_NO_NUL]
Description = Annotated[str, StringConstraints(max_length=DESCRIPTION_LENGTH), WithoutNul, HAS_NO_NUL]
ContextType = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TYPE_LENGTH), WithoutNul, HAS_WORDS
]
_WRITTEN: Mapping[str, str] = {
    "name": "Brand voice",
    "content": "# Brand voice\n\nWarm, plain, a little dry.\n",
    "description": "How Northwind Coffee sounds in writing.",
    "context_type": "brand",
}


class Context(BaseModel):
    """A context file: standing knowledge about a person or a team."""

    model_config = ConfigDict(
        **SHOWN,
        json_schema_extra={
            "examples": [
                {
                    "id": "4611686018427387905",
                    **_WRITTEN,
                    "size": 42,
                    "version": 3,
                    "created_at": "2026-01-31T09:30:00Z",
                    "updated_at": "2026-02-01T10:00:00Z",
                }
            ]
        },
    )

    id: Id
    """Names the context in its address."""
    name: str
    """What the user calls it."""
    content: str
    """The text itself, in Markdown."""
    description: str
    """What it is about; may be empty."""
    context_type: str
    """What sort of context it is, in a word of the user’s."""
    size: int
    """How large `content` is, in bytes of UTF-8."""
    version: int
    """Grows with each change. In quotes it is the ETag, and what `If-Match` takes."""
    created_at: Time
    """When it was made."""
    updated_at: Time
    """When it was last changed."""


class NewContext(BaseModel):
    """What a context is made of. Any other field is refused."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, json_schema_extra={"examples": [dict(_WRITTEN)]}
    )

    name: Name
    """What the user will know it by. White space at its ends is taken off."""
    content: Content
    """The text itself, in Markdown."""
    description: Description = ""
    """What it is about."""
    context_type: ContextType = DEFAULT_TYPE
    """What sort of context it is. White space at its ends is taken off."""


def leave_defaults_out(schema: dict[str, Any]) -> None:
    """Say nothing of defaults in the description of a form whose fields, left out, stay as they are."""
    for field in schema["properties"].values():
        del field["default"]


class ContextChanges(BaseModel):
    """What to change. What is left out stays, and any other field is refused."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, json_schema_extra=leave_defaults_out)

    # The defaults are never read.
    name: Name = Field(default="", examples=[_WRITTEN["name"]])
    """The new name."""
    content: Content = ""
    """The new text, in Markdown; it takes the place of the old one."""
    description: Description = ""
    """The new description; may be empty."""
    context_type: ContextType = ""
    """The new type."""


class ContextsPage(Searching):
    """The query of `GET /contexts`."""

    context_type: ContextType | None = None
    """Only contexts of this type."""


@operation("contexts:read", query=ContextsPage, answer=AnswerPage[Context])
def list_contexts(query: ContextsPage) -> AnswerPage[Context]:
    """List the user’s context files.

    A page whose contents together have more than 20 MB is refused: ask for fewer, or leave `content` out by naming
    other `fields`.
    """
    user_id = current_access().user_id
    wanted = query.wanted({"context_type": query.context_type}, query.leave_out("content"))
    may_be_too_large = not wanted.without and query.limit * current_settings().most_context_bytes > MOST_PAGE_BYTES
    if may_be_too_large and (size := contexts.bytes_on_page(user_id, wanted)) > MOST_PAGE_BYTES:
        raise ApiError(
            400,
            "page_too_large",
            f"The contents on this page have {size} bytes together, more than {MOST_PAGE_BYTES}; send a lower limit, "
            "or fields without content.",
        )
    return AnswerPage[Context].of(contexts.list_contexts(user_id, wanted), query)


@operation("contexts:write", body=NewContext, answer=Answer[Context], status=201, once=True, shows="contexts:read")
def create_context(body: NewContext, once: Once | None) -> tuple[Answer[Context], Mapping[str, str]]:
    """Keep a new context file."""
    context = contexts.create_context(current_access().user_id, **body.model_dump(), once=once)
    address = url_for(".read_context", context_id=id_text(context.id))
    return Answer[Context].of(context), {"Location": address}


@operation("contexts:read", query=Fields, answer=Answer[Context], versioned=True)
def read_context(context_id: str, query: Fields) -> Answer[Context]:
    """Read one context file with its content."""
    context = contexts.get_context(current_access().user_id, read_id(context_id))
    return Answer[Context].of(found("context", context_id, context), query)


@operation("contexts:write", body=ContextChanges, answer=Answer[Context], versioned=True, shows="contexts:read")
def update_context(context_id: str, body: ContextChanges, version: int | None) -> Answer[Context]:
    """Change the fields of a context file that the body names."""
    changes = body.model_dump(exclude_unset=True)
    context = contexts.update_context(current_access().user_id, read_id(context_id), changes, version)
    return Answer[Context].of(found("context", context_id, context))


@operation("contexts:write", body=NewContext, answer=Answer[Context], versioned=True)
def replace_context(context_id: str, body: NewContext, version: int | None) -> Answer[Context]:
    """Replace a context file: fields that the body leaves out get their defaults."""
    context = contexts.update_context(current_access().user_id, read_id(context_id), body.model_dump(), version)
    return Answer[Context].of(found("context", context_id, context))


@operation("contexts:write", status=204, versioned=True)
def delete_context(context_id: str, version: int | None) -> None:
    """Delete one context file."""
    deleted = contexts.delete_context(current_access().user_id, read_id(context_id), version)
    found("context", context_id, deleted or None)


def add_routes(blueprint: Blueprint) -> None:
    """The addresses of this file."""
    blueprint.get("/contexts")(list_contexts)
    blueprint.post("/contexts")(create_context)
    blueprint.get("/contexts/<context_id>")(read_context)
    blueprint.patch("/contexts/<context_id>")(update_context)
    blueprint.put("/contexts/<context_id>")(replace_context)
    blueprint.delete("/contexts/<context_id>")(delete_context)
