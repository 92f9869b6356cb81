"""Two files at a time: while one is read, the other is examined, and both cores stay busy."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from pos_validation.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_job_runtime.plan import Plan

THREADS = 2
# Larger files are judged alone: what bounds the memory of one must not be needed twice.
BYTES_AT_ONCE = 128 << 20


class Judges:
    """A judge for each thread: they share nothing but the plan."""

    def __init__(
        self,
        plan: Plan,
        *,
        event_time: float,
        folder: Path,
        unforeseen: Callable[[str, BaseException], None],
        always_exact: bool = False,
    ) -> None:
        """The arguments are those of `Judge`."""

        def make() -> Judge:
            own = Path(tempfile.mkdtemp(dir=folder, prefix="judge-"))
            return Judge(plan, event_time=event_time, folder=own, unforeseen=unforeseen, always_exact=always_exact)

        self._make = make
        self._local = threading.local()

    def mine(self) -> Judge:
        """The judge of the thread that asks."""
        judge: Judge | None = getattr(self._local, "judge", None)
        if judge is None:
            judge = self._local.judge = self._make()
        return judge
