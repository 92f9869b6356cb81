"""From a file on this machine to its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pos_job_runtime.errors import MachineError, is_exhausted
from pos_validation.context import Case, Engines
from pos_validation.csv_file import examine_csv
from pos_validation.findings import FileRejectedError, Findings, Judgement, RowCounts
from pos_validation.formats import examine_json_lines, examine_parquet
from pos_validation.source import (
    GZIP_MAGIC,
    PARQUET_MAGIC,
    UnreadableError,
    content_format,
    foreign_kind,
    identify,
    named_format,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pos_job_runtime.plan import Plan
    from pos_validation.findings import Compression, Format, Verdict
    from pos_validation.source import SourceFile
    from pos_validation.validated import FileRows


class Judge:
    """Judges one file after another by one plan. One file's trouble never reaches the next."""

    def __init__(
        self,
        plan: Plan,
        *,
        event_time: float,
        folder: Path,
        unforeseen: Callable[[str, BaseException], None],
        always_exact: bool = False,
    ) -> None:
        """`event_time` is in epoch seconds; `folder` is for temporary files; `unforeseen` is told of a file's name and
        the exception that no one thought of."""
        self._plan = plan
        self._unforeseen = unforeseen
        self._engines = Engines(plan, event_time=event_time, folder=folder, always_exact=always_exact)

    def judge(
        self, *, name: str, path: Path, rows: FileRows, quarantine: Path | None = None, size: int | None = None
    ) -> Judgement:
        """The verdict on the file called `name` whose bytes are at `path`.

        `size` is its size in bytes where that is known: a file that is too large need not be at `path`. If it is valid,
        `rows` then has its good rows, and the bad ones that the plan's tolerance let pass are written to `quarantine`.
        Raises `MachineError` when disk or memory are used up.
        """
        findings = Findings(self._plan)
        file = _Identified(name, path, size=path.stat().st_size if size is None else size)
        case = Case(self._engines, findings, rows)
        try:
            counts = file.examine(case)
        except FileRejectedError:
            counts = RowCounts()
        except UnreadableError as error:
            findings, counts = self._unreadable(str(error))
        except (Exception, pl.exceptions.PanicException) as error:
            if is_exhausted(error):
                # Not the file's fault: whoever is good must not be rejected for it.
                raise MachineError.by(error) from error
            self._unforeseen(name, error)
            kind = type(error).__name__
            findings, counts = self._unreadable(
                f"reading it failed in a way that nobody foresaw ({kind}); the job's log has the details"
            )
        verdict: Verdict = "valid" if findings is case.findings and case.acceptable(counts) else "rejected"
        if verdict == "rejected":
            rows.clear()
        elif counts.invalid and quarantine is not None:
            self._engines.exact().write_bad(quarantine)
        case.discard()
        return Judgement(verdict, file.format, file.compression, counts, findings.reasons())

    def _unreadable(self, detail: str) -> tuple[Findings, RowCounts]:
        findings = Findings(self._plan)
        findings.add("unreadable", detail=detail)
        return findings, RowCounts()


class _Identified:
    """What a file turned out to be, as far as that is known."""

    def __init__(self, name: str, path: Path, *, size: int) -> None:
        self._name = name
        self._path = path
        self._size = size
        self.format: Format | None = named_format(name)
        self.compression: Compression = "none"

    def examine(self, case: Case) -> RowCounts:
        """Find out what the file is, and read it as that."""
        policies = case.plan.policies
        self._refuse_above(policies.largest_plain, case)
        source = identify(name=self._name, path=self._path, findings=case.findings)
        self.compression = source.compression
        if source.compression == "gzip":
            self._refuse_above(policies.largest_gzip, case)
        head = source.head()
        if not head:
            raise case.findings.reject("empty_file", detail="it has no bytes once decompressed")
        if self.format != "parquet":
            self._refuse_foreign(head, case)
        if self.format is None:
            self.format = content_format(head, [column.name for column in case.plan.columns])
        return self._read(source, head, case)

    def _read(self, source: SourceFile, head: bytes, case: Case) -> RowCounts:
        if self.format == "csv":
            return examine_csv(source, head, case)
        if self.format == "jsonl":
            return examine_json_lines(source, head, case)
        if self.format == "parquet":
            return examine_parquet(source, case)
        if not head.strip():
            raise case.findings.reject("empty_file", detail="it has only white space")
        raise case.findings.reject("unsupported_format", detail="it is not CSV, JSON lines or Parquet")

    def _refuse_above(self, limit: int, case: Case) -> None:
        if self._size > limit:
            raise case.findings.reject("file_too_large", value=in_words(self._size), detail=in_words(limit))

    def _refuse_foreign(self, head: bytes, case: Case) -> None:
        kind = foreign_kind(head)
        if kind is None and self.format is not None and head.startswith(PARQUET_MAGIC):
            kind = "Parquet under another name"
        if kind is None and head.startswith(GZIP_MAGIC):
            kind = "gzip within gzip"
        if kind is not None:
            raise case.findings.reject("unsupported_format", detail=f"it is {kind}")


def in_words(size: int) -> str:
    """A size in bytes as people say it."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "KB")):
        if size >= unit:
            return f"{size / unit:,.1f} {name}".replace(".0 ", " ")
    return f"{size} bytes"
