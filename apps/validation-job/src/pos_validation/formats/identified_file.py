"""What a file turns out to be: its format and compression, whatever its name says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_validation.findings.limits import refuse_bytes_above
from pos_validation.formats.csv_file import examine_csv
from pos_validation.formats.foreign import foreign_kind
from pos_validation.formats.formats import examine_json_lines, examine_parquet
from pos_validation.formats.known_formats import content_format, identify, misnamed, named_format
from pos_validation.formats.source import ENCRYPTED_MAGIC, PARQUET_MAGIC

if TYPE_CHECKING:
    from pathlib import Path

    from pos_job_runtime.generated.documents import Compression, FileFormat
    from pos_validation.evaluation.file_evaluation import FileEvaluation
    from pos_validation.findings.findings import RowCounts
    from pos_validation.formats.source import SourceFile


class IdentifiedFile:
    """What a file turned out to be, as far as that is known."""

    def __init__(self, name: str, path: Path, *, size: int) -> None:
        self._name = name
        self._path = path
        self._size = size
        self.format: FileFormat | None = named_format(name)
        self.compression: Compression = "none"

    def examine(self, evaluation: FileEvaluation) -> RowCounts:
        """Find out what the file is, and read it as that."""
        policies = evaluation.plan.policies
        refuse_bytes_above(policies.largest_file.plain, self._size, evaluation.findings)
        largest = policies.largest_file.decompressed
        source = identify(name=self._name, path=self._path, largest=largest, findings=evaluation.findings)
        self.compression = source.compression
        if source.compression == "gzip":
            refuse_bytes_above(policies.largest_file.gzip, self._size, evaluation.findings)
        head = source.head()
        if not head:
            raise evaluation.findings.reject("empty_file", detail="it has no bytes once decompressed")
        if self.format != "parquet" or not head.startswith((PARQUET_MAGIC, ENCRYPTED_MAGIC)):
            self._refuse_foreign(head, evaluation)
        if self.format is None:
            self.format = content_format(head, [column.name for column in evaluation.plan.columns])
        return self._read(source, head, evaluation)

    def _read(self, source: SourceFile, head: bytes, evaluation: FileEvaluation) -> RowCounts:
        if self.format == "csv":
            return examine_csv(source, head, evaluation)
        if self.format == "jsonl":
            return examine_json_lines(source, head, evaluation)
        if self.format == "parquet":
            return examine_parquet(source, evaluation)
        if not head.strip():
            raise evaluation.findings.reject("empty_file", detail="it has only white space")
        raise evaluation.findings.reject("unsupported_format", detail="it is not CSV, JSON lines or Parquet")

    def _refuse_foreign(self, head: bytes, evaluation: FileEvaluation) -> None:
        kind = foreign_kind(head) or misnamed(head, self.format)
        if kind is not None:
            raise evaluation.findings.reject("unsupported_format", detail=f"it is {kind}")
        if not head.strip(b"\0"):
            raise evaluation.findings.reject("unreadable", detail="it has only zero bytes where its content should be")
