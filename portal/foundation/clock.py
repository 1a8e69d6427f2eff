"""The one place that reads time.

Whole seconds since the epoch, from the process clock, so that libfaketime and time-machine move everything. A process
of several nodes sets it by the clock that all of them share; see `shared_clock`.
"""

import time

_corrected_by = 0.0


def exactly() -> tuple[int, int]:
    """Seconds since 1970-01-01T00:00:00Z, and nanoseconds since that second began."""
    return divmod(time.time_ns() + int(_corrected_by * 10**9), 10**9)


def now() -> int:
    """Seconds since 1970-01-01T00:00:00Z."""
    return int(time.time() + _corrected_by)


def correct_by(seconds: float) -> None:
    """Have this process read another clock than its machine's: one that many seconds ahead of it, or behind."""
    global _corrected_by  # noqa: PLW0603  # there is one time
    _corrected_by = seconds
