"""A run's progress as server-sent events: the steps that changed, then the run."""

from collections.abc import Iterable, Iterator

from portal.api.run_answers import show_run
from portal.content.run_models import Run
from portal.foundation.event_stream import Event


def run_events(runs: Iterable[Run | None], after: int) -> Iterator[Event | None]:
    """The events of a run.

    Only the run's event has an id, its revision: whoever comes back with an earlier one gets the steps again that
    came after it.

    Args:
        runs: the run each time that it has changed; None for nothing new.
        after: the revision that the client has.
    """
    for run in runs:
        if run is None:
            yield None
            continue
        shown = show_run(run)
        for step, answer in zip(run.steps, shown.steps, strict=True):
            if step.revision > after:
                yield Event(answer.model_dump_json(), "step")
        yield Event(shown.model_dump_json(exclude={"steps"}), "run", str(run.revision))
        after = run.revision


def read_revision(last_event_id: str | None) -> int:
    """The revision that a client has, by its header Last-Event-ID; 0 if it has none that we could have sent."""
    text = last_event_id or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else 0
