"""The one place that reads time.

Whole seconds since the epoch, from the process clock, so that libfaketime and time-machine move everything.
"""

import time


def exactly() -> tuple[int, int]:
    """Seconds since 1970-01-01T00:00:00Z, and nanoseconds since that second began."""
    return divmod(time.time_ns(), 10**9)


def now() -> int:
    """Seconds since 1970-01-01T00:00:00Z."""
    return int(time.time())
