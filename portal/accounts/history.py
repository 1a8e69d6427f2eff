"""What somebody can look up about their own account: the security log, in words."""

import re
from dataclasses import dataclass

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
    browsers = {event.agent: describe_agent(event.agent) for event in found.events if event.agent}
    entries = [
        Entry(
            event.at,
            KINDS.get(event.kind, event.kind),
            event.app,
            event.actor,
            event.text,
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
