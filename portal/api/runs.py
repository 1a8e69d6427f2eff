"""`/runs`: list, read, cancel and follow the runs that an app has started."""

from typing import Annotated, Literal

from flask import Blueprint, Response, request
from pydantic import StringConstraints
from sqlalchemy import ColumnElement

from portal.api.envelope import Answer, AnswerPage
from portal.api.fields import Fields
from portal.api.inputs import found, read_id
from portal.api.operation import operation
from portal.api.pagination import Paging
from portal.api.protection import current_access
from portal.api.run_answers import EXECUTE, Kind, ListedRun, Run, Status, show_listed, show_run, visible_to
from portal.api.run_events import read_revision, run_events
from portal.content import run_models, runs
from portal.content.progress import follow
from portal.foundation.event_stream import event_stream

SCOPES = tuple(EXECUTE.values())
"""Any of them opens runs: of skills the one, of tasks the other."""
SourceId = Annotated[str, StringConstraints(pattern="^[1-9][0-9]{0,18}$")]


class RunsPage(Paging):
    """The query of `GET /runs`."""

    sort: Literal["-created_at", "created_at"] = "-created_at"
    """By when they were started; with a minus, the latest first."""
    status: Status | None = None
    """Only runs that are this far."""
    kind: Kind | None = None
    """Only runs of skills, or only runs of tasks."""
    skill_id: SourceId | None = None
    """Only runs of this skill."""
    task_id: SourceId | None = None
    """Only runs of this task."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """What it narrows the list to."""
        row, chosen = run_models.Run, []
        if self.status:
            chosen.append(row.status == self.status)
        if self.kind:
            chosen.append(row.kind == self.kind)
        if self.skill_id:
            chosen += [row.kind == "skill", row.source_id == read_id(self.skill_id)]
        if self.task_id:
            chosen += [row.kind == "task", row.source_id == read_id(self.task_id)]
        return chosen


@operation(SCOPES, query=RunsPage, answer=AnswerPage[ListedRun])
def list_runs(query: RunsPage) -> AnswerPage[ListedRun]:
    """List the runs that your app has started for the user, latest first.

    With `skills:execute` those of skills, with `tasks:execute` those of tasks. What the user runs in the portal, and
    what other apps run, is not among them. Finished runs are kept for some months, the latest of each user only.
    """
    access = current_access()
    wanted = query.wanted(without=("input",))
    page = runs.list_runs(access.user_id, wanted, *visible_to(access), *query.conditions())
    return AnswerPage[ListedRun].of(page, query, show_listed)


@operation(SCOPES, query=Fields, answer=Answer[Run])
def read_run(run_id: str, query: Fields) -> Answer[Run]:
    """Read one run with its steps and their outputs.

    Only of those that your app has started for the user: the run of a skill needs `skills:execute`, the run of a task
    `tasks:execute`. Any other is not found.
    """
    access = current_access()
    run = runs.get_run(access.user_id, read_id(run_id), *visible_to(access))
    return Answer[Run].of(show_run(found("run", run_id, run)), query)


@operation(SCOPES, answer=Answer[Run])
def cancel_run(run_id: str) -> Answer[Run]:
    """Cancel a run.

    Steps that have finished keep their outputs. A run that has come to its end stays as it is, and is answered so.
    Only for runs that your app has started for the user, as when reading them.
    """
    access = current_access()
    run = runs.cancel_run(access.user_id, read_id(run_id), *visible_to(access))
    return Answer[Run].of(show_run(found("run", run_id, run)))


@operation(SCOPES, stream=True)
def follow_run(run_id: str) -> Response:
    """Follow a run as server-sent events.

    Each time that something changes, an event `step` for each step that did, with the step as its data, and then an
    event `run` with the run without its steps. The first ones say how everything is now. A `run` whose status is
    final is the last event. The stream may end earlier: come back then with the `id` of the last event in the header
    `Last-Event-ID`, as browsers’ EventSource does, and it goes on from there. 204 says that there is no more to come.
    Only for runs that your app has started for the user, as when reading them.
    """
    access = current_access()
    shown = visible_to(access)
    run = found("run", run_id, runs.get_run(access.user_id, read_id(run_id), *shown))
    after = read_revision(request.headers.get("Last-Event-ID"))
    if run.finished_at is not None and run.revision <= after:
        return Response(status=204)  # EventSource comes back after every other answer (HTML Standard §9.2.2)
    return event_stream(run_events(follow(access.user_id, run.id, after, *shown), after))


def add_routes(blueprint: Blueprint) -> None:
    """The addresses of this file."""
    blueprint.get("/runs")(list_runs)
    blueprint.get("/runs/<run_id>")(read_run)
    blueprint.post("/runs/<run_id>/cancel")(cancel_run)
    blueprint.get("/runs/<run_id>/events")(follow_run)
