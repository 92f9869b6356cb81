"""How much time and memory reading one file may take, and what the machine has."""

from __future__ import annotations

import resource
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

# A small file takes milliseconds: this is for a machine that is busy with much else.
SECONDS = 60
# Bytes a second that even the slowest way exceeds by far: JSON lines in gzip, every row of which is looked at by itself
# (measured: 0.4 MB/s of compressed bytes on half a core).
BYTES_A_SECOND = 200_000
# Two attempts fit into the two hours that a run of the job has.
MOST_SECONDS = 3000
# The largest file that is accepted takes 5 GB.
MEMORY = 8 << 30
# Of a small machine something is left to the system and to the run's own process.
SHARE_OF_MACHINE = 0.75
# Cgroup files, of version 2 and 1: the limit, what is used, and what of that could be freed at once.
_CGROUPS = (
    ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory.stat", "inactive_file"),
    (
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        "/sys/fs/cgroup/memory/memory.usage_in_bytes",
        "/sys/fs/cgroup/memory/memory.stat",
        "total_inactive_file",
    ),
)


class Budget(NamedTuple):
    """What reading one file may take: wall seconds, and bytes of memory of its own."""

    seconds: float
    memory: int


class Limits(NamedTuple):
    """What an operator set instead of the budgets by size; `None` where nothing was set."""

    seconds: float | None = None
    memory: int | None = None

    def budget(self, size: int) -> Budget:
        """The budget of a file of `size` bytes."""
        seconds = min(SECONDS + size / BYTES_A_SECOND, MOST_SECONDS) if self.seconds is None else self.seconds
        return Budget(seconds, _memory() if self.memory is None else self.memory)


def has_room_for(budget: Budget) -> bool:
    """Whether this machine could give a process all the memory of `budget` now. If not, want of memory is the
    machine's fault, not a file's."""
    limits = (resource.RLIMIT_AS, resource.RLIMIT_DATA)
    if any(resource.getrlimit(limit)[0] != resource.RLIM_INFINITY for limit in limits):
        return False
    available = _available()
    return available is None or available >= budget.memory


def out_of_memory_kills() -> int:
    """How many processes the system has ended for want of memory since it was started."""
    return _numbers(Path("/proc/vmstat")).get("oom_kill", 0)


def memory_of(pid: int) -> int:
    """Bytes that the process has to itself: without files that are mapped, whose pages are the system's cache."""
    return _numbers(Path(f"/proc/{pid}/status")).get("RssAnon:", 0)


@lru_cache(maxsize=1)
def _memory() -> int:
    total = _numbers(Path("/proc/meminfo")).get("MemTotal:")
    sizes = [limit for limit, _ in _cgroups()] + ([] if total is None else [total])
    return min([MEMORY, *(int(size * SHARE_OF_MACHINE) for size in sizes)])


def _available() -> int | None:
    free = _numbers(Path("/proc/meminfo")).get("MemAvailable:")
    found = [limit - used for limit, used in _cgroups()] + ([] if free is None else [free])
    return min(found, default=None)


def _cgroups() -> list[tuple[int, int]]:
    """Limit and use of the control groups that this process is in, where they are limited."""
    found = []
    for limit, used, statistics, freeable in _CGROUPS:
        try:
            size, taken = int(Path(limit).read_text()), int(Path(used).read_text())
        except (OSError, ValueError):
            continue
        found.append((size, taken - _numbers(Path(statistics)).get(freeable, 0)))
    return found


def _numbers(path: Path) -> dict[str, int]:
    """A file of names and numbers, in bytes. Elsewhere than on Linux there is none."""
    try:
        lines = [line.split() for line in path.read_text().splitlines()]
    except OSError:
        return {}
    return {
        words[0]: int(words[1]) * (1024 if words[2:] == ["kB"] else 1)
        for words in lines
        if len(words) > 1 and words[1].isdigit()
    }
