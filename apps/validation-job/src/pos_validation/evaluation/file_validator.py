"""From a file on this machine to its verdict."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import polars as pl

from pos_job_runtime.errors import MachineError
from pos_job_runtime.exhausted import is_exhausted
from pos_validation.evaluation.evaluators import Evaluators
from pos_validation.evaluation.file_evaluation import FileEvaluation
from pos_validation.evaluation.together import SmallFile, prove_together
from pos_validation.findings.findings import FileRejectedError, FileVerdict, Findings, RowCounts
from pos_validation.formats.identified_file import IdentifiedFile
from pos_validation.formats.leniency import Leniencies
from pos_validation.formats.reader import ReadsTogether
from pos_validation.formats.source import HEAD, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pos_job_runtime.generated.documents import Verdict
    from pos_job_runtime.plan import Plan
    from pos_validation.evaluation.together import ProvenFile
    from pos_validation.evaluation.validated import FileRows


class FileValidator:
    """Validates one file after another by one plan. One file's trouble never reaches the next."""

    def __init__(
        self,
        plan: Plan,
        *,
        event_time: float,
        folder: Path,
        unforeseen: Callable[[str, BaseException], None],
        always_exact: bool = False,
        exact_memory: int | None = None,
    ) -> None:
        """`event_time` is in epoch seconds; `folder` is for temporary files; `unforeseen` is told of a file's name and
        the exception that no one thought of; `exact_memory` is what the exact evaluation may take, in bytes."""
        self._plan = plan
        self._unforeseen = unforeseen
        self._leniencies = Leniencies(plan)
        self._evaluators = Evaluators(
            plan, event_time=event_time, folder=folder, always_exact=always_exact, exact_memory=exact_memory
        )

    def prove(self, files: Sequence[tuple[str, Path, int]], *, wanted: bool) -> Mapping[int, ProvenFile]:
        """Those of several files (name, path and size) that can be proven clean at one go, by their places.

        `validate` says the same of each, only slower. `wanted`: whether rows are to be produced at all.
        """
        if not self._evaluators.may_prove:
            return {}
        small = [file for place, one in enumerate(files) if (file := self._small(place, *one)) is not None]
        return {one.place: one for one in prove_together(self._evaluators.proof, small, wanted=wanted)}

    def _small(self, place: int, name: str, path: Path, size: int) -> SmallFile | None:
        """The file, if it may be proven together with others. Why it may not is for `validate` to find."""
        file = IdentifiedFile(name, path, size=size)
        if not file.together or size >= HEAD:
            return None
        findings = Findings(self._plan)
        try:
            reader = file.open(
                self._plan,
                self._evaluators.proof.schema,
                leniencies=self._leniencies,
                findings=findings,
                temporary=self._evaluators.temporary,
            )
        except (FileRejectedError, UnreadableError, OSError):
            return None
        rows = reader.plain_rows() if isinstance(reader, ReadsTogether) else None
        return None if rows is None else SmallFile(place, file, findings, rows)

    def validate(
        self,
        *,
        name: str,
        path: Path,
        rows: FileRows,
        validated: Path | None = None,
        quarantine: Path | None = None,
        size: int | None = None,
        proven: ProvenFile | None = None,
    ) -> FileVerdict:
        """The verdict on the file called `name` whose bytes are at `path`.

        `size` is its size in bytes where that is known: a file that is too large need not be at `path`. `proven` is
        what `prove` said of it. If the file is valid, `rows` then has its good rows, unless they are written to
        `validated`; and the bad ones that the plan's tolerance let pass are written to `quarantine`. Raises
        `MachineError` when disk or memory are used up.
        """
        if proven is None:
            findings = Findings(self._plan)
            file = IdentifiedFile(name, path, size=_size(path) if size is None else size)
        else:
            file, findings = proven.file, proven.findings
        evaluation = FileEvaluation(self._evaluators, findings, rows)
        valid = False
        try:
            if proven is None:
                reader = file.open(
                    self._plan,
                    self._evaluators.proof.schema,
                    leniencies=self._leniencies,
                    findings=findings,
                    temporary=evaluation.temporary,
                )
                counts = evaluation.validate(reader, leniency=file.leniency)
            else:
                counts = evaluation.take_over(proven)
            valid = evaluation.acceptable(counts)
            if valid:
                self._write(rows, counts, validated=validated, quarantine=quarantine)
        except FileRejectedError:
            counts = RowCounts()
        except UnreadableError as error:
            findings, counts = self._unreadable(str(error))
        except (Exception, pl.exceptions.PanicException) as error:
            valid = False
            if is_exhausted(error):
                # Not the file's fault: whoever is good must not be rejected for it.
                raise MachineError.by(error) from error
            trouble = _trouble(path) if isinstance(error, OSError) else None
            if trouble is None and isinstance(error, OSError) and error.errno == errno.EIO:
                raise MachineError.by(error) from error
            if trouble is None:
                self._unforeseen(name, error)
                kind = type(error).__name__
                trouble = f"reading it failed in a way that nobody foresaw ({kind}); the job's log has the details"
            findings, counts = self._unreadable(trouble)
        finally:
            evaluation.discard()
        if not valid:
            rows.clear()
        verdict: Verdict = "valid" if valid else "rejected"
        return FileVerdict(verdict, file.format, file.compression, counts, findings.reasons())

    def _write(self, rows: FileRows, counts: RowCounts, *, validated: Path | None, quarantine: Path | None) -> None:
        if validated is not None:
            rows.write(validated)
        if counts.invalid and quarantine is not None:
            self._evaluators.exact().write_bad(quarantine)

    def _unreadable(self, detail: str) -> tuple[Findings, RowCounts]:
        findings = Findings(self._plan)
        findings.add("unreadable", detail=detail)
        return findings, RowCounts()


def _size(path: Path) -> int:
    """The file's size in bytes; of one that is gone, reading will tell."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _trouble(path: Path) -> str | None:
    """Why the file at `path` can't be read; None if it can."""
    try:
        with path.open("rb", buffering=0) as file:
            while file.read(1 << 20):
                pass
    except OSError as error:
        return error.strerror or str(error)
    return None
