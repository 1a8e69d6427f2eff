"""What nobody asks for and somebody must do: runs whose worker died go on, and what is old goes."""

from sqlalchemy import or_, select, update

from portal.config import current_settings
from portal.content.models import IdempotencyKey
from portal.content.once import KEPT_SECONDS
from portal.content.queue import current_queue
from portal.content.run_models import QUEUED, RUNNING, Run
from portal.foundation.clock import now
from portal.foundation.database import reading, transaction
from portal.foundation.purging import Dead

_AT_ONCE = 500


def resume_runs() -> int:
    """Put each run into the queue of whose worker nothing was heard, and each that has waited; how many those were."""
    moment = now()
    overdue = or_(Run.status == RUNNING, Run.status == QUEUED)
    late = select(Run.id).where(Run.finished_at.is_(None), overdue, Run.lease_until < moment)
    with reading() as session:
        found = list(session.scalars(late.order_by(Run.lease_until).limit(_AT_ONCE)))
    resumed = 0
    for run_id in found:
        with transaction() as session:
            again = session.connection().execute(
                update(Run)
                .where(Run.id == run_id, Run.finished_at.is_(None), Run.lease_until < moment)
                .values(status=QUEUED, lease_key=None, lease_until=moment + current_settings().run_lease_seconds)
            )
        if again.rowcount == 1:  # of several workers, one
            resumed += 1
            current_queue().put(run_id)
    return resumed


def list_dead() -> list[Dead]:
    """The finished runs that are older than RUN_DAYS, and the idempotency keys that are known for long enough."""
    long_ago = now() - current_settings().run_days * 86400
    return [
        Dead("old runs", Run, Run.finished_at, before=long_ago),
        Dead("idempotency keys", IdempotencyKey, IdempotencyKey.created_at, before=now() - KEPT_SECONDS),
    ]
