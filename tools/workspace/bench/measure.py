"""Runs commands as whole processes and keeps the operating system's account of each."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """One finished process: wall seconds and its peak resident memory in MB."""

    seconds: float
    peak_mb: float


def run(command: list[str], *, env: dict[str, str] | None = None) -> Run:
    """Run a command to its end; a failure ends the benchmark with what the command printed."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **(env or {})}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(command[:4])} failed:\n{output.decode()[-2000:]}")
    return Run(seconds=seconds, peak_mb=usage.ru_maxrss / 1024)


def median(runs: list[Run]) -> Run:
    return Run(
        seconds=statistics.median(one.seconds for one in runs),
        peak_mb=statistics.median(one.peak_mb for one in runs),
    )
