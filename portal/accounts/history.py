"""What somebody can look up about their own account: the security log, in words."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flask import Flask, current_app

from portal.foundation.agents import describe_agent
from portal.foundation.audit import KINDS, Position, SecurityEvent, list_events


@dataclass(frozen=True)
class Entry:
    """One thing that happened."""

    at: int
    title: str
    app: str
    actor: str
    text: str
    browser: str
    place: str
    reference: str
    alarming: bool
    """Whether somebody else may be behind it."""


Words = Callable[[str, str], str]
"""Puts the text of an event into words, by its kind."""


def init_app(app: Flask) -> None:
    """Give the application its list of words; rooms add theirs."""
    app.extensions["history_words"] = {}


def add_words(app: Flask, kinds: Iterable[str], words: Words) -> None:
    """Have the texts of some kinds of events put into words by a room that knows what they mean."""
    app.extensions["history_words"].update(dict.fromkeys(kinds, words))


ALARMING = {"sign_in_throttled", "code_reuse", "refresh_token_reuse", "email_change_undone"}


@dataclass(frozen=True)
class History:
    """A page of entries, the latest first, and from where the list goes on, if it does."""

    entries: list[Entry]
    older: str | None


def list_history(user_id: int, older_than: str | None) -> History:
    """What happened to an account.

    Args:
        older_than: the position that an earlier page gave; one that cannot be read is none.
    """
    found = list_events(SecurityEvent.user_id == user_id, older_than=_position(older_than))
    words: Mapping[str, Words] = current_app.extensions["history_words"]
    browsers = {event.agent: describe_agent(event.agent) for event in found.events if event.agent}
    entries = [
        Entry(
            event.at,
            KINDS.get(event.kind, event.kind),
            event.app,
            event.actor,
            words[event.kind](event.kind, event.text) if event.kind in words else event.text,
            browsers.get(event.agent, ""),
            event.network,
            event.reference,
            event.kind in ALARMING,
        )
        for event in found.events
    ]
    return History(entries, f"{found.older[0]}-{found.older[1]}" if found.older else None)


def _position(text: str | None) -> Position | None:
    read = re.fullmatch(r"([0-9]{1,18})-([0-9]{1,19})", text or "")
    position = (int(read[1]), int(read[2])) if read else None
    return position if position and position[1] < 1 << 63 else None
