"""Rate limits, on the `limits` library: counts failures by key and says how long to wait.

In this process's memory; each worker counts for itself. Knows no page and no endpoint.
"""

import time

from flask import Flask, current_app
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class Limiter:
    """Counts by key. Turned off, it allows everything."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait(self, limit: str, *key: str) -> int:
        """Seconds until one more is allowed under `limit` (such as "10/minute"); 0 if it is now. Counts nothing."""
        item = parse(limit)
        if not self.enabled or self._limiter.test(item, *key):
            return 0
        return self._seconds_left(item, key)

    def count(self, limit: str, *key: str) -> int:
        """Count one. Seconds to wait if it was one too many, else 0."""
        item = parse(limit)
        if not self.enabled or self._limiter.hit(item, *key):
            return 0
        return self._seconds_left(item, key)

    def _seconds_left(self, item: RateLimitItem, key: tuple[str, ...]) -> int:
        return max(1, round(self._limiter.get_window_stats(item, *key).reset_time - time.time()))


def init_app(app: Flask, enabled: bool) -> None:
    """Give the application its limiter."""
    app.extensions["limiter"] = Limiter(enabled)


def current_limiter() -> Limiter:
    """The limiter of the application that serves this request."""
    limiter: Limiter = current_app.extensions["limiter"]
    return limiter
