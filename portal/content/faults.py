"""What is wrong with something that somebody wrote: each fault with the path to its place."""

from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Field names and places in lists (from 0), from the outside in."""


@dataclass(frozen=True)
class Fault:
    """One fault, in words that say what it should be."""

    path: Path
    text: str


class Faulty(Exception):
    """Something cannot be kept or carried out as it is."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{'.'.join(map(str, fault.path))}: {fault.text}" for fault in faults))
        self.faults = faults
