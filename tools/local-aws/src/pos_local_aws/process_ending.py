"""The end of a process, known when it happens: `Popen.wait` with a time-out looks again and again."""

import contextlib
import os
import select
import subprocess
from typing import Any


class Ending:
    """Waits for one process."""

    def __init__(self, process: "subprocess.Popen[Any]") -> None:
        self._process = process
        self._descriptor: int | None = None
        # Not on macOS, and not where the system forbids it.
        with contextlib.suppress(AttributeError, OSError):
            self._descriptor = os.pidfd_open(process.pid)
        self._poller = select.poll()
        if self._descriptor is not None:
            self._poller.register(self._descriptor, select.POLLIN)

    def __enter__(self) -> "Ending":
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)

    def within(self, seconds: float) -> bool:
        """Whether the process has ended, or ends within that time."""
        if self._descriptor is not None:
            self._poller.poll(seconds * 1000)
            return self._process.poll() is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.returncode is not None
