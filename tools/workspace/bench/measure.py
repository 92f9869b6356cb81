"""Runs commands as whole processes and keeps the operating system's account of each."""

from __future__ import annotations

import contextlib
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
    from collections.abc import Sequence

# Often enough: a JVM keeps what it has taken.
SAMPLED_EVERY_SECONDS = 0.2
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PARENT, TICKS_USER, TICKS_SYSTEM, RESIDENT = 1, 11, 12, 21
KB_A_PAGE = os.sysconf("SC_PAGE_SIZE") // 1024


@dataclass(frozen=True)
class Run:
    """One finished process and its descendants: wall seconds, processor seconds, peak resident memory in MB.

    Processor seconds hardly notice what else a machine is busy with.
    """

    seconds: float
    processor: float
    peak_mb: float


def run(
    command: Sequence[str], *, env: dict[str, str] | None = None, stdin: bytes = b"", good: Sequence[int] = (0,)
) -> Run:
    """Run a command, which reads `stdin`, to its end; a failure ends the benchmark with what the command printed.

    `good` are the exit codes that are no failure.
    """
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:
        given.write(stdin)
        given.seek(0)
        began = time.perf_counter()
        process = subprocess.Popen(
            command, env={**os.environ, **(env or {})}, stdin=given, stdout=output, stderr=subprocess.STDOUT
        )
        tree = _Tree(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        tree.stop()
        if os.waitstatus_to_exitcode(status) not in good:
            output.seek(0)
            sys.exit(f"{' '.join(command[:4])} failed:\n{output.read().decode()[-2000:]}")
    # A process alone is known exactly; with children (a JVM) only the samples tell the sum.
    return Run(
        seconds=seconds,
        processor=max(usage.ru_utime + usage.ru_stime, tree.processor),
        peak_mb=max(usage.ru_maxrss / 1024, tree.peak_kb / 1024),
    )


def median(runs: list[Run]) -> Run:
    return Run(
        seconds=statistics.median(one.seconds for one in runs),
        processor=statistics.median(one.processor for one in runs),
        peak_mb=statistics.median(one.peak_mb for one in runs),
    )


class _Tree:
    """Watches a process and its descendants until it is stopped."""

    def __init__(self, pid: int) -> None:
        self.peak_kb = 0
        self._ticks: dict[int, int] = {}
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    @property
    def processor(self) -> float:
        """Processor seconds of all of them."""
        return sum(self._ticks.values()) / TICKS_A_SECOND

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(SAMPLED_EVERY_SECONDS):
            family = _family(self._pid)
            resident = 0
            for pid, one in family.items():
                self._ticks[pid] = one.ticks
                parent = family.get(one.parent)
                # Between fork and exec a child shows its parent's memory as its own.
                if parent is None or parent.command != one.command:
                    resident += one.resident_kb
            self.peak_kb = max(self.peak_kb, resident)


@dataclass(frozen=True)
class _Process:
    """What the operating system says about a process now."""

    command: bytes
    parent: int
    ticks: int
    resident_kb: int


def _family(pid: int) -> dict[int, _Process]:
    """A process and its descendants. Whoever ends meanwhile is left out."""
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                children.setdefault(int(_stat(int(entry.name))[PARENT]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    family = {}
    for one in found:
        with contextlib.suppress(OSError):
            family[one] = _process(one)
    return family


def _process(pid: int) -> _Process:
    # The command first: once it is the child's own, so is the memory that is read thereafter.
    command = Path(f"/proc/{pid}/cmdline").read_bytes()
    fields = _stat(pid)
    return _Process(
        command=command,
        parent=int(fields[PARENT]),
        ticks=int(fields[TICKS_USER]) + int(fields[TICKS_SYSTEM]),
        resident_kb=int(fields[RESIDENT]) * KB_A_PAGE,
    )


def _stat(pid: int) -> Sequence[str]:
    """The fields of `/proc/PID/stat` from the third one on: the second is a name and may hold blanks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
