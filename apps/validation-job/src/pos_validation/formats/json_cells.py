"""Blocks of JSON lines of one shape, cut at their commas: that takes less time than an expression for whole lines.

Each cell is then checked by itself. A block in which one line has another shape, or a text has a comma, is not read so.
No text has a quote in it, so that a name and its value can't be part of one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from msgspec import Struct

from pos_validation.formats.csv_rows import crs_end_lines
from pos_validation.formats.source import UTF8_BOM, count_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

# After so many blocks that were not alike, no more are tried.
MOST_FAILURES = 3
# A column beside the rows' own: whether all lines have the shape.
MATCH = "__match"


class Member(Struct, frozen=True):
    """A name and its value in a shape.

    `before` is what stands before the value, from the brace or behind the comma; `end` what stands behind it, if
    anything; `pattern` is an expression for the value. `column`: the plan's, if it has one of this name; `text`:
    whether its values have quotes around them.
    """

    before: str
    pattern: str
    end: str
    column: str | None
    text: bool

    def matches(self, cell: pl.Expr) -> pl.Expr:
        """Whether all cells are this name with a value of its own."""
        right = cell.str.starts_with(self.before) & self._written(cell).str.contains(self.pattern)
        # An empty cell is null.
        return (right & cell.str.ends_with(self.end) if self.end else right).all(ignore_nulls=False)

    def value(self, cell: pl.Expr) -> pl.Expr:
        """The text of the value in each cell, if all match."""
        written = self._written(cell)
        return pl.when(written != "null").then(written.str.strip_chars('"') if self.text else written)

    def _written(self, cell: pl.Expr) -> pl.Expr:
        written = cell.str.strip_prefix(self.before)
        return written.str.strip_suffix(self.end) if self.end else written


class AlikeCells:
    """Splits blocks all of whose lines have one shape."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._schema = {str(at): pl.String() for at in range(len(members))}
        cells = [(pl.col(name), member) for name, member in zip(self._schema, members)]
        self._match = pl.all_horizontal(member.matches(cell) for cell, member in cells).alias(MATCH)
        self.values = {member.column: member.value(cell) for cell, member in cells if member.column is not None}
        self._failures = 0

    def select(self, block: bytes, rows: Sequence[pl.Expr]) -> pl.DataFrame | None:
        """Rows of a block, made from `values`; None if it is not sure that all lines have the shape."""
        if self._failures >= MOST_FAILURES:
            return None
        found = self._select(block, rows)
        self._failures += found is None
        return found

    def _select(self, block: bytes, rows: Sequence[pl.Expr]) -> pl.DataFrame | None:
        # What looks like a byte order mark would be left out, and so would a CR behind a value.
        if not block or block.startswith(UTF8_BOM) or not crs_end_lines(block):
            return None
        cells = pl.scan_csv(block, has_header=False, separator=",", quote_char=None, schema=self._schema)
        try:
            # One query: cells that are not kept take no memory.
            found = cells.select(*rows, self._match).collect()
        except pl.exceptions.PolarsError:
            return None
        return found if found.height == count_lines(block) and found.drop_in_place(MATCH)[0] else None
