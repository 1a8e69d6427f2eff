"""Whose a run is while it is carried out: taken, held, given back, each by one conditional UPDATE.

Who holds a run says so again and again; of who has not been heard of, `portal.content.upkeep` takes it away. Each
change here names the lease, so that a worker that was given up and comes back changes nothing: no step finishes twice.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.config import current_settings
from portal.content.generation import Generated
from portal.content.ownership import lock_owner
from portal.content.run_models import FAILED, QUEUED, RUNNING, SUCCEEDED, Run, RunStep
from portal.content.runs import end_run
from portal.foundation.clock import now
from portal.foundation.database import transaction

MOST_ATTEMPTS = 5
"""How often a run is taken with no step finishing in between: a worker may die of what it carries out."""


class Lost(Exception):
    """The run is no longer this worker's: it was cancelled, or another one has taken it over."""


@dataclass(frozen=True)
class Lease:
    """A run that is this worker's."""

    run_id: int
    user_id: int
    key: str


def take(run_id: int) -> Lease | None:
    """Take a run that waits; None if it does not, or as many of its user's as may be are running."""
    with transaction() as session:
        user_id = session.scalar(select(Run.user_id).where(Run.id == run_id, Run.status == QUEUED))
        if user_id is None:
            return None
        lock_owner(session, user_id)  # who counts the others waits for who is just taking one
        running = select(func.count()).where(Run.user_id == user_id, Run.finished_at.is_(None), Run.status == RUNNING)
        if (session.scalar(running) or 0) >= current_settings().runs_at_once:
            return None
        lease = Lease(run_id, user_id, secrets.token_hex(16))
        moment = now()
        taken = (
            session.connection()
            .execute(
                update(Run)
                .where(Run.id == run_id, Run.status == QUEUED)
                .values(
                    status=RUNNING,
                    lease_key=lease.key,
                    lease_until=moment + current_settings().run_lease_seconds,
                    attempts=Run.attempts + 1,
                    started_at=func.coalesce(Run.started_at, moment),
                    revision=Run.revision + 1,
                )
                .returning(Run.attempts)
            )
            .scalar_one_or_none()
        )
        if taken is not None and taken > MOST_ATTEMPTS:
            end_run(session, run_id, FAILED, "worker_died", "Each worker that carried it out stopped without a word.")
            return None
        return lease if taken is not None else None


def hold(lease: Lease) -> None:
    """Say that the run is still being carried out.

    Raises:
        Lost: it is not this worker's any more.
    """
    with transaction() as session:
        _move(session, lease)


def begin_step(lease: Lease, position: int) -> None:
    """Say which step is carried out now. Raises `Lost` as `hold` does."""
    with transaction() as session:
        revision = _move(session, lease, revision=Run.revision + 1)
        _change_step(session, lease, position, status=RUNNING, output="", started_at=now(), revision=revision)


def show_progress(lease: Lease, position: int, text: str) -> None:
    """Keep what has been generated so far, for those who watch. Raises `Lost` as `hold` does."""
    with transaction() as session:
        revision = _move(session, lease, revision=Run.revision + 1)
        _change_step(session, lease, position, output=text, revision=revision)


def finish_step(lease: Lease, position: int, generated: Generated, milliseconds: int, *, last: bool) -> None:
    """Keep what a step has generated; with the last one, the run has succeeded. Raises `Lost` as `hold` does."""
    moment = now()
    ended: dict[str, Any] = {"status": SUCCEEDED, "finished_at": moment, "lease_key": None} if last else {}
    with transaction() as session:
        revision = _move(session, lease, revision=Run.revision + 1, attempts=0, **ended)
        _change_step(
            session,
            lease,
            position,
            status=SUCCEEDED,
            output=generated.text,
            input_tokens=generated.input_tokens,
            output_tokens=generated.output_tokens,
            finished_at=moment,
            milliseconds=milliseconds,
            revision=revision,
        )


def fail(lease: Lease, position: int, code: str, error: str) -> None:
    """End the run with what went wrong in a step. Raises `Lost` as `hold` does."""
    with transaction() as session:
        _move(session, lease)
        _change_step(session, lease, position, error=error[:1000], finished_at=now())
        end_run(session, lease.run_id, FAILED, code, error)


def give_back(lease: Lease) -> None:
    """Let another worker take it at once: this one stops. Raises `Lost` as `hold` does."""
    with transaction() as session:
        _move(session, lease, status=QUEUED, lease_key=None, lease_until=0, attempts=Run.attempts - 1)


def _move(session: Session, lease: Lease, **values: Any) -> int:
    held = {"lease_until": now() + current_settings().run_lease_seconds, **values}
    statement = update(Run).where(Run.id == lease.run_id, Run.status == RUNNING, Run.lease_key == lease.key)
    revision = session.connection().execute(statement.values(held).returning(Run.revision)).scalar_one_or_none()
    if revision is None:
        raise Lost
    return revision


def _change_step(session: Session, lease: Lease, position: int, **values: Any) -> None:
    changes: Mapping[str, Any] = values
    statement = update(RunStep).where(RunStep.run_id == lease.run_id, RunStep.position == position)
    session.connection().execute(statement.values(changes))
