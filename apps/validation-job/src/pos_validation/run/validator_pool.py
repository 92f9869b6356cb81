"""Validating files in workers: whatever one file does to the program that reads it, the others get their verdicts."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from pos_job_runtime.errors import JobError, MachineError
from pos_job_runtime.exhausted import tells_of_memory
from pos_job_runtime.personal import personal_columns
from pos_job_runtime.processors import processors
from pos_validation.findings.findings import FileVerdict, Findings, RowCounts
from pos_validation.formats.registry import named_format
from pos_validation.workers.budget import Limits, has_room_for, out_of_memory_kills
from pos_validation.workers.handles import ForkServer, WorkersError
from pos_validation.workers.messages import Exhausted, FileResult, Lost, Setup, Tasks, is_clean
from pos_validation.workers.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from pos_job_runtime.plan import Plan
    from pos_validation.workers.budget import Budget
    from pos_validation.workers.handles import Worker
    from pos_validation.workers.messages import Task

# Two files at a time: while one is read, the other is examined, and both cores stay busy.
THREADS = 2
# Larger files are validated alone: what bounds the memory of one must not be needed twice.
BYTES_AT_ONCE = 128 << 20
# Small files are handed to a worker together.
FILES_TOGETHER = 32
BYTES_TOGETHER = 1 << 20
# Signals by which a program ends that makes a mistake.
CRASHES = {
    signal.SIGSEGV,
    signal.SIGBUS,
    signal.SIGABRT,
    signal.SIGILL,
    signal.SIGFPE,
    signal.SIGTRAP,
    signal.SIGSYS,
}
# A worker that somebody ends says nothing about its file.
ATTEMPTS = 6
STARTS = 3
# What is left of a file's memory when its rows are evaluated exactly, in a second attempt.
EXACT_SHARE = 0.75

T = TypeVar("T")


def together(items: Iterable[T], size: Callable[[T], int]) -> Iterator[list[T]]:
    """The items in their order, small ones of up to some number and `size` (bytes) together."""
    group: list[T] = []
    load = 0
    for item in items:
        weight = size(item)
        if group and (len(group) == FILES_TOGETHER or load + weight > BYTES_TOGETHER):
            yield group
            group, load = [], 0
        group.append(item)
        load += weight
    if group:
        yield group


def several_together(items: Iterable[T], size: Callable[[T], int]) -> bool:
    """Whether `together` makes more than one of the items."""
    return len([*islice(together(items, size), 2)]) > 1


class ValidatorPool:
    """Validates files in workers, several at a time if several threads ask.

    A file that its worker does not survive is tried once more, in a new worker and with no other file beside it: what
    kills two workers is in the file.
    """

    def __init__(
        self,
        folder: Path,
        *,
        several: bool,
        server: ForkServer | None = None,
        limits: Limits | None = None,
        report: Callable[..., None],
    ) -> None:
        """`folder` is for temporary files; `report` gets the name and the fields of what the log must tell.
        `several`: whether files will be validated beside each other.

        Without a `server` that was started before, one begins at once to import what reading needs.
        """
        self._folder = folder
        self._limits = limits or Limits()
        self._report = report
        self._several = several
        self._server = server or ForkServer(folder)
        self._turns = Turns()
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._closed = False
        self._setup: Setup | None = None

    def use(self, plan: Plan, *, event_time: float, always_exact: bool = False) -> ValidatorPool:
        """By which plan, and as of which moment (epoch seconds), files are validated from now on."""
        with self._lock:
            self._setup = Setup(plan.silent(), event_time, always_exact)
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()
        return self

    def validate(self, tasks: Sequence[Task]) -> list[FileResult]:
        """The verdicts on some files. Raises `MachineError` when disk or memory are used up, whatever the files are."""
        verdicts: list[FileResult] = []
        together = len(tasks) > 1
        while len(verdicts) < len(tasks):
            with self._turns.beside_others():
                results = self._attempt(tasks[len(verdicts) :], self._by(), together=together)
            first = results[0]
            if together and not isinstance(first, FileResult):
                # Any of the files may have done that to the worker.
                together = False
                self._tell("together-failed", first, files=[task.name for task in tasks[len(verdicts) :]])
                continue
            for result in results:
                task = tasks[len(verdicts)]
                verdicts.append(result if isinstance(result, FileResult) else self._validate_alone(task, result))
        return verdicts

    def _validate_alone(self, task: Task, result: Exhausted | Lost) -> FileResult:
        """The verdict on a file that was not validated beside others, with that `result`."""
        budget = self._limits.budget(task.size)
        for attempt in range(1, ATTEMPTS):
            self._tell("attempt-failed", result, file=task.name, attempt=attempt)
            with self._turns.alone():
                begun, kills = time.perf_counter(), out_of_memory_kills()
                room = has_room_for(budget)
                # What was too little for two files beside each other may do for one.
                setup = self._by()._replace(exact_memory=int(budget.memory * EXACT_SHARE)) if room else self._by()
                (again,) = self._attempt([task], setup, only=True)
                room = room and has_room_for(budget)
                killed = out_of_memory_kills() > kills
            if isinstance(again, FileResult):
                return again
            result = again
            if killed or not _ended_from_outside(result):
                self._tell("attempt-failed", result, file=task.name, attempt=attempt + 1)
                return FileResult(self._given_up(task, result, budget, room=room), time.perf_counter() - begun)
        raise MachineError.because("somebody keeps ending the program that reads the files")

    def _attempt(
        self, tasks: Sequence[Task], setup: Setup, *, only: bool = False, together: bool = False
    ) -> list[FileResult | Exhausted | Lost]:
        """Validate files in a worker that is at hand, or in one of their own (`only`): at least one, and all unless
        something happened to the worker. `together`: whether small ones may be proven at one go."""
        beside = self._several and not only and sum(task.size for task in tasks) <= BYTES_AT_ONCE // THREADS
        worker = self._take(setup, new=only, threads=_share_of_processors() if beside else None)
        results: list[FileResult | Exhausted | Lost] = []
        try:
            budgets = [self._limits.budget(task.size) for task in tasks]
            for task, result in zip(tasks, worker.validate(Tasks(tasks, together), budgets)):
                results.append(result)
                for incident in result.incidents if isinstance(result, FileResult) else ():
                    self._report("unforeseen", file=task.name, **incident._asdict())
        finally:
            self._give_back(worker, usable=not only and len(results) == len(tasks) and is_clean(results[-1]))
        return results

    def _take(self, setup: Setup, *, new: bool, threads: int | None) -> Worker:
        with self._lock:
            if self._closed:
                raise JobError("The run has ended.")
            worker = self._at_hand(threads) if self._idle and not new else None
            worker = worker or self._make(setup, threads=threads)
            self._busy.add(worker)
            return worker

    def _at_hand(self, threads: int | None) -> Worker | None:
        """An idle worker with so many threads. One with another number makes way: it may hold memory."""
        worker = self._idle.pop()
        if worker.threads == threads:
            return worker
        worker.end()
        return None

    def _make(self, setup: Setup, *, threads: int | None) -> Worker:
        for _ in range(STARTS):
            with contextlib.suppress(WorkersError):
                return self._server.worker(setup, threads=threads)
            # Somebody ended it, and its workers with it.
            self._server.close()
            self._server = ForkServer(self._folder)
        return self._server.worker(setup, threads=threads)

    def _give_back(self, worker: Worker, *, usable: bool) -> None:
        with self._lock:
            self._busy.discard(worker)
            if usable and not self._closed:
                self._idle.append(worker)
                return
        worker.end()

    def _tell(self, event: str, what: Exhausted | Lost, **where: Any) -> None:
        if not self._closed:
            told = what._asdict()
            if "output" in told and personal_columns(self._by().plan):
                # A library that panics quotes what it stumbles over.
                told["output"] = ""
            self._report(event, **where, **told)

    def _given_up(self, task: Task, what: Exhausted | Lost, budget: Budget, *, room: bool) -> FileVerdict:
        """The verdict on a file that could not be validated while it was alone, if that is the file's own fault.

        `room`: whether all the memory that a file may take was free.
        """
        findings = Findings(self._by().plan)
        if isinstance(what, Exhausted):
            if not (what.memory and room):
                raise MachineError.because(what.line)
            findings.add("over_budget", detail=_memory(budget))
        elif what.overrun is not None:
            findings.add("over_budget", detail=_memory(budget) if what.overrun == "memory" else _time(budget))
        elif what.signal == signal.SIGKILL or tells_of_memory(what.output):
            if not room:
                raise MachineError.because("the program that reads the files did not get the memory that it needs")
            findings.add("over_budget", detail=_memory(budget))
        else:
            findings.add("reader_crashed", detail=_crash(what))
        named = named_format(task.name)
        name = None if named is None else named.name
        return FileVerdict("rejected", name, "none", RowCounts(), findings.reasons())

    def _by(self) -> Setup:
        if self._setup is None:
            raise AssertionError("no plan to validate by")
        return self._setup

    def close(self) -> None:
        """End all workers, also those that validate a file: whoever waits for one is told that the run has ended."""
        with self._lock:
            self._closed = True
        self._server.close()

    def __enter__(self) -> ValidatorPool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _share_of_processors() -> int:
    """How many threads each of several workers gets: more than there are processors only get into each other's way."""
    return max(1, processors() // THREADS)


def _memory(budget: Budget) -> str:
    return f"{budget.memory / 1e9:,.1f}".removesuffix(".0") + " GB of memory"


def _time(budget: Budget) -> str:
    minutes = budget.seconds / 60
    return f"{minutes:,.0f} minutes" if minutes >= 2 else f"{budget.seconds:,.0f} seconds"


def _crash(what: Lost) -> str:
    if what.signal is None:
        return f"exit code {what.code}"
    try:
        return signal.Signals(what.signal).name
    except ValueError:
        return f"signal {what.signal}"


def _ended_from_outside(what: Exhausted | Lost) -> bool:
    """Whether the worker got a signal that no program sends to itself by a mistake."""
    return isinstance(what, Lost) and what.overrun is None and what.signal is not None and what.signal not in CRASHES
