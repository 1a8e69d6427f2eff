"""What pages say of a run: its state, its steps and their outputs, as plain values. Knows no route."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.content.run_models import CANCELLED, FAILED, FINISHED, PENDING, QUEUED, RUNNING, SUCCEEDED, Run, RunStep
from portal.foundation.markdown import MOST_SHOWN, render_markdown

STATES = {
    PENDING: {"word": "Not begun", "icon": "clock", "look": ""},
    QUEUED: {"word": "Waiting", "icon": "clock", "look": ""},
    RUNNING: {"word": "Running", "icon": "loader-circle", "look": "running"},
    SUCCEEDED: {"word": "Done", "icon": "circle-check", "look": "success"},
    FAILED: {"word": "Failed", "icon": "circle-alert", "look": "danger"},
    CANCELLED: {"word": "Cancelled", "icon": "ban", "look": ""},
}
"""How each status is shown: a word and an icon, and a colour that says nothing more than they do."""
_MOST_OF_STEP = 5_000
"""Characters of a step's output on its run's page; all of it can be downloaded."""


def name_run(run: Run) -> dict[str, object]:
    """What a list says of a run: neither its input nor its steps are read."""
    took = None if run.finished_at is None or run.started_at is None else run.finished_at - run.started_at
    return {
        "id": run.id,
        "kind": run.kind,
        "name": run.name,
        "app": run.app,
        "state": STATES[run.status],
        "created": run.created_at,
        "took": "" if took is None else _write_seconds(took),
    }


def describe_run(run: Run) -> dict[str, object]:
    """What the page of a run says of how it goes, and what it has generated so far."""
    last = run.steps[-1]
    return name_run(run) | {
        "sentence": _say(run),
        "finished": run.status in FINISHED,
        "failed": run.status == FAILED,
        "error": "" if run.error_code == "cancelled" else run.error,  # the state says that already
        "local": run.generator == "local",
        "revision": run.revision,
        "steps": [_describe_step(step) for step in run.steps],
        "tokens": _count_tokens(run.steps),
        "output": draw_output(last) if run.status == SUCCEEDED else None,
    }


def draw_output(step: RunStep) -> dict[str, object]:
    """What a step that has succeeded generated, as Markdown and as text; of a very long one only how it begins."""
    return {
        "position": step.position,
        "html": render_markdown(step.output),
        "text": step.output[:MOST_SHOWN],
        "characters": len(step.output),
        "cut": len(step.output) > MOST_SHOWN,
    }


def given_values(run: Run) -> dict[str, str]:
    """The values of variables with which a skill's run was started, by name."""
    values: Mapping[str, Mapping[str, Any]] = run.steps[0].plan["values"]
    return {name: str(source.get("text", "")) for name, source in values.items()}


def say_too_many(most: int) -> str:
    """What a page says when as many runs are unfinished as may be."""
    return f"{most} of your runs are unfinished, which is the most. Wait until one ends, or cancel one."


def _describe_step(step: RunStep) -> dict[str, object]:
    running = step.status == RUNNING
    return {
        "position": step.position,
        "name": step.name,
        "state": STATES[step.status],
        "running": running,
        "took": "" if step.milliseconds is None else _write_seconds(step.milliseconds / 1000),
        "tokens": _count_tokens([step]),
        "error": step.error,
        # Of one that is being written, its end is what is new.
        "text": step.output[-_MOST_OF_STEP:] if running else step.output[:_MOST_OF_STEP],
        "characters": len(step.output),
        "cut": len(step.output) > _MOST_OF_STEP,
    }


def _write_seconds(seconds: float) -> str:
    """How long something took, such as 0.4 s, 12 s or 2 min 5 s."""
    if seconds < 1:
        return f"{seconds:.1f} s" if seconds >= 0.1 else "under 0.1 s" if seconds else "under 1 s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _count_tokens(steps: Sequence[RunStep]) -> str:
    """What the model's endpoint counted; empty if it counts nothing, or there is no model."""
    taken, written = (
        [count for step in steps if (count := getattr(step, name)) is not None]
        for name in ("input_tokens", "output_tokens")
    )
    return f"{sum(taken):,} in, {sum(written):,} out" if taken or written else ""


def _say(run: Run) -> str:
    """Where a run is, in one sentence."""
    word = STATES[run.status]["word"]
    if run.kind == "skill" or run.status != RUNNING:
        return word
    now = next((step for step in run.steps if step.status not in FINISHED), run.steps[-1])
    return f"{word}: step {now.position} of {len(run.steps)}, “{now.name}”"
