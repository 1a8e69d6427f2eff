"""What became of one app's access to somebody's account: allowed, refused, reduced, ended, removed."""

import re
from typing import Any

from flask import request

from portal.consent.permission_words import read_event
from portal.foundation.agents import describe_agent
from portal.foundation.audit import KINDS, Position, SecurityEvent, list_events
from portal.oauth.client_events import REUSES

KINDS_OF_ACCESS = (*(kind for kind in KINDS if kind.startswith("app_")), *REUSES)
"""Of the security log. What an app's developer did to it is theirs to read, not its users'."""


def list_history(user_id: int, client_key: int) -> dict[str, Any]:
    """A page of the history, as the address of the current request asks for, and where the next one is.

    Args:
        user_id: whose account.
        client_key: which app; it need not be allowed, or be there, any more.
    """
    found = list_events(
        SecurityEvent.user_id == user_id,
        SecurityEvent.client_id == client_key,
        SecurityEvent.kind.in_(KINDS_OF_ACCESS),
        older_than=_position(),
    )
    older = f"{found.older[0]}.{found.older[1]}" if found.older else None
    return {"events": [_view(event) for event in found.events], "older": older, "is_first": _position() is None}


def _position() -> Position | None:
    """From where on; what cannot be read is the beginning."""
    found = re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,19})", request.args.get("older_than", ""), re.ASCII)
    return (int(found[1]), int(found[2])) if found and int(found[2]) < 2**63 else None


def _view(event: SecurityEvent) -> dict[str, object]:
    return {
        "what": KINDS[event.kind],
        "at": event.at,
        "detail": read_event(event.kind, event.text),
        "origin": [describe_agent(event.agent), event.network] if event.network else [],
    }
