"""`/contexts`: list, read, create, change and delete the user's contexts."""

from collections.abc import Mapping
from typing import Annotated, Any

from flask import Blueprint, url_for
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from portal.api.envelope import SHOWN, Answer, AnswerPage, Id, Time, id_text
from portal.api.inputs import HAS_NO_NUL, HAS_WORDS, WithoutNul, found, read_id
from portal.api.operation import operation
from portal.api.pagination import Paging
from portal.api.protection import current_access
from portal.content import contexts
from portal.content.listing import Wanted
from portal.content.models import (
    DEFAULT_TYPE,
    DESCRIPTION_LENGTH,
    NAME_LENGTH,
    TYPE_LENGTH,
)

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH), WithoutNul, HAS_WORDS
]
Content = Annotated[str, StringConstraints(max_length=1_000_000), WithoutNul, HAS_NO_NUL]
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


def _leave_defaults_out(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        del field["default"]


class ContextChanges(BaseModel):
    """What to change. What is left out stays, and any other field is refused."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True, json_schema_extra=_leave_defaults_out)

    # The defaults are never read.
    name: Name = Field(default="", examples=[_WRITTEN["name"]])
    """The new name."""
    content: Content = ""
    """The new text, in Markdown; it takes the place of the old one."""
    description: Description = ""
    """The new description; may be empty."""
    context_type: ContextType = ""
    """The new type."""


class ContextsPage(Paging):
    """The query of `GET /contexts`."""

    context_type: ContextType | None = None
    """Only contexts of this type."""


@operation("contexts:read", query=ContextsPage, answer=AnswerPage[Context])
def list_contexts(query: ContextsPage) -> AnswerPage[Context]:
    """List the user’s context files with their contents, newest first."""
    where = {"context_type": query.context_type} if query.context_type else {}
    wanted = Wanted(query.page, query.limit, where=where)
    page = contexts.list_contexts(current_access().user_id, wanted)
    return AnswerPage[Context].of(page.items, page.total, query)


@operation("contexts:write", body=NewContext, answer=Answer[Context], status=201)
def create_context(body: NewContext) -> tuple[Answer[Context], Mapping[str, str]]:
    """Keep a new context file."""
    context = contexts.create_context(current_access().user_id, **body.model_dump())
    address = url_for(".read_context", context_id=id_text(context.id))
    return Answer[Context].of(context), {"Location": address}


@operation("contexts:read", answer=Answer[Context])
def read_context(context_id: str) -> Answer[Context]:
    """Read one context file with its content."""
    context = contexts.get_context(current_access().user_id, read_id(context_id))
    return Answer[Context].of(found("context", context_id, context))


@operation("contexts:write", body=ContextChanges, answer=Answer[Context])
def update_context(context_id: str, body: ContextChanges) -> Answer[Context]:
    """Change the fields of a context file that the body names."""
    changes = body.model_dump(exclude_unset=True)
    context = contexts.update_context(current_access().user_id, read_id(context_id), changes)
    return Answer[Context].of(found("context", context_id, context))


@operation("contexts:write", status=204)
def delete_context(context_id: str) -> None:
    """Delete one context file."""
    deleted = contexts.delete_context(current_access().user_id, read_id(context_id))
    found("context", context_id, deleted or None)


def add_routes(blueprint: Blueprint) -> None:
    """The addresses of this file."""
    blueprint.get("/contexts")(list_contexts)
    blueprint.post("/contexts")(create_context)
    blueprint.get("/contexts/<context_id>")(read_context)
    blueprint.patch("/contexts/<context_id>")(update_context)
    blueprint.delete("/contexts/<context_id>")(delete_context)
