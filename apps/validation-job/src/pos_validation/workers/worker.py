"""A worker: it validates one file after another, and tells the run's process."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING

import polars as pl

from pos_job_runtime.errors import MachineError
from pos_job_runtime.exhausted import exhausted_line, is_exhausted, lacks_memory
from pos_job_runtime.personal import MASKED, personal_columns
from pos_validation.evaluation.file_validator import FileValidator
from pos_validation.evaluation.part_names import part_of
from pos_validation.evaluation.validated import NoRows, StagedRows
from pos_validation.workers.messages import Exhausted, FileResult, Incident, is_clean, receive, send
from pos_validation.workers.output import forget_output, last_output

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pos_validation.evaluation.together import ProvenFile
    from pos_validation.evaluation.validated import FileRows
    from pos_validation.workers.messages import Setup, Task, Tasks


def serve(connection: socket.socket, folder: Path) -> None:
    """Validate what comes over `connection` until it is closed. `folder` is the worker's own, for temporary files."""
    worker = _Worker(receive(connection), folder)
    while True:
        try:
            tasks: Tasks = receive(connection)
        except EOFError:
            return
        proven = worker.prove(tasks.tasks) if tasks.together else {}
        for place, task in enumerate(tasks.tasks):
            result = worker.result(task, proven.get(place))
            send(connection, result)
            if not is_clean(result):
                break


class _Worker:
    def __init__(self, setup: Setup, folder: Path) -> None:
        self._setup = setup
        self._folder = folder
        self._validator: FileValidator | None = None
        self._incidents: list[Incident] = []

    def prove(self, tasks: Sequence[Task]) -> Mapping[int, ProvenFile]:
        """What is proven of the files together. If that fails unforeseen, so does the worker: then each is validated
        by itself, in another one."""
        wanted = any(task.validated is not None for task in tasks)
        return self._validator_at_hand().prove([(task.name, task.path, task.size) for task in tasks], wanted=wanted)

    def result(self, task: Task, proven: ProvenFile | None = None) -> FileResult | Exhausted:
        forget_output(self._folder)
        self._incidents = []
        begun = time.perf_counter()
        rows: FileRows = NoRows() if task.validated is None else StagedRows(self._setup.plan, self._folder, name="rows")
        try:
            file_verdict = self._validator_at_hand().validate(
                name=task.name,
                path=self._reachable(task.path),
                size=task.size,
                rows=rows,
                validated=task.validated,
                quarantine=task.quarantine,
                proven=proven,
            )
        except (Exception, pl.exceptions.PanicException) as error:
            if isinstance(error, MachineError) or is_exhausted(error):
                return Exhausted(exhausted_line(error) or str(error), memory=lacks_memory(error))
            raise
        size, parts = 0, rows.parts
        if task.validated is not None and file_verdict.verdict == "valid":
            written = [task.validated, *(part_of(task.validated, number) for number in range(parts))]
            size = sum(path.stat().st_size for path in written)
        return FileResult(file_verdict, time.perf_counter() - begun, size, parts, tuple(self._incidents))

    def _reachable(self, path: Path) -> Path:
        """A path that every library can be given: some know only names in UTF-8."""
        try:
            str(path).encode()
        except UnicodeEncodeError:
            link = self._folder / "source"
            link.unlink(missing_ok=True)
            link.symlink_to(path.absolute())
            return link
        return path

    def _validator_at_hand(self) -> FileValidator:
        if self._validator is None:
            setup = self._setup
            self._validator = FileValidator(
                setup.plan,
                event_time=setup.event_time,
                folder=self._folder,
                unforeseen=self._note,
                always_exact=setup.always_exact,
                exact_memory=setup.exact_memory,
            )
        return self._validator

    def _note(self, _name: str, error: BaseException) -> None:
        kind, message, output = type(error).__name__, str(error), last_output(self._folder)
        stack = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        if personal_columns(self._setup.plan):
            # An engine quotes the values that it stumbles over.
            message, stack, output = MASKED, "".join(traceback.format_tb(error.__traceback__)), ""
        self._incidents.append(Incident(kind, message, stack[-8000:], output))
