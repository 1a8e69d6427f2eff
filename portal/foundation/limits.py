"""Rate limits, on the `limits` library: counts by key and says how long to wait.

In this process's memory; each worker counts for itself. Fixed windows, because their counters go when they expire,
and keys of a fixed length, so that what callers send cannot fill the memory. Knows no page and no endpoint.
"""

import time
from dataclasses import dataclass

from flask import Flask, current_app
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from portal.foundation.credentials import digest


@dataclass(frozen=True)
class Spent:
    """What is left of a quota after one more was spent, and in how many seconds it is whole again."""

    left: int
    seconds_left: int
    too_much: bool


class Limiter:
    """Counts by key. Turned off, it allows everything."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self._storage = MemoryStorage()
        self._limiter = FixedWindowRateLimiter(self._storage)

    def count(self, limit: str, *key: str) -> int:
        """Count one under `limit` (such as "10/minute"). Seconds to wait if it was one too many, else 0."""
        item, short = parse(limit), _shorten(key)
        if not self.enabled or self._limiter.hit(item, short):
            return 0
        return self._seconds_left(item, short)

    def spend(self, most: int, seconds: int, *key: str) -> Spent:
        """Spend one of `most` in so many seconds, with one call to the store: windows begin with the clock's."""
        window, passed = divmod(int(time.time()), seconds)
        number = self._storage.incr(f"{_shorten(key)}/{window}", seconds)
        return Spent(max(0, most - number), seconds - passed, number > most)

    def forget(self, limit: str, *key: str) -> None:
        """Begin anew for this key."""
        self._limiter.clear(parse(limit), _shorten(key))

    def _seconds_left(self, item: RateLimitItem, short: str) -> int:
        return max(1, round(self._limiter.get_window_stats(item, short).reset_time - time.time()))


def _shorten(key: tuple[str, ...]) -> str:
    return digest("\0".join(key))[:16].hex()


def init_app(app: Flask, enabled: bool) -> None:
    """Give the application its limiter."""
    app.extensions["limiter"] = Limiter(enabled)


def current_limiter() -> Limiter:
    """The limiter of the application that serves this request."""
    limiter: Limiter = current_app.extensions["limiter"]
    return limiter
