"""The one place that reads time.

Whole seconds since the epoch, from the process clock, so that libfaketime and time-machine move everything.
"""

import time


def now() -> int:
    """Seconds since 1970-01-01T00:00:00Z."""
    return int(time.time())
