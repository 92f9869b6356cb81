"""Runs commands as whole processes and keeps the operating system's account of each."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Often enough: a JVM keeps what it has taken.
SAMPLED_EVERY_SECONDS = 0.1
KB_A_PAGE = os.sysconf("SC_PAGE_SIZE") // 1024


@dataclass(frozen=True)
class Run:
    """One finished process: wall seconds and the peak resident memory, in MB, of it and its descendants together."""

    seconds: float
    peak_mb: float


def run(command: Sequence[str], *, env: dict[str, str] | None = None) -> Run:
    """Run a command to its end; a failure ends the benchmark with what the command printed."""
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(command, env={**os.environ, **(env or {})}, stdout=output, stderr=subprocess.STDOUT)
        tree = _Tree(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        sampled_mb = tree.peak_mb()
        if os.waitstatus_to_exitcode(status) != 0:
            output.seek(0)
            sys.exit(f"{' '.join(command[:4])} failed:\n{output.read().decode()[-2000:]}")
    # A process alone is known exactly; with children (a JVM) only the samples tell the sum.
    return Run(seconds=seconds, peak_mb=max(usage.ru_maxrss / 1024, sampled_mb))


def median(runs: list[Run]) -> Run:
    return Run(
        seconds=statistics.median(one.seconds for one in runs),
        peak_mb=statistics.median(one.peak_mb for one in runs),
    )


class _Tree:
    """Watches the memory of a process and its descendants until `peak_mb` is asked for."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak_kb = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def peak_mb(self) -> float:
        """The largest sum of resident memory seen."""
        self._ended.set()
        self._thread.join()
        return self._peak_kb / 1024

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLED_EVERY_SECONDS):
            self._peak_kb = max(self._peak_kb, sum(map(_resident_kb, _family(self._pid))))


def _family(pid: int) -> Iterable[int]:
    """A process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            children.setdefault(_parent(entry.name), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def _parent(pid: str) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def _resident_kb(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * KB_A_PAGE
    except (OSError, IndexError):
        return 0
