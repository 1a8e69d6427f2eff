"""What process trees cost, from Linux's /proc: CPU seconds, memory, and on which cores they run.

Elsewhere nobody tells: then every figure is None, and nothing is pinned.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROC = Path("/proc")
TOLD = (PROC / "self" / "stat").exists()
"""Whether this system says what processes cost."""
_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
SERVER_CORES = set(_CORES[:-1])
"""Where servers and databases run; empty where they cannot be kept apart from whoever sends them requests."""
DRIVER_CORES = set(_CORES[-1:]) if SERVER_CORES else set()
"""Where requests come from."""


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on (proc_pid_stat(5)): a name before them may hold anything."""
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def parent_of(pid: int) -> int:
    """The process that started this one."""
    return int(_stat(pid)[1])


def tree_of(root: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                children.setdefault(parent_of(int(folder.name)), []).append(int(folder.name))
            except OSError:  # it has just ended
                continue
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def cpu_seconds(*roots: int) -> float | None:
    """What these trees have used so far, user and system, those that ended and were waited for included."""
    if not TOLD:
        return None
    ticks = 0
    for pid in (pid for root in roots for pid in tree_of(root)):
        try:
            ticks += sum(int(field) for field in _stat(pid)[11:15])  # utime, stime, cutime, cstime
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float | None:
    """What the whole machine has worked so far, waiting for disks left out."""
    if not TOLD:
        return None
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, (PROC / "stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> dict[str, float]:
    """What one process holds, in MiB: `pss` shares what several hold among them, `uss` is its own alone."""
    lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]
    sizes = {name: int(size.split()[0]) / 1024 for name, size in (line.split(":") for line in lines)}
    return {"pss": sizes["Pss"], "uss": sizes["Private_Clean"] + sizes["Private_Dirty"]}


def waited_seconds(pid: int) -> float:
    """How long a process, able to run, has waited for a core: the machine's load, not what the process does."""
    threads = (PROC / str(pid) / "task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[1]) for thread in threads) / 1e9


@contextmanager
def on_cores(cores: set[int]) -> Iterator[None]:
    """What is started meanwhile stays on these cores; on none in particular, if there are none."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Meter:
    """What trees use from when it is made until it is read."""

    def __init__(self, roots: tuple[int, ...]) -> None:
        self._roots = roots
        self._used, self._busy = cpu_seconds(*roots), busy_seconds()
        self._own, self._began = time.process_time(), time.perf_counter()

    def read(self) -> tuple[float | None, float | None]:
        """CPU seconds of the trees, and how many cores others than they and this process kept busy."""
        used, busy = cpu_seconds(*self._roots), busy_seconds()
        if used is None or busy is None or self._used is None or self._busy is None:
            return None, None
        spent, wall = used - self._used, time.perf_counter() - self._began
        others = busy - self._busy - spent - (time.process_time() - self._own)
        return spent, max(0.0, others / wall)
