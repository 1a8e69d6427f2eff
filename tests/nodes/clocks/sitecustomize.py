"""What Python runs first where PYTHONPATH names this folder: a machine whose clock is wrong by CLOCK_AHEAD seconds."""

import os
import time

_ahead, _time, _time_ns = int(os.environ["CLOCK_AHEAD"]), time.time, time.time_ns
time.time = lambda: _time() + _ahead
time.time_ns = lambda: _time_ns() + _ahead * 10**9
