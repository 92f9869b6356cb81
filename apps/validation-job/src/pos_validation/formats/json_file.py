"""JSON lines: the text cells are there once the lines are parsed, so that types only add casts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_validation.formats import json_rows
from pos_validation.formats.leniency import SCALAR
from pos_validation.formats.reader import LINE
from pos_validation.formats.text import check_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from pos_validation.formats.leniency import Leniency
    from pos_validation.formats.reader import OpenedFile, Reader, Rows, TypedSchema


def open_file(file: OpenedFile) -> Reader:
    """The file's reader."""
    check_encoding(file.head, [column.name for column in file.plan.columns], file.findings)
    return _JsonLines(file)


class _JsonLines:
    def __init__(self, file: OpenedFile) -> None:
        self._file = file
        self.broken = 0

    def frames(self, *, typed: bool) -> Iterator[Rows]:
        file = self._file
        self.broken = 0
        for frame, broken in json_rows.read_frames(
            file.source, plan=file.plan, findings=file.findings, leniency=file.leniency
        ):
            self.broken += broken
            if not frame.is_empty():
                yield _Block(frame, file.schema, file.leniency)


class _Block:
    """The rows of some lines, as they were sent."""

    alone = False

    def __init__(self, frame: pl.DataFrame, schema: TypedSchema, leniency: Leniency | None) -> None:
        self._leniency = leniency
        self._frame = frame
        self._schema = schema

    def typed(self) -> pl.DataFrame | None:
        return json_rows.typed(self._frame, self._schema, self._leniency)

    def sent(self, rows: Sequence[int]) -> pl.DataFrame:
        return self._frame[list(rows)]

    def line(self, row: int) -> int:
        return int(self._frame[LINE][row])

    def unproven(self, rows: pl.Series) -> pl.DataFrame | None:
        return self._frame[rows]

    def unproven_columns(self, rows: pl.Series, names: Sequence[str]) -> pl.DataFrame | None:
        # What could be read with types has no value of another type.
        cells = self._frame.select(cell for name in names for cell in (name, name + SCALAR) if cell in self._frame)
        return cells if len(rows) == cells.height else cells[rows]

    def closer(self) -> Iterator[Rows]:
        yield self._frame
