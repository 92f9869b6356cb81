"""Feather (Arrow IPC), which the job does not read by itself: what `docs/adding-a-format.md` shows."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import polars as pl

from pos_validation.findings.findings import FileRejectedError
from pos_validation.formats.names import check_names
from pos_validation.formats.reader import LINE
from pos_validation.formats.source import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pos_validation.formats.reader import OpenedFile, Reader, Rows, TypedSchema

SLICE = 50_000


def open_file(file: OpenedFile) -> Reader:
    """The file's reader, once names and types are known to be what the plan asks for."""
    frame = _read(file)
    check_names(frame.columns, line=None, plan=file.plan, findings=file.findings)
    types = {name: dtype for name, dtype in file.schema.types.items() if name in frame.columns}
    wrong = [name for name, dtype in types.items() if frame.schema[name] not in (dtype, pl.Null())]
    for name in wrong:
        file.findings.add("wrong_column_type", column=name, value=str(frame.schema[name]), detail=str(types[name]))
    if wrong:
        raise FileRejectedError("wrong_column_type")
    return _Feather(frame.select(list(types)), file.schema)


class _Feather:
    # Every row of a Feather file is one.
    broken = 0

    def __init__(self, frame: pl.DataFrame, schema: TypedSchema) -> None:
        self._frame = frame
        self._schema = schema

    def frames(self, *, typed: bool) -> Iterator[Rows]:
        for start in range(0, self._frame.height, SLICE):
            yield _Slice(self._frame.slice(start, SLICE), self._schema, first=start + 1)


class _Slice:
    alone = False

    def __init__(self, frame: pl.DataFrame, schema: TypedSchema, *, first: int) -> None:
        self._frame = frame
        self._schema = schema
        self._first = first

    def typed(self) -> pl.DataFrame | None:
        present = self._frame.columns
        return self._frame.select(
            (pl.col(name) if name in present else pl.lit(None)).cast(dtype).alias(name)
            for name, dtype in self._schema.types.items()
        )

    def sent(self, rows: Sequence[int]) -> pl.DataFrame:
        return self._frame[list(rows)].cast(pl.String)

    def line(self, row: int) -> int:
        return self._first + row

    def unproven(self, rows: pl.Series) -> pl.DataFrame | None:
        return None

    def closer(self) -> Iterator[Rows]:
        yield self._frame.cast(pl.String).with_row_index(LINE, self._first)


def _read(file: OpenedFile) -> pl.DataFrame:
    held = io.BytesIO()
    with file.source.open() as stream:
        while block := stream.read(1 << 22):
            held.write(block)
    held.seek(0)
    try:
        return pl.read_ipc(held)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise UnreadableError("its content is not Feather, or it is damaged") from None
