"""Figures that the processes of one node share by files in a folder: each writes its own, and any can add up all.

A process that runs holds a lock on a file beside its figures, so it is known without a PID that may be another's by
now. What an ended process had counted is kept, so no counter ever falls back. Knows no figure's meaning.
"""

import json
import os
import secrets
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds: how long requests of one group took at most; a last group took longer."""
_SUM = len(BOUNDS) + 1
_CLASSES = _SUM + 1
_LENGTH = _CLASSES + 6
_ENDED = "ended.json"


@dataclass
class Figures:
    """Of one process, or of several added up."""

    requests: dict[str, list[float]] = field(default_factory=dict)
    """By endpoint: how many by BOUNDS, their seconds in all, how many by the first digit of the status."""
    counts: dict[str, int] = field(default_factory=dict)
    """By words, separated by spaces."""
    gauges: dict[str, float] = field(default_factory=dict)
    """What is now, by name."""
    bounds: list[float] = field(default_factory=lambda: list(BOUNDS))

    def note(self, endpoint: str, status_class: int, seconds: float) -> None:
        """Note a request. In the hot path of all of them."""
        row = self.requests.get(endpoint)
        if row is None:
            row = self.requests[endpoint] = [0] * _LENGTH
        row[bisect_left(BOUNDS, seconds)] += 1
        row[_SUM] += seconds
        row[_CLASSES + status_class] += 1

    def add(self, other: "Figures") -> None:
        """Add another process's."""
        for endpoint, row in other.requests.items():
            mine = self.requests.get(endpoint, [0] * _LENGTH)
            self.requests[endpoint] = [one + another for one, another in zip(mine, row, strict=True)]
        for key, count in other.counts.items():
            self.counts[key] = self.counts.get(key, 0) + count
        for name, value in other.gauges.items():
            self.gauges[name] = self.gauges.get(name, 0) + value


def buckets(row: list[float]) -> tuple[list[tuple[str, float]], float]:
    """A row of `Figures.requests` as Prometheus has it: how many took so long or less, and the seconds in all."""
    running, found = 0.0, []
    for bound, number in zip([*map(str, BOUNDS), "+Inf"], row, strict=False):
        running += number
        found.append((bound, running))
    return found, row[_SUM]


def by_status(row: list[float]) -> dict[str, int]:
    """A row of `Figures.requests` by class of status, such as `2xx`; those that never were are left out."""
    return {f"{digit}xx": int(row[_CLASSES + digit]) for digit in range(1, 6) if row[_CLASSES + digit]}


class Shelf:
    """The folder, as one process uses it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: Path | None = None
        self._alive: int | None = None

    def put(self, figures: Figures, role: str) -> None:
        """Write this process's figures, for the others to read.

        Args:
            role: `server` or `worker`; the first call decides.

        Raises:
            OSError: the folder cannot be written.
        """
        if self._file is None:
            self._file = self._open(role)
        unfinished = self._file.with_suffix(".new")
        unfinished.write_text(json.dumps(vars(figures)))
        unfinished.replace(self._file)

    def _open(self, role: str) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked():
            self._keep_what_has_ended()
            file = self._folder / f"{role}-{secrets.token_hex(8)}.json"
            self._alive = os.open(file.with_suffix(".alive"), os.O_CREAT | os.O_RDWR, 0o600)
            flock(self._alive, LOCK_EX)  # until the process ends, however it ends
            return file

    def others(self) -> tuple[Figures, list[str]]:
        """The figures of this node's other processes, ended ones too, and the roles of those that run."""
        found = Figures()
        roles: list[str] = []
        if not self._folder.is_dir():
            return found, roles
        with self._locked():
            for file in self._files():
                figures = _read(file)
                if _runs(file):
                    roles.append(file.name.partition("-")[0])
                else:
                    figures.gauges = {}
                if file != self._file:
                    found.add(figures)
        return found, roles

    def _keep_what_has_ended(self) -> None:
        ended = [file for file in self._files() if not _runs(file)]
        if ended in ([], [self._folder / _ENDED]):
            return
        kept = Figures()
        for file in ended:
            kept.add(_read(file))
        kept.gauges = {}
        unfinished = self._folder / "ended.new"
        unfinished.write_text(json.dumps(vars(kept)))
        unfinished.replace(self._folder / _ENDED)
        for file in ended:
            if file.name != _ENDED:
                for suffix in (".json", ".alive", ".new"):
                    file.with_suffix(suffix).unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.json"))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = os.open(self._folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            flock(lock, LOCK_EX)
            yield
        finally:
            os.close(lock)


def _runs(file: Path) -> bool:
    """Whether the process whose figures these are still holds its lock."""
    try:
        lock = os.open(file.with_suffix(".alive"), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        flock(lock, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(lock)


def _read(file: Path) -> Figures:
    """What a file holds; nothing if it was cut off, or written by a release that grouped otherwise."""
    try:
        figures = Figures(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):
        return Figures()
    return figures if figures.bounds == list(BOUNDS) else Figures()
