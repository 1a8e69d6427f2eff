"""The rows of contexts, skills and tasks, and how long their texts may be.

Each belongs to one user, by the key of the `users` table; the room that owns that table is not imported.
"""

import re
import unicodedata
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, String, Text, column, table
from sqlalchemy.orm import Mapped, declared_attr, deferred, mapped_column

from portal.foundation.database import Base, RandomId, Timestamp

NAME_LENGTH = 200
DESCRIPTION_LENGTH = 1000
TYPE_LENGTH = 50
TEMPLATE_LENGTH = 100_000
"""Characters in one template."""
MOST_VARIABLES = 50
MOST_SKILL_CONTEXTS = 20
MOST_STEPS = 50

DEFAULT_TYPE = "general"

users = table("users", column("id"))
"""This room's view of an owner."""


_PIECES = re.compile(r"\S{1,200}|\s+")
_MOST_GROWTH = 3
"""Some single characters are eighteen when they are folded; nobody searches for all of them."""


def fold(text: str) -> str:
    """Text as it is searched: the same whatever its case and its compatibility characters (Unicode, NFKC)."""
    if text.isascii():
        return text.casefold()
    # Piece by piece: normalizing a run of combining marks takes time with the square of its length.
    return "".join(map(_fold, _PIECES.findall(text)))[: _MOST_GROWTH * len(text)]


def _fold(piece: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", piece).casefold())


class Owned(Base):
    """What all three have: an owner, a name, a version, and when they were made and last changed."""

    __abstract__ = True

    id: Mapped[RandomId]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    description: Mapped[str] = mapped_column(String(DESCRIPTION_LENGTH), default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Grows by one with each change: who read an older one does not overwrite a newer one unawares."""
    created_at: Mapped[Timestamp]
    updated_at: Mapped[Timestamp]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Index, ...]:  # noqa: N805  # SQLAlchemy hands over the class
        # In the orders of the list pages; their first column also serves the cascade from `users`.
        return (Index(None, "user_id", "created_at", "id"), Index(None, "user_id", "updated_at", "id"))

    @declared_attr
    def search_text(cls) -> Mapped[str]:  # noqa: N805
        """All that is searched, folded by us: the databases fold case each in its own way."""
        return deferred(mapped_column(Text, default="", server_default="", nullable=False))

    def searchable(self) -> str:
        """What a search finds it by."""
        return f"{self.name}\n{self.description}"


class Context(Owned):
    """Standing knowledge about a person or a team, in Markdown."""

    __tablename__ = "contexts"

    content: Mapped[str] = mapped_column(Text)
    context_type: Mapped[str] = mapped_column(String(TYPE_LENGTH), default=DEFAULT_TYPE)
    size: Mapped[int] = mapped_column(default=0, server_default="0")
    """Bytes of its content in UTF-8: lists tell it without reading the content."""

    def searchable(self) -> str:
        """Its content too."""
        return f"{super().searchable()}\n{self.content}"


class Skill(Owned):
    """A reusable prompt: a template, the variables that it declares, and how to run it."""

    __tablename__ = "skills"

    template: Mapped[str] = mapped_column(Text)
    variables: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """Each with a `name`, a `description`, and a `default` unless it must be given."""
    configuration: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """`contexts`: ids, as strings, of the contexts that it uses; `temperature` and `max_tokens` for the model."""
    category: Mapped[str] = mapped_column(String(TYPE_LENGTH), default=DEFAULT_TYPE, server_default=DEFAULT_TYPE)
    active: Mapped[bool] = mapped_column(default=True)

    def searchable(self) -> str:
        """Its template too."""
        return f"{super().searchable()}\n{self.template}"


class Task(Owned):
    """A workflow: skill steps in the order in which they feed each other."""

    __tablename__ = "tasks"

    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """As `portal.content.steps` writes them."""
    category: Mapped[str] = mapped_column(String(TYPE_LENGTH), default=DEFAULT_TYPE, server_default=DEFAULT_TYPE)
    active: Mapped[bool] = mapped_column(default=True)


class IdempotencyKey(Base):
    """A key with which a client had something made, and what that was: sent again, it makes nothing."""

    __tablename__ = "idempotency_keys"

    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    client_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    request_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    object_id: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[Timestamp] = mapped_column(index=True)
