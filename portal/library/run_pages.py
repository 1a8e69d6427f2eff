"""Pages of runs: the list, one run while it goes and afterwards, ending it, and starting it again."""

import re
from collections.abc import Iterator, Mapping

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from sqlalchemy import ColumnElement

from portal.config import current_settings
from portal.content.faults import Faulty
from portal.content.listing import Wanted
from portal.content.ownership import TooMany
from portal.content.progress import follow
from portal.content.queue import hand_over
from portal.content.run_models import FAILED, SUCCEEDED, Run
from portal.content.runs import NotActive, cancel_run, get_run, list_runs, start_skill_run, start_task_run
from portal.content.skills import get_skill
from portal.content.tasks import get_task
from portal.foundation.event_stream import Event, event_stream
from portal.library.blueprint import KEY, blueprint
from portal.library.run_words import describe_run, given_values, name_run, say_too_many

RUN = f"/runs/<{KEY}:run_id>"
_GROUPS: Mapping[str, tuple[str, tuple[ColumnElement[bool], ...]]] = {
    "": ("All", ()),
    "unfinished": ("Unfinished", (Run.finished_at.is_(None),)),
    "failed": ("Failed", (Run.status == FAILED,)),
}


@blueprint.get("/runs")
@login_required
def runs() -> ResponseReturnValue:
    """The user's runs, the latest first."""
    group = request.args.get("group", "")
    _, conditions = _GROUPS.get(group, _GROUPS[""])
    number = request.args.get("page", "")
    wanted = Wanted(page=int(number) if re.fullmatch("[1-9][0-9]{0,5}", number) else 1, without=("input",))
    page = list_runs(current_user.user_id, wanted, *conditions)
    return render_template(
        "library/runs.html",
        runs=[name_run(run) for run in page.items],
        groups=[(name, text) for name, (text, _) in _GROUPS.items()],
        group=group if group in _GROUPS else "",
        kept_days=current_settings().run_days,
        page=wanted.page,
        pages=-(-page.total // wanted.limit),
    )


@blueprint.get(RUN)
@login_required
def run(run_id: int) -> ResponseReturnValue:
    """One run: how it goes, live, and what came out."""
    found = _own_run(run_id)
    return render_template(
        "library/run.html",
        run=describe_run(found),
        given=found.input,
        values=given_values(found) if found.kind == "skill" else {},
        source_url=_source_url(found),
    )


@blueprint.get(f"{RUN}/events")
@login_required
def run_events(run_id: int) -> Response:
    """What the page shows of how the run goes, each time that it has changed (HTML Standard §9.2)."""
    _own_run(run_id)
    seen = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    after = int(seen) if re.fullmatch("[0-9]{1,9}", seen) else 0
    return event_stream(_draw(follow(current_user.user_id, run_id, after)))


def _draw(states: Iterator[Run | None]) -> Iterator[Event | None]:
    for state in states:
        if state is None:
            yield None
        else:
            shown = {"run": describe_run(state), "source_url": _source_url(state)}
            yield Event(render_template("library/run_progress.html", **shown), id=str(state.revision))


@blueprint.get(f"{RUN}/steps/<int(max=1000):position>/output.md")
@login_required
def run_output(run_id: int, position: int) -> ResponseReturnValue:
    """All that a step has generated, as a file."""
    step = next((step for step in _own_run(run_id).steps if step.position == position), None)
    if step is None or step.status != SUCCEEDED:
        abort(404)
    name = f"run-{run_id}-step-{position}.md"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(step.output, mimetype="text/markdown", headers=headers)


@blueprint.post(f"{RUN}/cancel", endpoint="cancel_run")
@login_required
def cancel(run_id: int) -> ResponseReturnValue:
    """End it. One that has finished meanwhile stays as it is, and its page says so."""
    if cancel_run(current_user.user_id, run_id) is None:
        abort(404)
    return redirect(url_for("library.run", run_id=run_id), 303)


@blueprint.post(f"{RUN}/again", endpoint="run_again")
@login_required
def again(run_id: int) -> ResponseReturnValue:
    """Start the skill or the task as it is now, with what this run was given."""
    earlier = _own_run(run_id)
    try:
        started = _start_again(earlier)
    except NotActive:
        flash(f"The {earlier.kind} is turned off. Turn it on to run it.", "error")
    except TooMany as error:
        flash(say_too_many(error.most), "error")
    except Faulty as error:
        places = (".".join(map(str, fault.path)) for fault in error.faults)
        faults = " ".join(f"{place}: {fault.text}" for place, fault in zip(places, error.faults, strict=True))
        flash(f"The {earlier.kind} was changed since, and cannot be run with the same values. {faults}", "error")
    else:
        if started is None:
            flash(f"The {earlier.kind} was deleted since, so it cannot be run again.", "error")
        else:
            return redirect(url_for("library.run", run_id=hand_over(started, wait_seconds=1).id), 303)
    return redirect(url_for("library.run", run_id=run_id), 303)


def _start_again(earlier: Run) -> Run | None:
    """The new run; None if what it would carry out is gone."""
    if earlier.kind == "task":
        task = get_task(earlier.user_id, earlier.source_id)
        return start_task_run(earlier.user_id, task, earlier.input) if task else None
    skill = get_skill(earlier.user_id, earlier.source_id)
    return start_skill_run(earlier.user_id, skill, earlier.input, given_values(earlier)) if skill else None


def _own_run(run_id: int) -> Run:
    found = get_run(current_user.user_id, run_id)
    if found is None:
        abort(404)
    return found


def _source_url(run: Run) -> str | None:
    """Where the skill or the task is; None if it was deleted since. A skill's page takes over what was given."""
    if run.kind == "task":
        return url_for("library.task", task_id=run.source_id) if get_task(run.user_id, run.source_id) else None
    known = get_skill(run.user_id, run.source_id)
    return url_for("library.skill", skill_id=run.source_id, run=run.id) if known else None
