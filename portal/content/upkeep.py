"""What nobody asks for and somebody must do: runs whose worker died go on, and what is old goes."""

from sqlalchemy import delete, or_, select, update

from portal.config import current_settings
from portal.content.once import forget_keys
from portal.content.queue import current_queue
from portal.content.run_models import QUEUED, RUNNING, Run
from portal.foundation.clock import now
from portal.foundation.database import reading, transaction

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


def forget_old() -> int:
    """Delete the finished runs that are older than RUN_DAYS, and idempotency keys of yesterday; how many in all."""
    oldest = now() - current_settings().run_days * 86400
    gone = forget_keys()
    while True:
        some = select(Run.id).where(Run.finished_at < oldest).limit(_AT_ONCE)
        with transaction() as session:
            deleted = session.connection().execute(delete(Run).where(Run.id.in_(some))).rowcount
        gone += deleted
        if deleted < _AT_ONCE:
            return gone
