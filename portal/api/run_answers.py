"""Runs as the API shows them: short in lists, whole with their steps, and which of them an app may see."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement

from portal.api.envelope import SHOWN, Id, Time
from portal.content import run_models
from portal.content.run_models import SUCCEEDED
from portal.oauth.bearer import Access

Kind = Literal["skill", "task"]
Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]
StepStatus = Literal["pending", "running", "succeeded", "failed", "cancelled"]
EXECUTE: Mapping[Kind, str] = {"skill": "skills:execute", "task": "tasks:execute"}
"""The scope that runs of each kind need."""
_LISTED: Mapping[str, Any] = {
    "id": "4611686018427387908",
    "kind": "skill",
    "status": "succeeded",
    "name": "Monthly letter",
    "skill_id": "4611686018427387906",
    "task_id": None,
    "error": None,
    "generator": "local",
    "created_at": "2026-02-01T10:00:00Z",
    "started_at": "2026-02-01T10:00:00Z",
    "finished_at": "2026-02-01T10:00:01Z",
}
_OUTPUT = "Write this month’s letter. Topic: The new roastery\n"


class RunError(BaseModel):
    """Why a run did not succeed."""

    model_config = SHOWN

    code: str
    """The reason, for programs: `template_failed`, `generation_failed`, `server_error`, `worker_died`, `cancelled`, or
    `access_removed` if the user has withdrawn what the run needs."""
    message: str
    """The same in words."""


class Usage(BaseModel):
    """How many tokens a run has cost, as the model’s endpoint counts them."""

    model_config = SHOWN

    input_tokens: int
    """What the model was given."""
    output_tokens: int
    """What it wrote."""


class RunStep(BaseModel):
    """One step of a run. The run of a skill has one."""

    model_config = SHOWN

    position: int
    """Its place, from 1."""
    name: str
    """What it is called."""
    skill_id: Id
    """The skill that it carries out, as that was when the run was started."""
    status: StepStatus
    """How far it is."""
    output: str
    """What was generated; while the step is running, what there is so far."""
    error: str
    """Why it failed; empty if it did not."""
    started_at: Time | None
    """When it began."""
    finished_at: Time | None
    """When it ended."""
    milliseconds: int | None
    """How long generating took."""
    input_tokens: int | None
    """How many tokens the model was given; null if nobody counted."""
    output_tokens: int | None
    """How many tokens it wrote; null if nobody counted."""


class ListedRun(BaseModel):
    """A run in a list: what it is of and how it went. Read the run itself for what went in and what came out."""

    model_config = ConfigDict(**SHOWN, json_schema_extra={"examples": [dict(_LISTED)]})

    id: Id
    """Names the run in its address."""
    kind: Kind
    """What is carried out."""
    status: Status
    """How far it is. `succeeded`, `failed` and `cancelled` are final."""
    name: str
    """The name that the skill or task had when the run was started."""
    skill_id: Id | None
    """The skill, which may be gone since; null in the run of a task."""
    task_id: Id | None
    """The task, which may be gone since; null in the run of a skill."""
    error: RunError | None
    """Why it failed or was cancelled; null if it was not."""
    generator: Literal["local", "openai"]
    """What generates. `local` gives back the rendered document itself: the skill’s contexts and its template with
    everything filled in, and no model reads it. `openai` gives that to a model."""
    created_at: Time
    """When it was started."""
    started_at: Time | None
    """When its first step began."""
    finished_at: Time | None
    """When it came to its end."""


class Run(ListedRun):
    """One time that a skill or a task is carried out."""

    model_config = ConfigDict(
        **SHOWN,
        json_schema_extra={
            "examples": [
                {
                    **_LISTED,
                    "input": "",
                    "output": _OUTPUT,
                    "usage": None,
                    "steps": [
                        {
                            "position": 1,
                            "name": "Monthly letter",
                            "skill_id": "4611686018427387906",
                            "status": "succeeded",
                            "output": _OUTPUT,
                            "error": "",
                            "started_at": "2026-02-01T10:00:00Z",
                            "finished_at": "2026-02-01T10:00:01Z",
                            "milliseconds": 12,
                            "input_tokens": None,
                            "output_tokens": None,
                        }
                    ],
                }
            ]
        },
    )

    input: str
    """What it was given."""
    output: str | None
    """What its last step generated; null until the run has succeeded."""
    usage: Usage | None
    """The tokens of all steps together; null if nobody counted."""
    steps: list[RunStep]
    """Its steps, in order."""


def show_listed(run: run_models.Run) -> ListedRun:
    """A run as lists have it; its steps and its input need not have been read."""
    return ListedRun.model_validate(_listed(run))


def show_run(run: run_models.Run) -> Run:
    """A run with its steps."""
    steps = [RunStep.model_validate(step, from_attributes=True) for step in run.steps]
    output = steps[-1].output if run.status == SUCCEEDED else None
    shown = {**_listed(run), "input": run.input, "output": output, "usage": _usage(steps), "steps": steps}
    return Run.model_validate(shown)


def visible_to(access: Access) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Which runs of its user an access token may see: those that its own app started, of the kinds in its scope."""
    kinds = [kind for kind, scope in EXECUTE.items() if scope in access.scope]
    return run_models.Run.client_id == access.client_key, run_models.Run.kind.in_(kinds)


def _listed(run: run_models.Run) -> dict[str, object]:
    names = ("id", "kind", "status", "name", "generator", "created_at", "started_at", "finished_at")
    error = RunError(code=run.error_code, message=run.error) if run.error_code else None
    sources = {f"{kind}_id": run.source_id if run.kind == kind else None for kind in EXECUTE}
    return {**{name: getattr(run, name) for name in names}, **sources, "error": error}


def _usage(steps: list[RunStep]) -> Usage | None:
    def total(counts: Iterator[int | None]) -> int:
        return sum(count or 0 for count in counts)

    if all(step.input_tokens is None and step.output_tokens is None for step in steps):
        return None
    return Usage(
        input_tokens=total(step.input_tokens for step in steps),
        output_tokens=total(step.output_tokens for step in steps),
    )
