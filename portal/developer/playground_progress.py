"""How far somebody got in the playground: travels in the page itself, sealed, and is kept nowhere.

Never holds the client secret.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from itsdangerous import BadData

from portal.developer.playground_calls import Wire
from portal.developer.playground_request import Attempt, seal

MOST_CHARACTERS = 200_000
"""Of sealed progress: seven answers of the length that is shown fit easily."""


@dataclass(frozen=True)
class Progress:
    """What the steps so far brought."""

    attempt: Attempt
    code: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    scope: str = ""
    operation: str = ""
    """The API operation that was chosen last."""
    wires: Mapping[str, Wire] = field(default_factory=dict)
    """By step, what went over the wire the last time."""

    def after(self, step: str, wire: Wire) -> "Progress":
        """The progress with one more step."""
        return replace(self, wires={**self.wires, step: wire})

    @property
    def sealed(self) -> str:
        """What the page carries."""
        return str(seal(_purpose(self.attempt.client_id)).dumps(asdict(self)))


def read_progress(text: str, client_id: str) -> Progress | None:
    """The progress that a page of this app and session carried; None if it is not that, unaltered."""
    if len(text) > MOST_CHARACTERS:
        return None
    try:
        found = seal(_purpose(client_id)).loads(text)
        wires = {step: Wire(**wire) for step, wire in found.pop("wires").items()}
        return Progress(attempt=Attempt(**found.pop("attempt")), wires=wires, **found)
    except (BadData, TypeError, KeyError):  # the last two: an earlier release sealed other fields
        return None


def _purpose(client_id: str) -> str:
    return f"progress {client_id}"
