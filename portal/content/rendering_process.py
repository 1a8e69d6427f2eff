"""The program in which `portal.content.rendering` carries one template out. Imports nothing of the portal.

Reads `{"template", "values", "limits"}` as JSON, and writes `{"text"}` or `{"fault"}`.
"""

import json
import resource
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment


def main() -> None:
    """Carry it out within its limits."""
    asked = json.load(sys.stdin.buffer)
    limits = asked["limits"]
    # The hard limit comes a second later: the soft one's signal already ends the process.
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    with suppress(ValueError, OSError):  # macOS has no limit on memory to set
        resource.setrlimit(resource.RLIMIT_AS, (limits["megabytes"] * 2**20,) * 2)
    try:
        answer = {"text": _text(asked["template"], asked["values"], limits["characters"])}
    except MemoryError:
        answer = {"fault": f"The template needed more than {limits['megabytes']} MB of memory; make it do less."}
    except RecursionError:
        answer = {"fault": "The template is nested too deeply; make it simpler."}
    except Exception as error:  # noqa: BLE001  # Jinja's own, and whatever an expression of its author's raises
        answer = {"fault": f"The template cannot be filled in: {str(error)[:300].rstrip('. ')}."}
    sys.stdout.write(json.dumps(answer))


class _TooMuch(Exception):
    pass


def _text(template: str, values: Mapping[str, str], most: int) -> str:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
    return "".join(_within(environment.from_string(template).generate(**values), most))


def _within(pieces: Iterator[Any], most: int) -> Iterator[str]:
    length = 0
    for piece in pieces:
        length += len(piece)
        if length > most:
            raise _TooMuch(f"it makes more than {most:,} characters")
        yield piece


if __name__ == "__main__":
    main()
