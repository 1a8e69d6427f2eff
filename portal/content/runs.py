"""Runs: carrying a skill or a task out, once for each start. Start, list, read, cancel.

A run is a row before anybody is told to carry it out, so that nothing is lost whoever dies. Who carries it out is
`portal.content.execution`; the queue that tells them is `portal.content.queue`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session, selectinload

from portal.config import current_settings
from portal.content.faults import Fault, Faulty
from portal.content.listing import Page, Wanted, list_owned
from portal.content.models import Skill, Task
from portal.content.once import Once, claim
from portal.content.ownership import TooMany, lock_owner
from portal.content.run_models import CANCELLED, FINISHED, Run, RunStep
from portal.content.skills import contexts_of
from portal.content.steps import FROM_INPUT, default_source, skills_of
from portal.content.templates import fill_in
from portal.foundation.clock import now
from portal.foundation.credentials import new_id
from portal.foundation.database import reading, transaction

INPUT_LENGTH = 100_000
"""Characters of what a run is given."""


class NotActive(Exception):
    """The skill or the task was turned off by its owner."""


@dataclass(frozen=True)
class Starter:
    """Through which app a run is started; the user's own pages have none of it."""

    client_id: int | None = None
    app: str = ""
    authorization_id: int | None = None


def start_skill_run(
    user_id: int,
    skill: Skill,
    given: str,
    values: Mapping[str, str],
    starter: Starter = Starter(),  # frozen
    once: Once | None = None,
) -> Run:
    """Make a run of a skill, which waits to be carried out.

    Args:
        user_id: whose skill it is.
        skill: the skill.
        given: the text that its template has as `input`.
        values: of its variables, by name.
        starter: through which app.
        once: says which request it is for.

    Raises:
        NotActive: the skill is turned off.
        Faulty: a variable is missing or unknown, or a context that the skill uses is gone.
        TooMany: the user has as many unfinished runs as one may have.
        KeyReused, GoneSince: see `portal.content.once`.
    """
    if not skill.active:
        raise NotActive
    fill_in(skill.variables, values)
    _check_contexts(user_id, {skill.id: skill})
    sources = {name: {"text": value} for name, value in values.items()}
    step = _step(skill, 1, skill.name, FROM_INPUT, sources)
    return _keep(_new(user_id, "skill", skill, given, starter), [step], once)


def start_task_run(
    user_id: int,
    task: Task,
    given: str,
    starter: Starter = Starter(),  # frozen
    once: Once | None = None,
) -> Run:
    """Make a run of a task, which waits to be carried out; arguments and errors as with `start_skill_run`.

    Raises:
        Faulty: also if the task has no step, or a step's skill is gone, turned off or declares other variables now.
    """
    if not task.active:
        raise NotActive
    skills = skills_of(user_id, task.steps)
    _check_runnable(task, skills)
    _check_contexts(user_id, skills)
    steps = []
    for position, step in enumerate(task.steps, 1):
        skill = skills[int(step["skill_id"])]
        source = step.get("input") or default_source(position)
        steps.append(_step(skill, position, step.get("name") or skill.name, source, step.get("variables", {})))
    return _keep(_new(user_id, "task", task, given, starter), steps, once)


def list_runs(user_id: int, wanted: Wanted, *conditions: ColumnElement[bool]) -> Page[Run]:
    """One page of a user's runs without their steps, and how many there are on all pages.

    Args:
        wanted: sorted by `created_at` or `-created_at`; runs are not searched.
        conditions: such as `Run.client_id == key`.
    """
    return list_owned(Run, user_id, wanted, *conditions)


def get_run(user_id: int, run_id: int, *conditions: ColumnElement[bool]) -> Run | None:
    """One of a user's runs with its steps; None if there is none with that id, or it is somebody else's."""
    chosen = select(Run).where(Run.id == run_id, Run.user_id == user_id, *conditions)
    with reading() as session:
        return session.scalar(chosen.options(selectinload(Run.steps)))


def list_all_runs(user_id: int) -> list[Run]:
    """All of a user's runs with their steps, oldest first: for whoever takes everything along."""
    chosen = select(Run).where(Run.user_id == user_id).order_by(Run.created_at, Run.id)
    with reading() as session:
        return list(session.scalars(chosen.options(selectinload(Run.steps))))


def cancel_run(user_id: int, run_id: int, *conditions: ColumnElement[bool]) -> Run | None:
    """End a run that has not finished; one that has stays as it is.

    Returns:
        The run as it is now; None if there is none with that id, or it is somebody else's.
    """
    with transaction() as session:
        chosen = select(Run.id).where(Run.id == run_id, Run.user_id == user_id, *conditions)
        if session.scalar(chosen) is not None:
            end_run(session, run_id, CANCELLED, "cancelled", "It was cancelled.")
    return get_run(user_id, run_id, *conditions)


def end_run(session: Session, run_id: int, status: str, code: str = "", error: str = "") -> bool:
    """Move an unfinished run, with its unfinished steps, to the status in which it stays. False if it had finished."""
    ended = session.connection().execute(
        update(Run)
        .where(Run.id == run_id, Run.finished_at.is_(None))
        .values(
            status=status,
            error_code=code,
            error=error[:1000],
            finished_at=now(),
            lease_key=None,
            revision=Run.revision + 1,
        )
    )
    if ended.rowcount != 1:
        return False
    revision = select(Run.revision).where(Run.id == run_id).scalar_subquery()
    session.connection().execute(
        update(RunStep)
        .where(RunStep.run_id == run_id, RunStep.status.not_in(FINISHED))
        .values(status=status, revision=revision)
    )
    return True


def _new(user_id: int, kind: str, source: Skill | Task, given: str, starter: Starter) -> Run:
    moment = now()
    return Run(
        id=new_id(),
        user_id=user_id,
        client_id=starter.client_id,
        app=starter.app,
        authorization_id=starter.authorization_id,
        kind=kind,
        source_id=source.id,
        name=source.name,
        input=given,
        generator=current_settings().generator,
        created_at=moment,
        lease_until=moment + current_settings().run_lease_seconds,
    )


def _step(skill: Skill, position: int, name: str, given: Mapping[str, Any], values: Mapping[str, Any]) -> RunStep:
    plan = {
        "template": skill.template,
        "variables": skill.variables,
        "configuration": skill.configuration,
        "input": dict(given),
        "values": dict(values),
    }
    return RunStep(position=position, name=name, skill_id=skill.id, plan=plan)


def _keep(run: Run, steps: Sequence[RunStep], once: Once | None) -> Run:
    run.steps = list(steps)
    most = current_settings().most_waiting_runs
    with transaction() as session:
        if once and (earlier := claim(session, run.user_id, once, run.id)):
            chosen = select(Run).where(Run.id == earlier, Run.user_id == run.user_id)
            return once.found(session.scalar(chosen.options(selectinload(Run.steps))))
        lock_owner(session, run.user_id)
        unfinished = select(func.count()).where(Run.user_id == run.user_id, Run.finished_at.is_(None))
        if (session.scalar(unfinished) or 0) >= most:
            raise TooMany(most, Run.__tablename__)
        _forget_oldest(session, run.user_id)
        session.add(run)
    return run


def _forget_oldest(session: Session, user_id: int) -> None:
    finished = select(Run.id).where(Run.user_id == user_id, Run.finished_at.is_not(None))
    older = finished.order_by(Run.created_at.desc(), Run.id.desc()).offset(current_settings().most_runs)
    session.execute(delete(Run).where(Run.id.in_(older)), execution_options={"synchronize_session": False})


def _check_runnable(task: Task, skills: Mapping[int, Skill]) -> None:
    if not task.steps:
        raise Faulty(Fault(("steps",), "The task has none; give it one first."))
    for place, step in enumerate(task.steps):
        skill = skills.get(int(step["skill_id"]))
        if skill is None:
            raise Faulty(Fault(("steps", place, "skill_id"), "Its skill was deleted; choose another."))
        if not skill.active:
            raise Faulty(Fault(("steps", place, "skill_id"), f"The skill “{skill.name}” is turned off."))
        try:
            fill_in(skill.variables, dict.fromkeys(step.get("variables", {}), ""))
        except Faulty as error:
            raise Faulty(*(Fault(("steps", place, *fault.path), fault.text) for fault in error.faults)) from None


def _check_contexts(user_id: int, skills: Mapping[int, Skill]) -> None:
    for skill in skills.values():
        if len(contexts_of(user_id, skill.configuration)) < len(skill.configuration.get("contexts", [])):
            text = f"A context that the skill “{skill.name}” uses was deleted; edit the skill."
            raise Faulty(Fault(("configuration", "contexts"), text))
