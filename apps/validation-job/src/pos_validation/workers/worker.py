"""A worker: it validates one file after another, and tells the run's process."""

from __future__ import annotations

import time
import traceback
from itertools import groupby
from typing import TYPE_CHECKING, Union

import polars as pl

from pos_job_runtime.errors import MachineError
from pos_job_runtime.exhausted import exhausted_line, is_exhausted, lacks_memory
from pos_job_runtime.personal import MASKED, personal_columns
from pos_validation.evaluation.file_validator import FileValidator
from pos_validation.evaluation.pack import write_pack
from pos_validation.evaluation.part_names import part_of
from pos_validation.evaluation.validated import NoRows, StagedRows
from pos_validation.workers.messages import Exhausted, FileResult, Incident, is_clean, receive, send
from pos_validation.workers.output import forget_output, last_output

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping, Sequence
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
        for results in worker.results(tasks.tasks, proven):
            send(connection, results)
            if not all(map(is_clean, results)):
                break


Result = Union[FileResult, Exhausted]


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

    def results(self, tasks: Sequence[Task], proven: Mapping[int, ProvenFile]) -> Iterator[list[Result]]:
        """What becomes of the files, in their order: of proven ones that follow one another at once."""
        for together, group in groupby(enumerate(tasks), key=lambda one: one[0] in proven):
            if together:
                yield self._of_proven([(task, proven[place]) for place, task in group])
            else:
                yield from ([self._of_one(task)] for _, task in group)

    def _of_one(self, task: Task) -> Result:
        rows = self._rows(task)
        result = self._judged(task, rows, validated=task.validated)
        if task.validated is None or not isinstance(result, FileResult) or not _is_valid(result):
            return result
        written = [task.validated, *(part_of(task.validated, number) for number in range(rows.parts))]
        return result._replace(size=sum(path.stat().st_size for path in written), parts=rows.parts)

    def _of_proven(self, files: Sequence[tuple[Task, ProvenFile]]) -> list[Result]:
        """The rows of those that are valid lie together, where those of the first one would by themselves."""
        results: list[Result] = []
        packed: list[tuple[int, FileResult, Path, pl.DataFrame]] = []
        for place, (task, proof) in enumerate(files):
            rows = self._rows(task)
            result = self._judged(task, rows, proven=proof)
            results.append(result)
            if not isinstance(result, FileResult) or not is_clean(result):
                break
            if task.validated is not None and isinstance(rows, StagedRows) and _is_valid(result):
                packed.append((place, result, task.validated, rows.taken()))
        if packed:
            path = packed[0][2]
            try:
                write_pack([rows for *_, rows in packed], path)
            except (Exception, pl.exceptions.PanicException) as error:
                return [_exhausted(error)]
            size = path.stat().st_size
            for member, (place, result, *_) in enumerate(packed):
                results[place] = result._replace(size=0 if member else size, member=member if len(packed) > 1 else None)
        return results

    def _rows(self, task: Task) -> FileRows:
        return NoRows() if task.validated is None else StagedRows(self._setup.plan, self._folder, name="rows")

    def _judged(
        self, task: Task, rows: FileRows, *, validated: Path | None = None, proven: ProvenFile | None = None
    ) -> Result:
        forget_output(self._folder)
        self._incidents = []
        begun = time.perf_counter()
        try:
            file_verdict = self._validator_at_hand().validate(
                name=task.name,
                path=self._reachable(task.path),
                size=task.size,
                rows=rows,
                validated=validated,
                quarantine=task.quarantine,
                proven=proven,
            )
        except (Exception, pl.exceptions.PanicException) as error:
            return _exhausted(error)
        return FileResult(file_verdict, time.perf_counter() - begun, incidents=tuple(self._incidents))

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


def _is_valid(result: FileResult) -> bool:
    return result.file_verdict.verdict == "valid"


def _exhausted(error: BaseException) -> Exhausted:
    """What the error says, if it is that disk or memory are used up; any other is raised again."""
    if isinstance(error, MachineError) or is_exhausted(error):
        return Exhausted(exhausted_line(error) or str(error), memory=lacks_memory(error))
    raise error
