"""Rows of a CSV file that were read with types and may be wrong, as they were sent: no more of the file than that.

That a row is a line is not taken for granted: polars reads empty lines as rows of nulls and pads short rows with nulls.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from pos_validation.formats.source import UTF8_BOM, count_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import polars as pl

    from pos_validation.formats.csv_typed import TypedReader

# Where more than one in so many rows is asked for, it costs less to read them all.
SPARSE = 8
# A row with so many before it is far.
FAR = 20_000


class UnprovenRows:
    """Those of a plain file, or of a block without quotes."""

    def __init__(
        self, typed: TypedReader, source: Path | bytes, frame: pl.DataFrame, lines: Callable[[], Iterable[bytes]]
    ) -> None:
        """`frame` has all rows of the source with types, `lines` gives its lines, some at a time."""
        self._typed = typed
        self._source = source
        self._lines = lines
        self._rows = frame.height
        # Whether every row has its last cell, which a short one lacks, whatever else it lacks.
        self._whole = frame[typed.last].null_count() == 0
        self._are_lines: bool | None = None

    def cells(self, rows: pl.Series, names: Sequence[str]) -> pl.DataFrame | None:
        """Some columns of some rows, by their indices in ascending order; None if these are not surely rows."""
        # Quoted cells may be empty without being null.
        if isinstance(self._source, bytes) and b'"' in self._source:
            return None
        if len(rows) * SPARSE <= self._rows:
            return self._few(rows.to_list(), names)
        if not (self._whole and self._each_is_a_line()):
            return None
        cells = self._typed.unquoted(self._source, names)
        if cells is None or cells.height != self._rows:
            return None
        return cells if len(rows) == self._rows else cells[rows]

    def far(self, rows: Sequence[int], names: Sequence[str]) -> pl.DataFrame | None:
        """The same, of a few rows; None as well if it costs less to read all rows up to the last of these."""
        return self._few(rows, names) if rows[-1] >= FAR else None

    def _few(self, rows: Sequence[int], names: Sequence[str]) -> pl.DataFrame | None:
        found, count = lines_at(self._lines(), rows)
        # What looks like a byte order mark would be dropped now that it stands first.
        if count != self._rows or found.startswith(UTF8_BOM):
            return None
        last = self._typed.last
        cells = self._typed.unquoted(found, [*names, *([last] if last not in names else [])])
        if cells is None or cells.height != len(rows) or cells[last].null_count():
            return None
        return cells.select(names)

    def _each_is_a_line(self) -> bool:
        if self._are_lines is None:
            self._are_lines = self._rows == sum(map(count_lines, self._lines()))
        return self._are_lines


def lines_at(pieces: Iterable[bytes], rows: Sequence[int]) -> tuple[bytes, int]:
    """Some of the lines of pieces that are whole lines, by their indices in ascending order; and how many there are."""
    found: list[bytes] = []
    count = 0
    for piece in pieces:
        begun, count = count, count + count_lines(piece)
        here = rows[len(found) : bisect_left(rows, count, len(found))]
        if here:
            lines = piece.split(b"\n")
            found += [lines[row - begun] for row in here]
    return b"\n".join([*found, b""]), count
