"""What a check finds, and how it is carried out: each by itself, for a bounded time. Knows no check.

Whatever a finding says is printed, so nothing in it is a secret: errors of others are told by their kind, or by
words that are known to hold none.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Thread
from typing import Literal

from flask import Flask

from portal.config import Settings

SECONDS = 5.0
"""How long one check may take."""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    state: Literal["ok", "warning", "problem"]
    text: str
    cure: str = ""
    """What to do; for all that is not ok."""


def ok(text: str) -> Finding:
    """All is as it should be, or cannot be known better from here."""
    return Finding("ok", text)


def warning(text: str, cure: str) -> Finding:
    """It works, and somebody should look at it."""
    return Finding("warning", text, cure)


def problem(text: str, cure: str) -> Finding:
    """It does not work, or is not safe."""
    return Finding("problem", text, cure)


Look = Callable[[Settings], Iterable[Finding]]


@dataclass(frozen=True)
class Check:
    """One topic, and what looks at it."""

    topic: str
    look: Look
    needs_database: bool = False
    """Whether there is nothing to see while the database does not answer."""
    needs_tables: bool = False
    """Whether there is nothing to see before the first migration."""


def carry_out(check: Check, app: Flask, seconds: float = SECONDS) -> list[Finding]:
    """What a check finds; that it found no end counts as a problem."""
    found: list[Finding] = []
    ended: list[bool] = []

    def look() -> None:
        try:
            with app.app_context():
                found.extend(check.look(app.config["SETTINGS"]))
        except Exception as error:  # noqa: BLE001  # the other checks go on; its text may quote anything
            found.append(problem(f"the check itself failed ({type(error).__name__})", "report it: the fault is ours"))
        ended.append(True)

    thread = Thread(target=look, daemon=True)  # one that hangs does not keep the process
    thread.start()
    thread.join(seconds)
    if not ended:
        cure = f"see whether what it asks is overloaded, or a firewall drops packets without a word ({check.topic})"
        return [*found, problem(f"no answer within {seconds:g} s", cure)]
    return found
