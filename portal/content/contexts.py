"""Contexts: list, read, create, change, delete. The doors check lengths before they call."""

from collections.abc import Mapping

from sqlalchemy import delete, update

from portal.content.models import DEFAULT_TYPE, Context
from portal.content.ownership import get_owned, keep, list_owned
from portal.foundation.clock import now
from portal.foundation.database import transaction


def list_contexts(user_id: int, page: int, limit: int, context_type: str | None = None) -> tuple[list[Context], int]:
    """One page of a user's contexts, newest first, and how many there are on all pages.

    Args:
        user_id: whose.
        page: which page, from 1.
        limit: contexts on a page.
        context_type: only those of this type; None for all.
    """
    conditions = [] if context_type is None else [Context.context_type == context_type]
    return list_owned(Context, user_id, page, limit, *conditions)


def get_context(user_id: int, context_id: int) -> Context | None:
    """One of a user's contexts; None if there is none with that id, or it is somebody else's."""
    return get_owned(Context, user_id, context_id)


def create_context(
    user_id: int, name: str, content: str, description: str = "", context_type: str = DEFAULT_TYPE
) -> Context:
    """Keep a new context, `content` in Markdown."""
    return keep(
        Context(user_id=user_id, name=name, content=content, description=description, context_type=context_type)
    )


def update_context(user_id: int, context_id: int, changes: Mapping[str, str]) -> Context | None:
    """Change some fields of a context.

    Args:
        changes: new values by field name (`name`, `content`, `description`, `context_type`); the rest stays.

    Returns:
        The context as it is now; None if there is none with that id, or it is somebody else's.
    """
    if not changes:
        return get_context(user_id, context_id)
    # One statement: read first, and a deletion in between would make the write fail.
    statement = (
        update(Context)
        .where(Context.id == context_id, Context.user_id == user_id)
        .values(**changes, updated_at=now())
        .returning(Context)
    )
    with transaction() as session:
        return session.scalar(statement)


def delete_context(user_id: int, context_id: int) -> bool:
    """Delete a context. False if there is none with that id, or it is somebody else's."""
    statement = delete(Context).where(Context.id == context_id, Context.user_id == user_id)
    with transaction() as session:
        return session.scalar(statement.returning(Context.id)) is not None
