"""Carrying a template out, apart from this process: what somebody writes in one may loop for ever or fill the memory.

The sandbox keeps it from everything that is not text; the process it runs in has no environment, little time and
little memory, and is gone afterwards.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from portal.content.generation import storable

log = logging.getLogger(__name__)
SECONDS = 2
"""Processor time that one rendering may take."""
MOST_MEGABYTES = 256
MOST_CHARACTERS = 1_000_000
"""Of what comes out."""
MOST_GIVEN = 4 * MOST_CHARACTERS
"""Of all values together: writing them over to the process costs memory here."""
_PROGRAM = Path(__file__).with_name("rendering_process.py")
_START_SECONDS = 10
"""Beyond SECONDS: a machine under load starts processes slowly."""


class CannotRender(Exception):
    """The template could not be carried out; the message says why."""


def render(template: str, values: Mapping[str, str]) -> str:
    """A template with its values filled in.

    Raises:
        CannotRender: it fails, takes too long, or makes too much.
    """
    if sum(map(len, values.values())) > MOST_GIVEN:
        raise CannotRender(_TOO_LARGE)
    limits = {"seconds": SECONDS, "megabytes": MOST_MEGABYTES, "characters": MOST_CHARACTERS}
    asked = json.dumps({"template": template, "values": dict(values), "limits": limits})
    try:
        # Isolated (-I): neither the environment nor the working folder can change what is imported.
        process = subprocess.run(  # noqa: S603  # our own program; nothing of the template is in the command
            [sys.executable, "-I", str(_PROGRAM)],
            input=asked.encode(),
            capture_output=True,
            env={},
            timeout=SECONDS + _START_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotRender(_TOO_LONG) from None
    if process.returncode != 0:
        # Ended by the system at one of its limits: SIGXCPU, or no memory even for an error.
        log.warning("rendering ended with %s: %s", process.returncode, process.stderr.decode(errors="replace")[-500:])
        raise CannotRender(_TOO_LONG if process.returncode < 0 else _TOO_LARGE)
    answer: dict[str, str] = json.loads(process.stdout)
    if "fault" in answer:
        raise CannotRender(storable(answer["fault"]))
    return storable(answer["text"])


_TOO_LONG = f"The template took longer than {SECONDS} seconds; make it do less."
_TOO_LARGE = f"The template needed more than {MOST_MEGABYTES} MB of memory; make it do less."
