"""Holding a running application against its own description: what it allows is sent, and what it forbids.

On schemathesis' engine, which its command line runs too: its pytest plugin needs parts of pytest that 9.2 has not.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import schemathesis
from flask import Flask
from schemathesis import Case, HookContext
from schemathesis.engine import Status, events, from_schema
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

PATH = "/openapi.json"
AnyCase: TypeAlias = Case[Any]
USUAL: Mapping[str, Any] = {
    "seed": 1,
    "continue-on-failure": True,
    "generation": {"deterministic": True, "max-examples": 5, "database": "none"},
    # Its requests without credentials cannot be sent to a WSGI application (4.32.5 gives Werkzeug `max_redirects`).
    # test_access.py sends them, to every operation.
    "checks": {"ignored_auth": {"enabled": False}},
}
"""The same requests each time, and no more than two thousand of them."""


@dataclass
class Run:
    """What came of it."""

    found: list[str] = field(default_factory=list)
    """What is not as described, each with the request that shows it."""
    answered: Counter[tuple[str, int]] = field(default_factory=Counter)
    """How often each operation answered with each status."""

    def statuses(self, operation: str) -> set[int]:
        """The statuses that an operation answered with."""
        return {status for label, status in self.answered if label == operation}


def conform(app: Flask, under: str, operations: list[dict[str, Any]], *, follow: bool = False) -> Run:
    """Send requests to some operations, and compare the answers with the description.

    Args:
        under: a pattern for the paths of the operations.
        operations: credentials, and checks that do not fit, as sections `[[operations]]` of schemathesis.toml.
        follow: also use what one operation answers for the next, a few steps on.
    """
    others = {"exclude-path-regex": under, "enabled": False}
    phases = {"stateful": {"enabled": follow, "max-steps": 5}}
    config = schemathesis.Config.from_dict({**USUAL, "phases": phases, "operations": [*operations, others]})
    schema = schemathesis.openapi.from_wsgi(PATH, app, config=config)
    run = Run()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            run.found.append(str(event))
        elif isinstance(event, events.ScenarioFinished):
            _note(run, event)
    return run


def _note(run: Run, event: events.ScenarioFinished) -> None:
    for case_id, interaction in event.recorder.interactions.items():
        label = event.recorder.cases[case_id].value.operation.label
        if interaction.response is not None:
            run.answered[label, interaction.response.status_code] += 1
        for check in event.recorder.checks.get(case_id, []):
            if check.status == Status.FAILURE and check.failure_info is not None:
                failure = check.failure_info
                run.found.append(f"{label}: {check.name}: {failure.failure}\n{failure.code_sample[:2000]}")


@contextmanager
def filling_in(fill: Callable[[AnyCase], None]) -> Iterator[None]:
    """Let a function put into each request what cannot be made up."""

    def before_call(context: HookContext, case: AnyCase, kwargs: dict[str, Any]) -> None:
        fill(case)

    schemathesis.hook(before_call)
    try:
        yield
    finally:
        GLOBAL_HOOK_DISPATCHER.unregister(before_call)


def is_good(case: AnyCase) -> bool:
    """Whether the description allows a request."""
    return case.meta is not None and case.meta.generation.mode.is_positive
