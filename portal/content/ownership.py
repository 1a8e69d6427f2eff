"""Reading, keeping, changing and deleting what belongs to one user: the same use cases for every kind.

Somebody else's object is not found, exactly as one that never was: an answer must not tell that it exists.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.content.models import Owned, fold, users
from portal.content.once import Once, claim
from portal.foundation.clock import now
from portal.foundation.credentials import new_id
from portal.foundation.database import reading, transaction

Kind = TypeVar("Kind", bound=Owned)


class ChangedMeanwhile(Exception):
    """The object is no longer the version that its reader knew."""


class TooMany(Exception):
    """The user has as many of a kind as one may have.

    Attributes:
        most: how many that is.
        kind: the kind, as its table is called.
    """

    def __init__(self, most: int, kind: str) -> None:
        super().__init__(most, kind)
        self.most = most
        self.kind = kind


def list_all(kind: type[Kind], user_id: int) -> list[Kind]:
    """All of a user's objects, oldest first: for whoever takes everything along."""
    with reading() as session:
        return list(session.scalars(select(kind).where(kind.user_id == user_id).order_by(kind.created_at, kind.id)))


def get_owned(kind: type[Kind], user_id: int, object_id: int) -> Kind | None:
    """One of a user's objects; None if there is none with that id, or it is somebody else's."""
    with reading() as session:
        return session.scalar(select(kind).where(kind.id == object_id, kind.user_id == user_id))


def lock_owner(session: Session, user_id: int) -> None:
    """Let nobody else count or add what this user has until the transaction ends (SQLite has one writer anyway)."""
    session.execute(select(users.c.id).where(users.c.id == user_id).with_for_update(key_share=True))


def keep(new: Kind, most: int, once: Once | None = None) -> Kind:
    """Store a new object, dated now.

    Args:
        most: how many of its kind the user may have.
        once: says which request it is for: the same one sent again gets what the first one made.

    Raises:
        TooMany: the user has that many.
        KeyReused: the key was sent with another request.
        GoneSince: what the request had made was deleted since.
    """
    kind = type(new)
    _begin(new)
    with transaction() as session:
        if once and (earlier := claim(session, new.user_id, once, new.id)):
            made = session.scalar(select(kind).where(kind.id == earlier, kind.user_id == new.user_id))
            return once.found(made)
        _see_room(session, new.user_id, kind, 1, most)
        session.add(new)
    return new


def keep_all(new: Sequence[Owned], most: int) -> None:
    """Store new objects of one kind and one user, dated now: all of them, or none.

    Args:
        most: how many of their kind the user may have.

    Raises:
        TooMany: the user would have more.
    """
    for one in new:
        _begin(one)
    with transaction() as session:
        _see_room(session, new[0].user_id, type(new[0]), len(new), most)
        session.add_all(new)


def _begin(new: Owned) -> None:
    new.id = new_id()
    new.created_at = new.updated_at = now()
    new.search_text = fold(new.searchable())


def _see_room(session: Session, user_id: int, kind: type[Owned], count: int, most: int) -> None:
    lock_owner(session, user_id)
    if (session.scalar(select(func.count()).where(kind.user_id == user_id)) or 0) + count > most:
        raise TooMany(most, kind.__tablename__)


def change(
    kind: type[Kind], user_id: int, object_id: int, changes: Mapping[str, Any], version: int | None = None
) -> Kind | None:
    """Change some fields of an object.

    Args:
        changes: new values by field name; the rest stays. What changes nothing leaves version and time as they are.
        version: the one that the caller has read; None to change whichever there is.

    Returns:
        The object as it is now; None if there is none with that id, or it is somebody else's.

    Raises:
        ChangedMeanwhile: it has another version by now; nothing was changed.
    """
    with transaction() as session:
        item = _locked(session, kind, user_id, object_id, version)
        if item is None or all(getattr(item, name) == value for name, value in changes.items()):
            return item
        for name, value in changes.items():
            setattr(item, name, value)
        item.version += 1
        item.updated_at = now()
        item.search_text = fold(item.searchable())
        return item


def remove(kind: type[Kind], user_id: int, object_id: int, version: int | None = None) -> bool:
    """Delete an object. False if there is none with that id, or it is somebody else's.

    Raises:
        ChangedMeanwhile: it is not the `version` that the caller has read; it stays.
    """
    with transaction() as session:
        item = _locked(session, kind, user_id, object_id, version)
        if item is not None:
            session.delete(item)
    return item is not None


def _locked(session: Session, kind: type[Kind], user_id: int, object_id: int, version: int | None) -> Kind | None:
    """An object that nobody else changes or deletes before the transaction ends."""
    item = session.scalar(select(kind).where(kind.id == object_id, kind.user_id == user_id).with_for_update())
    if item is not None and version is not None and item.version != version:
        raise ChangedMeanwhile
    return item
