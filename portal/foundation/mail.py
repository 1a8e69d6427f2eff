"""Mail: letters are put into an outbox with what they tell of, and written and sent when that is committed.

The outbox holds no text, and so no link that opens something: a letter is written at the moment when it is sent, by
the writer that its room has registered. `postman` sends.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from sqlalchemy import BigInteger, ForeignKey, String, Text, event
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.foundation import clock
from portal.foundation.credentials import new_id_in_order
from portal.foundation.database import Base, RandomId, Timestamp


class OutgoingMail(Base):
    """A letter that waits to be written and sent."""

    __tablename__ = "outgoing_mails"
    id: Mapped[RandomId]
    letter: Mapped[str] = mapped_column(String(32))
    """The name of its writer."""
    user_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    """Whom it is for; None if it goes to an address that may be nobody's."""
    recipient: Mapped[str] = mapped_column(String(254))
    """An address, where it is not the user's own."""
    data: Mapped[str] = mapped_column(Text)
    """What it tells of, as a JSON object; no secret."""
    created_at: Mapped[Timestamp]
    due_at: Mapped[Timestamp] = mapped_column(index=True)
    """When it is sent, or sent again."""
    attempts: Mapped[int]


@dataclass(frozen=True)
class Step:
    """Something that the reader can do: a button in HTML, an address in plain text."""

    label: str
    url: str


@dataclass(frozen=True)
class Letter:
    """A letter in words; its text and its HTML say the same."""

    to: str
    subject: str
    paragraphs: tuple[str, ...]
    step: Step | None = None
    facts: tuple[tuple[str, str], ...] = ()
    """Pairs of what and which, such as when and from where."""
    undo: tuple[str, ...] = ()
    """What to do if the reader did not want this."""
    undo_step: Step | None = None


Writer = Callable[[OutgoingMail, Mapping[str, Any]], Letter | None]
"""Writes a letter from its row and its data; None if there is nobody (any more) to write to."""


def init_app(app: Flask) -> None:
    """Give the application its writers; rooms add theirs."""
    app.extensions["letters"] = {}


def add_writers(app: Flask, writers: Mapping[str, Writer]) -> None:
    """Register a room's writers by the names of their letters."""
    app.extensions["letters"].update(writers)


def enqueue(session: Session, letter: str, *, user_id: int | None = None, recipient: str = "", **data: object) -> None:
    """Have a letter written and sent, once the caller's transaction is committed.

    Args:
        letter: the name of its writer.
        user_id: whom it is for.
        recipient: an address, where it is not the user's own.
        data: what it tells of; no secret.
    """
    now, nanosecond = clock.exactly()
    session.add(
        OutgoingMail(
            id=new_id_in_order(nanosecond),
            letter=letter,
            user_id=user_id,
            recipient=recipient,
            data=json.dumps(data),
            created_at=now,
            due_at=now,
            attempts=0,
        )
    )
    session.info["postman"] = current_app.extensions["postman"]


@event.listens_for(Session, "after_commit")
def _call_postman(session: Session) -> None:
    """Once for all sessions: a listener of each session's own would stay in SQLAlchemy's registry.

    A session that was rolled back leads nobody astray: the postman then finds nothing.
    """
    if postman := session.info.pop("postman", None):
        postman.come()
