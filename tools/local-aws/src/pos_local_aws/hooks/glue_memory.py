"""The memory that a Python Shell job has: 16 GB a DPU, 1/16 of a DPU unless the job says otherwise.

https://docs.aws.amazon.com/glue/latest/dg/add-job-python.html
"""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

GIGABYTE = 1024**3
OUT_OF_MEMORY = "Command failed due to out of memory"
_LEAST_DPU = 0.0625
_PROC = Path("/proc")


def limit(job: Mapping[str, Any]) -> int | None:
    """Bytes; None for a Spark job, whose driver and workers have a heap of their own."""
    if (job.get("Command") or {}).get("Name") != "pythonshell":
        return None
    return int(float(job.get("MaxCapacity") or _LEAST_DPU) * 16 * GIGABYTE)


def used(pid: int) -> int:
    """Bytes that a process and its descendants hold, what they share counted once. 0 where that cannot be told."""
    return sum(_share(one) for one in _family(pid))


def exceeds(pid: int, most: int) -> bool:
    """Whether a process and its descendants hold more than `most` bytes."""
    # What is shared counts double here, but is read much faster.
    return sum(_resident(one) for one in _family(pid)) > most and used(pid) > most


def _family(pid: int) -> Iterator[int]:
    yield pid
    for children in _PROC.glob(f"{pid}/task/*/children"):
        with contextlib.suppress(OSError):
            for child in children.read_text().split():
                yield from _family(int(child))


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError, IndexError):
        return int((_PROC / str(pid) / "statm").read_text().split()[1]) * 4096
    return 0


def _share(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
