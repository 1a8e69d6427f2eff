"""Counts in this process's memory, which go when their time is over. Knows nothing of limits, callers or nodes."""

from heapq import heappop, heappush
from threading import Lock

from portal.foundation import clock

_DROPPED_AT_ONCE = 2
"""Each addition makes at most one new count: dropping more than that keeps pace, and no caller waits for a sweep."""


class Counters:
    """Counts by key, each for a time of its own; `len` says how many are kept."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[str, tuple[int, int]] = {}
        """The number, and when it goes."""
        self._ends: list[tuple[int, str]] = []
        """A heap of what is kept; those that were forgotten, or begun anew, stay in it until their time."""

    def __len__(self) -> int:
        return len(self._counts)

    def add(self, key: str, seconds: int) -> tuple[int, int]:
        """Add one, and give the number so far and the seconds after which it goes.

        Args:
            seconds: how long to keep the count, if it begins now.
        """
        now = clock.now()
        with self._lock:
            self._drop_old(now)
            number, end = self._counts.get(key, (0, now))
            if end <= now:
                number, end = 0, now + seconds
                heappush(self._ends, (end, key))
            self._counts[key] = number + 1, end
        return number + 1, end - now

    def forget(self, key: str) -> None:
        """Begin anew for this key."""
        with self._lock:
            self._counts.pop(key, None)

    def _drop_old(self, now: int) -> None:
        for _ in range(_DROPPED_AT_ONCE):
            if not self._ends or self._ends[0][0] > now:
                return
            end, key = heappop(self._ends)
            if self._counts.get(key, (0, 0))[1] == end:
                del self._counts[key]
