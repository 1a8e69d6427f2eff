"""Reading and keeping what belongs to one user: the same three use cases for every kind.

Somebody else's object is not found, exactly as one that never was: an answer must not tell that it exists.
"""

from typing import TypeVar

from sqlalchemy import ColumnElement, func, select

from portal.content.models import Owned
from portal.foundation.clock import now
from portal.foundation.database import reading, transaction

Kind = TypeVar("Kind", bound=Owned)


def list_owned(
    kind: type[Kind], user_id: int, page: int, limit: int, *conditions: ColumnElement[bool]
) -> tuple[list[Kind], int]:
    """One page of a user's objects, newest first, and how many there are on all pages.

    Args:
        page: which page, from 1.
        limit: objects on a page.
    """
    conditions = (kind.user_id == user_id, *conditions)
    newest_first = select(kind).where(*conditions).order_by(kind.created_at.desc(), kind.id.desc())
    with reading() as session:
        total = session.scalar(select(func.count()).select_from(kind).where(*conditions)) or 0
        return list(session.scalars(newest_first.limit(limit).offset((page - 1) * limit))), total


def list_all(kind: type[Kind], user_id: int) -> list[Kind]:
    """All of a user's objects, oldest first: for whoever takes everything along."""
    with reading() as session:
        return list(session.scalars(select(kind).where(kind.user_id == user_id).order_by(kind.created_at, kind.id)))


def get_owned(kind: type[Kind], user_id: int, object_id: int) -> Kind | None:
    """One of a user's objects; None if there is none with that id, or it is somebody else's."""
    with reading() as session:
        return session.scalar(select(kind).where(kind.id == object_id, kind.user_id == user_id))


def keep(new: Kind) -> Kind:
    """Store a new object, dated now."""
    new.created_at = new.updated_at = now()
    with transaction() as session:
        session.add(new)
    return new
