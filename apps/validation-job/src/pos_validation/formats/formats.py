"""JSON lines and Parquet: frames are proven, or kept as they were sent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pos_validation.evaluation.raw_rows import LINE
from pos_validation.formats import json_rows
from pos_validation.formats.csv_file import counting_from
from pos_validation.formats.parquet_rows import ParquetFile
from pos_validation.formats.text import check_encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import polars as pl

    from pos_validation.evaluation.file_evaluation import FileEvaluation
    from pos_validation.findings.findings import RowCounts
    from pos_validation.formats.source import SourceFile

# What can't be proven of a slice is looked for in pieces of this many rows.
PIECE = 50_000


def examine_json_lines(source: SourceFile, head: bytes, evaluation: FileEvaluation) -> RowCounts:
    """JSON lines: the text cells are there once the lines are parsed, so that proving only adds casts."""
    check_encoding(head, [column.name for column in evaluation.plan.columns], evaluation.findings)

    def read() -> int:
        broken = 0
        for frame, unread in json_rows.read_frames(source, plan=evaluation.plan, findings=evaluation.findings):
            broken += unread
            if not frame.is_empty():
                typed = json_rows.typed(frame, evaluation.proof) if evaluation.try_fast else None
                sent = partial(_rows_of, frame)
                if typed is None or not evaluation.prove(typed, lines=_lines_of(frame), sent=sent):
                    evaluation.keep(frame)
        return broken

    return evaluation.validate(read)


def examine_parquet(source: SourceFile, evaluation: FileEvaluation) -> RowCounts:
    """Parquet: proven if casting changes no value, else evaluated as text."""
    if source.compression == "none":
        return _parquet(source.path, evaluation)
    unpacked = evaluation.evaluators.temporary("unpacked.parquet")
    try:
        with source.open() as stream, unpacked.open("wb") as file:
            while block := stream.read(1 << 22):
                file.write(block)
        return _parquet(unpacked, evaluation)
    finally:
        unpacked.unlink(missing_ok=True)


def _parquet(path: Path, evaluation: FileEvaluation) -> RowCounts:
    file = ParquetFile(
        path, plan=evaluation.plan, findings=evaluation.findings, temporary=evaluation.evaluators.temporary
    )

    def read() -> int:
        for frame, first in file.slices():
            if _proven(file, frame, first, evaluation):
                continue
            for start in range(0, frame.height, PIECE):
                piece = frame.slice(start, PIECE)
                if piece.height == frame.height or not _proven(file, piece, first + start, evaluation):
                    evaluation.keep(file.raw(piece, first + start))
        return 0

    return evaluation.validate(read)


def _proven(file: ParquetFile, frame: pl.DataFrame, first: int, evaluation: FileEvaluation) -> bool:
    typed = file.typed(frame, evaluation.proof) if evaluation.try_fast else None
    sent = partial(_parquet_cells, file, frame)
    return typed is not None and evaluation.prove(typed, lines=counting_from(first), sent=sent)


def _parquet_cells(file: ParquetFile, frame: pl.DataFrame, rows: Sequence[int]) -> pl.DataFrame:
    return file.raw(frame[list(rows)], 0)


def _rows_of(frame: pl.DataFrame, rows: Sequence[int]) -> pl.DataFrame:
    return frame[list(rows)]


def _lines_of(frame: pl.DataFrame) -> Callable[[int], int]:
    lines = frame[LINE]
    return lambda row: int(lines[row])
