"""`/contexts`: list, read, create, change and delete the user's contexts."""

from typing import Annotated

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, StringConstraints

from portal.api.envelope import Fields, answer, answer_page, id_text, time_text
from portal.api.inputs import WithoutNul, found, read_body, read_id, read_query
from portal.api.pagination import Paging
from portal.api.protection import current_access, require_scope
from portal.content import contexts
from portal.content.models import (
    CONTENT_LENGTH,
    DEFAULT_TYPE,
    DESCRIPTION_LENGTH,
    NAME_LENGTH,
    TYPE_LENGTH,
    Context,
)

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH), WithoutNul]
Content = Annotated[str, StringConstraints(max_length=CONTENT_LENGTH), WithoutNul]
Description = Annotated[str, StringConstraints(max_length=DESCRIPTION_LENGTH), WithoutNul]
ContextType = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TYPE_LENGTH), WithoutNul]


class NewContext(BaseModel):
    """The body of `POST /contexts`."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    content: Content
    description: Description = ""
    context_type: ContextType = DEFAULT_TYPE


class ContextChanges(BaseModel):
    """The body of `PATCH /contexts/<id>`: what is left out stays. The defaults are never read."""

    model_config = ConfigDict(extra="forbid")

    name: Name = ""
    content: Content = ""
    description: Description = ""
    context_type: ContextType = ""


class ContextsPage(Paging):
    """The query of `GET /contexts`."""

    context_type: ContextType | None = None


def _fields(context: Context) -> Fields:
    return {
        "id": id_text(context.id),
        "name": context.name,
        "content": context.content,
        "description": context.description,
        "context_type": context.context_type,
        "created_at": time_text(context.created_at),
        "updated_at": time_text(context.updated_at),
    }


@require_scope("contexts:read")
def list_contexts() -> ResponseReturnValue:
    """One page of the user's contexts, newest first."""
    query = read_query(ContextsPage)
    items, total = contexts.list_contexts(current_access().user_id, query.page, query.limit, query.context_type)
    return answer_page([_fields(context) for context in items], total, query)


@require_scope("contexts:write")
def create_context() -> ResponseReturnValue:
    """Keep a new context; the answer carries its id and its address."""
    context = contexts.create_context(current_access().user_id, **read_body(NewContext).model_dump())
    address = url_for(".read_context", context_id=id_text(context.id))
    return answer(_fields(context), 201, {"Location": address})


@require_scope("contexts:read")
def read_context(context_id: str) -> ResponseReturnValue:
    """One context with its content."""
    context = contexts.get_context(current_access().user_id, read_id(context_id))
    return answer(_fields(found("context", context_id, context)))


@require_scope("contexts:write")
def update_context(context_id: str) -> ResponseReturnValue:
    """Change the fields that the body names."""
    changes = read_body(ContextChanges).model_dump(exclude_unset=True)
    context = contexts.update_context(current_access().user_id, read_id(context_id), changes)
    return answer(_fields(found("context", context_id, context)))


@require_scope("contexts:write")
def delete_context(context_id: str) -> ResponseReturnValue:
    """Delete one context."""
    deleted = contexts.delete_context(current_access().user_id, read_id(context_id))
    found("context", context_id, deleted or None)
    return "", 204


def add_routes(blueprint: Blueprint) -> None:
    """The addresses of this file."""
    blueprint.get("/contexts")(list_contexts)
    blueprint.post("/contexts")(create_context)
    blueprint.get("/contexts/<context_id>")(read_context)
    blueprint.patch("/contexts/<context_id>")(update_context)
    blueprint.delete("/contexts/<context_id>")(delete_context)
