"""What a skill generates with: a document goes in, text comes out, perhaps bit by bit.

A generator knows no run and no user.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

MOST_CHARACTERS = 1_000_000
"""Of one output."""
Report = Callable[[str], None]
"""Is told all the text that has come so far; what it raises ends the generation."""


@dataclass(frozen=True)
class Prompt:
    """What a skill's step asks for.

    Attributes:
        contexts: name and text of each context that the skill uses.
        text: the rendered template.
        temperature: how freely to write, 0 to 2; None for the model's own.
        max_tokens: how long the answer may be; None for the model's own.
    """

    contexts: tuple[tuple[str, str], ...]
    text: str
    temperature: float | None = None
    max_tokens: int | None = None


@dataclass(frozen=True)
class Generated:
    """What came out, and what the model's endpoint counted; None if nobody did."""

    text: str
    input_tokens: int | None = None
    output_tokens: int | None = None


class CannotGenerate(Exception):
    """Nothing was generated; the message is for whoever started the run."""


class Generator(Protocol):
    """One way to generate."""

    name: str
    quick: bool
    """Whether it takes no longer than a request may."""

    def generate(self, prompt: Prompt, report: Report) -> Generated:
        """Generate.

        Raises:
            CannotGenerate: with the reason.
        """


def storable(text: str) -> str:
    """Text without what a database cannot store: NUL characters, and halves of surrogate pairs."""
    return text.replace("\0", "").encode(errors="replace").decode()
