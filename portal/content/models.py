"""The rows of contexts, skills and tasks, and how long their texts may be.

Each belongs to one user, by the key of the `users` table; the room that owns that table is not imported.
"""

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.foundation.database import Base, RandomId, Timestamp

NAME_LENGTH = 200
DESCRIPTION_LENGTH = 1000
TYPE_LENGTH = 50
CONTENT_LENGTH = 100_000
"""Characters in one context. Small enough that a client can hold a list page of a hundred."""

DEFAULT_TYPE = "general"


class Owned(Base):
    """What all three have: an owner, a name, and when they were made and last changed."""

    __abstract__ = True

    id: Mapped[RandomId]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    description: Mapped[str] = mapped_column(String(DESCRIPTION_LENGTH), default="")
    created_at: Mapped[Timestamp]
    updated_at: Mapped[Timestamp]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Index, ...]:  # noqa: N805  # SQLAlchemy hands over the class
        # In the order of the list pages; its first column also serves the cascade from `users`.
        return (Index(None, "user_id", "created_at", "id"),)


class Context(Owned):
    """Standing knowledge about a person or a team, in Markdown."""

    __tablename__ = "contexts"

    content: Mapped[str] = mapped_column(Text)
    context_type: Mapped[str] = mapped_column(String(TYPE_LENGTH), default=DEFAULT_TYPE)


class Skill(Owned):
    """A reusable prompt: a template, the variables that it declares, and how to run it."""

    __tablename__ = "skills"

    template: Mapped[str] = mapped_column(Text)
    variables: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    configuration: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    active: Mapped[bool] = mapped_column(default=True)


class Task(Owned):
    """A workflow: skill steps in the order in which they feed each other."""

    __tablename__ = "tasks"

    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    active: Mapped[bool] = mapped_column(default=True)
