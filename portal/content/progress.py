"""Watching a run: each change of it, as it comes."""

import time
from collections.abc import Iterator

from sqlalchemy import ColumnElement, select

from portal.content.run_models import Run
from portal.content.runs import get_run
from portal.foundation.database import reading

_LOOK_EVERY_SECONDS = 0.5
_KEEP_ALIVE_SECONDS = 10
_WATCH_SECONDS = 25
"""Shorter than the half minute after which many proxies take an answer for dead."""


def follow(user_id: int, run_id: int, after: int, *conditions: ColumnElement[bool]) -> Iterator[Run | None]:
    """A run with its steps, each time that it has changed; None when there is no more for now, at first and later too.

    Ends with the finished run, or after 25 seconds, or when the run is gone.

    Args:
        user_id: whose.
        run_id: which.
        after: the revision that the caller has seen; 0 for none.
        conditions: what else the run must fulfil.
    """
    seen = select(Run.revision, Run.finished_at).where(Run.id == run_id, Run.user_id == user_id, *conditions)
    ends = time.monotonic() + _WATCH_SECONDS
    next_sign = time.monotonic()
    while True:
        with reading() as session:
            now = session.execute(seen).one_or_none()
        if now is None:
            return
        if now.revision > after and (run := get_run(user_id, run_id, *conditions)):
            after = run.revision
            yield run
        if time.monotonic() >= next_sign:  # at first after the state as it is now, too
            next_sign = time.monotonic() + _KEEP_ALIVE_SECONDS
            yield None
        if now.finished_at is not None or time.monotonic() >= ends:
            return
        time.sleep(_LOOK_EVERY_SECONDS)
