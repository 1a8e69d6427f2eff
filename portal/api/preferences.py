"""How long a client would wait for an answer: the header Prefer (RFC 7240)."""

import re

from flask import request
from werkzeug.http import parse_list_header

LONGEST_WAIT = 30
"""Seconds; proxies give an answer up not much later."""
_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)


def read_wait(usual: int) -> tuple[int, str]:
    """How many seconds this request may wait, and the preferences that are followed by it, for Preference-Applied.

    `wait=10` says it (RFC 7240 §4.3), also beside `respond-async`, which alone asks for no waiting at all (§4.1).
    What cannot be read is passed over, and of one that is repeated only the first counts (§2).

    Args:
        usual: seconds, if the client does not say.
    """
    preferences = _preferences()
    applied = ["respond-async"] if "respond-async" in preferences else []
    if _SECONDS.fullmatch(preferences.get("wait", "")):
        seconds = min(int(preferences["wait"]), LONGEST_WAIT)
        applied.append(f"wait={seconds}")
    else:
        seconds = 0 if applied else usual
    return seconds, ", ".join(applied)


def _preferences() -> dict[str, str]:
    found: dict[str, str] = {}
    for one in parse_list_header(request.headers.get("Prefer", "")):
        name, _, value = one.partition(";")[0].partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found
