"""When and from where something was done, for the letters that tell of it."""

import re
from collections.abc import Mapping
from typing import Any

from portal.foundation import clock
from portal.foundation.agents import describe_agent
from portal.foundation.audit import current_origin
from portal.foundation.templates import moment

_PROGRAM = re.compile(r"[A-Za-z/-]{1,20}( [A-Za-z/-]{1,20}){0,2}( on [A-Za-z]{1,20}( [A-Za-z]{1,20}){0,2})?")


def circumstances() -> dict[str, Any]:
    """Those of the request that is being answered, as data of a letter."""
    origin = current_origin()
    return {"at": clock.now(), "network": origin.network, "agent": origin.agent}


def when(seconds: int) -> str:
    """A moment in words, to the minute."""
    return moment(seconds).striptags()


def facts_of(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """A letter's facts, from data that has `circumstances` in it; what is not known is left out."""
    facts = [("When", when(data["at"]))]
    if data["agent"]:
        facts.append(("Browser", _browser(data["agent"])))
    if data["network"]:
        facts.append(("Place", data["network"]))
    return tuple(facts)


def _browser(agent: str) -> str:
    """What somebody used, if it reads like a program's name: letters go also to people who did not ask for them.

    Digits, addresses and sentences would be somebody's own words to them, in a letter of ours.
    """
    words = describe_agent(agent)
    return words if _PROGRAM.fullmatch(words) else "an unknown program"
