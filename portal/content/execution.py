"""Carrying a run out, step by step, from the first that has not finished.

Beside the generation, a thread says each second that the run is still held, keeps what has come so far, and notices
that it was cancelled or that the app which started it has lost its access.
"""

import logging
import time
from collections.abc import Callable, Mapping
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from portal.content.generation import CannotGenerate, Prompt
from portal.content.generators import current_generator
from portal.content.leases import Lease, Lost, begin_step, fail, finish_step, give_back, hold, show_progress, take
from portal.content.rendering import CannotRender, render
from portal.content.run_models import CANCELLED, SUCCEEDED, Run, RunStep
from portal.content.runs import end_run, get_run
from portal.content.skills import contexts_of
from portal.content.templates import fill_in
from portal.foundation.database import transaction

log = logging.getLogger(__name__)
Stands = Callable[[int, str], bool]
"""Whether an authorization, by its key, still stands and includes a scope."""
_SCOPES = {"skill": "skills:execute", "task": "tasks:execute"}
_SIGN_SECONDS = 1.0


class Stopping(Exception):
    """This worker is told to stop."""


def carry_out(run_id: int) -> bool:
    """Carry a run out, if it waits and may run now. False if it was not taken."""
    lease = take(run_id)
    if lease is None:
        return False
    try:
        _carry_out(lease)
    except Lost:
        log.info("run %s was ended or taken over meanwhile", run_id)
    return True


def _carry_out(lease: Lease) -> None:
    run = get_run(lease.user_id, lease.run_id)
    if run is None:
        raise Lost
    outputs = {step.position: step.output for step in run.steps if step.status == SUCCEEDED}
    for step in run.steps:
        if step.status == SUCCEEDED:
            continue
        try:
            outputs[step.position] = _carry_out_step(lease, run, step, outputs)
        except Stopping:
            give_back(lease)
            return
        except (Lost, SQLAlchemyError):
            raise  # nothing can be written of it here: the lease ends by itself, and the run goes on then
        except CannotRender as error:
            fail(lease, step.position, "template_failed", str(error))
            return
        except CannotGenerate as error:
            fail(lease, step.position, "generation_failed", str(error))
            return
        except Exception:  # a run must not stay unfinished because of what it carries out
            log.exception("run %s failed at step %s", lease.run_id, step.position)
            fail(lease, step.position, "server_error", "The server failed. Run it again.")
            return


def _carry_out_step(lease: Lease, run: Run, step: RunStep, outputs: Mapping[int, str]) -> str:
    _stop_without_access(run)
    begin_step(lease, step.position)
    began = time.monotonic()
    plan = step.plan
    given = _read(plan["input"], run, outputs)
    values = fill_in(plan["variables"], {name: _read(one, run, outputs) for name, one in plan["values"].items()})
    configuration = plan["configuration"]
    contexts = contexts_of(run.user_id, configuration)
    if len(contexts) < len(configuration.get("contexts", [])):
        raise CannotGenerate("A context that the skill uses was deleted. Edit the skill, then run it again.")
    prompt = Prompt(
        contexts=tuple((context.name, context.content) for context in contexts),
        text=render(plan["template"], {**values, "input": given}),
        temperature=configuration.get("temperature"),
        max_tokens=configuration.get("max_tokens"),
    )
    with _Signs(lease, run, step.position) as signs:
        generated = current_generator().generate(prompt, signs.report)
    milliseconds = round((time.monotonic() - began) * 1000)
    finish_step(lease, step.position, generated, milliseconds, last=step is run.steps[-1])
    return generated.text


def _read(source: Mapping[str, Any], run: Run, outputs: Mapping[int, str]) -> str:
    """The text of a source (`portal.content.steps`)."""
    if "text" in source:
        return str(source["text"])
    return run.input if source["from"] == "input" else outputs[source["step"]]


def _stop_without_access(run: Run) -> None:
    """End the run if the app that started it may not have it run any more.

    Raises:
        Lost: it may not.
    """
    stands: Stands = current_app.extensions["authorization_stands"]
    if run.authorization_id is None or stands(run.authorization_id, _SCOPES[run.kind]):
        return
    with transaction() as session:
        end_run(session, run.id, CANCELLED, "access_removed", f"{run.app} has no access any more.")
    raise Lost


class _Signs:
    """Signs of life of one step, from a thread of its own, for as long as the step is generated."""

    def __init__(self, lease: Lease, run: Run, position: int) -> None:
        self._lease, self._run, self._position = lease, run, position
        self._app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self._stopping: Event = self._app.extensions["stopping"]
        self._text, self._shown = "", ""
        self._lost, self._done = Event(), Event()
        self._thread = Thread(target=self._go, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._done.set()
        self._thread.join()

    def report(self, text: str) -> None:
        """Take what has come so far.

        Raises:
            Lost: the run was ended meanwhile.
            Stopping: the worker is to stop.
        """
        if self._lost.is_set():
            raise Lost
        if self._stopping.is_set():
            raise Stopping
        self._text = text

    def _go(self) -> None:
        with self._app.app_context():
            while not self._done.wait(_SIGN_SECONDS):
                try:
                    self._give_sign()
                except Lost:
                    self._lost.set()
                    return
                except SQLAlchemyError as error:  # the next sign may get through before the lease ends
                    log.error("run %s: %s", self._run.id, getattr(error, "orig", None) or error)

    def _give_sign(self) -> None:
        _stop_without_access(self._run)
        if self._text == self._shown:
            return hold(self._lease)
        self._shown = self._text
        return show_progress(self._lease, self._position, self._shown)


def init_app(app: Flask, stands: Stands) -> None:
    """Tell the application how to see whether an authorization still stands."""
    app.extensions["authorization_stands"] = stands
    app.extensions["stopping"] = Event()
