"""Parquet: proven if casting changes no value, else evaluated as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_validation.formats.parquet_rows import ParquetFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import polars as pl

    from pos_validation.formats.reader import OpenedFile, Reader, Rows, TypedSchema

# What can't be proven of a slice is looked for in pieces of this many rows.
PIECE = 50_000


def open_file(file: OpenedFile) -> Reader:
    """The file's reader."""
    return _Parquet(file)


class _Parquet:
    broken = 0

    def __init__(self, file: OpenedFile) -> None:
        self._schema = file.schema
        self._file = ParquetFile(
            _plain(file),
            plan=file.plan,
            findings=file.findings,
            temporary=file.temporary,
            leniency=file.leniency,
        )

    def frames(self, *, typed: bool) -> Iterator[Rows]:
        for frame, first in self._file.slices():
            yield _Slice(self._file, self._schema, frame, first)


class _Slice:
    """Some rows, as they are stored."""

    def __init__(self, file: ParquetFile, schema: TypedSchema, frame: pl.DataFrame, first: int) -> None:
        self.alone = frame.height == file.rows
        self._file = file
        self._schema = schema
        self._frame = frame
        self._first = first

    def typed(self) -> pl.DataFrame | None:
        return self._file.typed(self._frame, self._schema)

    def sent(self, rows: Sequence[int]) -> pl.DataFrame:
        return self._file.raw(self._frame[list(rows)], 0)

    def line(self, row: int) -> int:
        return self._first + row

    def unproven(self, rows: pl.Series) -> pl.DataFrame | None:
        return None

    def closer(self) -> Iterator[Rows]:
        if self._frame.height <= PIECE:
            yield self._file.raw(self._frame, self._first)
            return
        for start in range(0, self._frame.height, PIECE):
            yield _Slice(self._file, self._schema, self._frame.slice(start, PIECE), self._first + start)


def _plain(file: OpenedFile) -> Path:
    """The file without compression: its end is read first."""
    if file.source.compression == "none":
        return file.source.path
    unpacked = file.temporary("unpacked.parquet")
    with file.source.open() as stream, unpacked.open("wb") as target:
        while block := stream.read(1 << 22):
            target.write(block)
    return unpacked
