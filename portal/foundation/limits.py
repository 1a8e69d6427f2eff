"""Rate limits: counts by key and says how long to wait.

All nodes count together in the store of REDIS_URL; without one, or while it does not answer, each process counts for
itself. That is so for every limit: nobody is refused who would not be refused otherwise, no request fails or waits for
a store that is gone, and whoever guesses gains at most a factor of the number of processes. Fixed windows, because
their counts go when they end, and keys of a fixed length, so that what callers send cannot fill the memory. Knows no
page and no endpoint.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from flask import Flask, current_app

from portal.foundation import clock
from portal.foundation.counters import Counters
from portal.foundation.credentials import digest

if TYPE_CHECKING:
    from portal.foundation.shared_store import SharedStore

_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


@dataclass(frozen=True)
class Spent:
    """What is left of a quota after one more was spent, and in how many seconds it is whole again."""

    left: int
    seconds_left: int
    too_much: bool


class Limiter:
    """Counts by key. Turned off, it allows everything.

    Args:
        store: what all nodes count in; None for this process alone.
    """

    def __init__(self, enabled: bool, store: "SharedStore | None" = None) -> None:
        self.enabled = enabled
        self._store, self._own = store, Counters()

    @property
    def shared(self) -> bool:
        """Whether there is a store that all nodes count in."""
        return self._store is not None

    def store_fault(self) -> str | None:
        """Ask the store. Why it cannot be used, without its password; None if it can, or if there is none."""
        return self._store.fault() if self._store else None

    def count(self, limit: str, *key: str) -> int:
        """Count one under `limit` (such as "10/minute"). Seconds to wait if it was one too many, else 0."""
        if not self.enabled:
            return 0
        most, seconds = _read(limit)
        number, left = self._add(_shorten(limit, *key), seconds)
        return left if number > most else 0

    def spend(self, most: int, seconds: int, *key: str) -> Spent:
        """Spend one of `most` in so many seconds; windows begin with the clock's."""
        number, left = self._add(_shorten(str(seconds), *key), seconds - clock.now() % seconds)
        return Spent(max(0, most - number), left, number > most)

    def forget(self, limit: str, *key: str) -> None:
        """Begin anew for this key."""
        short = _shorten(limit, *key)
        self._own.forget(short)
        if self._store:
            self._store.forget(short)

    def _add(self, key: str, seconds: int) -> tuple[int, int]:
        """The number with one more, and the seconds after which it is none again, one at least."""
        shared = self._store.add(key, seconds) if self._store else None
        number, left = shared or self._own.add(key, seconds)
        return number, max(1, left)


@cache
def _read(limit: str) -> tuple[int, int]:
    """How many in how many seconds a limit such as "10/5 minutes" allows."""
    most, _, period = limit.partition("/")
    number, _, unit = period.rpartition(" ")
    return int(most), int(number or 1) * _SECONDS[unit.removesuffix("s")]


def _shorten(*key: str) -> str:
    return digest("\0".join(key))[:16].hex()


def init_app(app: Flask, enabled: bool, redis_url: str) -> None:
    """Give the application its limiter."""
    app.extensions["limiter"] = Limiter(enabled, _open_store(redis_url) if redis_url else None)


def _open_store(url: str) -> "SharedStore":
    from portal.foundation.shared_store import SharedStore  # noqa: PLC0415  # 15 MB and a seventh of a second

    return SharedStore(url)


def current_limiter() -> Limiter:
    """The limiter of the application that serves this request."""
    limiter: Limiter = current_app.extensions["limiter"]
    return limiter
