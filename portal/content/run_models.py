"""The rows of runs and their steps. `portal.content.runs` starts and ends them, `portal.content.leases` moves them."""

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.content.models import NAME_LENGTH
from portal.foundation.database import Base, RandomId, Timestamp

QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED = "queued", "running", "succeeded", "failed", "cancelled"
FINISHED = (SUCCEEDED, FAILED, CANCELLED)
PENDING = "pending"
"""A step's, before it begins."""
_UNFINISHED = text("finished_at IS NULL")


class Run(Base):
    """One time that a skill or a task is carried out.

    It holds all that it needs but the contexts: changing or deleting the skill or the task does not touch it.
    """

    __tablename__ = "runs"
    __table_args__ = (
        Index(None, "user_id", "created_at", "id"),
        Index(None, "finished_at"),
        Index("ix_runs_unfinished", "lease_until", sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED),
    )

    id: Mapped[RandomId]
    user_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("users.id", ondelete="CASCADE"))
    client_id: Mapped[int | None] = mapped_column(BigInteger)
    """The key of the client through which it was started; None if on the portal's own pages."""
    app: Mapped[str] = mapped_column(String(80), default="")
    """That client's name then."""
    authorization_id: Mapped[int | None] = mapped_column(BigInteger)
    """The authorization that its token was of: the run stops when that ends."""
    kind: Mapped[str] = mapped_column(String(8))
    """`skill` or `task`."""
    source_id: Mapped[int] = mapped_column(BigInteger)
    """The id of the skill or task; it may be gone since."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    input: Mapped[str] = mapped_column(Text)
    generator: Mapped[str] = mapped_column(String(20))
    """What generates: `local` or `openai`."""
    status: Mapped[str] = mapped_column(String(12), default=QUEUED)
    error_code: Mapped[str] = mapped_column(String(40), default="")
    error: Mapped[str] = mapped_column(String(1000), default="")
    revision: Mapped[int] = mapped_column(default=1)
    """Grows with each change of the run or of one of its steps: who watches asks for what came since."""
    created_at: Mapped[Timestamp]
    started_at: Mapped[Timestamp | None]
    finished_at: Mapped[Timestamp | None]
    lease_key: Mapped[str | None] = mapped_column(String(32))
    """Whose it is while it runs."""
    lease_until: Mapped[Timestamp]
    """Running: until when it is theirs. Queued: when it is put into the queue again."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often it was taken since a step last finished."""
    steps: Mapped[list["RunStep"]] = relationship(
        order_by="RunStep.position", cascade="all, delete-orphan", passive_deletes=True
    )


class RunStep(Base):
    """One step of a run; a skill's run has one."""

    __tablename__ = "run_steps"

    run_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1."""
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    skill_id: Mapped[int] = mapped_column(BigInteger)
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The skill as it was: `template`, `variables`, `configuration`; and where `input` and `values` come from."""
    status: Mapped[str] = mapped_column(String(12), default=PENDING)
    output: Mapped[str] = mapped_column(Text, default="")
    """What was generated: all of it when the step has succeeded, as much as has come while it is running."""
    error: Mapped[str] = mapped_column(String(1000), default="")
    revision: Mapped[int] = mapped_column(default=1)
    """The run's when the step last changed."""
    started_at: Mapped[Timestamp | None]
    finished_at: Mapped[Timestamp | None]
    milliseconds: Mapped[int | None]
    """How long generating took."""
    input_tokens: Mapped[int | None]
    output_tokens: Mapped[int | None]
    """As the model's endpoint counts them; None if it does not."""
