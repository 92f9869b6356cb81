"""The readers: each takes a file of its format to the counts of its rows. All raise `FileRejectedError` and
`UnreadableError` as `judge` expects."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pos_validation import csv_proof, csv_rows, json_rows
from pos_validation.csv_header import read_header
from pos_validation.csv_proof import counting_from
from pos_validation.parquet_rows import ParquetFile
from pos_validation.raw_rows import LINE
from pos_validation.text import check_encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import polars as pl

    from pos_validation.context import Case
    from pos_validation.findings import RowCounts
    from pos_validation.source import SourceFile


def examine_csv(source: SourceFile, head: bytes, case: Case) -> RowCounts:
    """CSV: prove it by a typed read, else tokenise and evaluate it."""
    check_encoding(head, case.findings)
    header = read_header(head, plan=case.plan, findings=case.findings)
    if case.try_fast:
        proof = case.file_proof()
        if csv_proof.prove(source, header, proof=case.proof, into=proof):
            counts = proof.conclude(case.findings)
            if counts is not None:
                return counts
    broken = csv_rows.read_rows(source, header, plan=case.plan, findings=case.findings, into=case.raw)
    if case.raw.rows + broken == 0:
        raise case.findings.reject("no_rows", line=1)
    return case.evaluate_raw(broken=broken)


def examine_json_lines(source: SourceFile, head: bytes, case: Case) -> RowCounts:
    """JSON lines: the text cells are there once the lines are parsed, so that proving only adds casts."""
    check_encoding(head, case.findings)
    proof, proving, broken = case.file_proof(), case.try_fast, 0
    for frame, unread in json_rows.read_frames(source, plan=case.plan, findings=case.findings):
        broken += unread
        case.raw.add(frame)
        if proving and not frame.is_empty():
            typed = None if broken else json_rows.typed(frame, case.proof)
            proving = typed is not None and proof.accepts(
                typed, alone=False, lines=_lines_of(frame), sent=partial(_rows_of, frame)
            )
    counts = proof.conclude(case.findings) if proving and not broken else None
    return counts or case.evaluate_raw(broken=broken)


def examine_parquet(source: SourceFile, case: Case) -> RowCounts:
    """Parquet: prove it if casting changes no value, else evaluate its cells as text."""
    if source.compression == "none":
        return _parquet(source.path, case)
    unpacked = case.engines.temporary("unpacked.parquet")
    try:
        with source.open() as stream, unpacked.open("wb") as file:
            while block := stream.read(1 << 22):
                file.write(block)
        return _parquet(unpacked, case)
    finally:
        unpacked.unlink(missing_ok=True)


def _parquet(path: Path, case: Case) -> RowCounts:
    file = ParquetFile(path, plan=case.plan, findings=case.findings)
    counts = _prove_parquet(file, case) if case.try_fast else None
    if counts is not None:
        return counts
    for frame, first in file.slices():
        case.raw.add(file.raw(frame, first))
    return case.evaluate_raw(broken=0)


def _prove_parquet(file: ParquetFile, case: Case) -> RowCounts | None:
    proof = case.file_proof()
    for frame, first in file.slices():
        typed = file.typed(frame, case.proof)
        alone = frame.height == file.rows
        sent = partial(_parquet_cells, file, frame)
        if typed is None or not proof.accepts(typed, alone=alone, lines=counting_from(first), sent=sent):
            return None
    return proof.conclude(case.findings)


def _parquet_cells(file: ParquetFile, frame: pl.DataFrame, rows: Sequence[int]) -> pl.DataFrame:
    return file.raw(frame[list(rows)], 0)


def _rows_of(frame: pl.DataFrame, rows: Sequence[int]) -> pl.DataFrame:
    return frame[list(rows)]


def _lines_of(frame: pl.DataFrame) -> Callable[[int], int]:
    lines = frame[LINE]
    return lambda row: int(lines[row])
