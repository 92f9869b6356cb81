"""Rows as they were sent: cells as text with their line numbers, kept where DuckDB can read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pos_validation.evaluation.sql_text import literal, quoted
from pos_validation.formats.leniency import SCALAR, Leniencies
from pos_validation.formats.reader import LINE, WRONG

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pos_job_runtime.plan import Plan

# Rows gather in memory up to this many bytes before they go to a file.
HELD_BYTES = 64 << 20


class RawRows:
    """The table `raw` of the exact plan: `line`, every column of the plan as text (null = missing), and for each
    `<column>__wrong`: whether a typed source (JSON, Parquet) held another type."""

    def __init__(self, plan: Plan, *, temporary: Callable[[str], Path]) -> None:
        self._columns = [column.name for column in plan.columns]
        self._flags = [
            *(name + WRONG for name in self._columns),
            *(name + SCALAR for name in Leniencies(plan).scalars),
        ]
        self._temporary = temporary
        self._held: list[pl.DataFrame] = []
        self._files: list[Path] = []
        self._present: set[str] = set()
        self.rows = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Add rows; a column that the frame lacks is missing in all of them."""
        if frame.is_empty():
            return
        self.rows += frame.height
        # What no row has is not written: DuckDB adds it for less.
        present = [name for name in (*self._columns, *self._flags) if name in frame.columns]
        self._present.update(present)
        self._held.append(frame.select(pl.col(LINE).cast(pl.Int64), *present))
        if sum(held.estimated_size() for held in self._held) > HELD_BYTES:
            self._write()

    def relation(self) -> str:
        """The table, as a SELECT of DuckDB."""
        if self._held or not self._files:
            self._write()
        columns = (self._column(name, "CAST(NULL AS VARCHAR)", quoted(name)) for name in self._columns)
        flags = (self._column(name, "false", f"coalesce({quoted(name)}, false)") for name in self._flags)
        files = ", ".join(literal(path) for path in self._files)
        return f"SELECT {', '.join([LINE, *columns, *flags])} FROM read_parquet([{files}], union_by_name = true)"

    def discard(self) -> None:
        """Forget the rows."""
        for path in self._files:
            path.unlink(missing_ok=True)
        self._held, self._files, self.rows = [], [], 0
        self._present = set()

    def _write(self) -> None:
        path = self._temporary("raw.parquet")
        frame = pl.concat(self._held, how="diagonal") if self._held else pl.DataFrame(schema={LINE: pl.Int64})
        frame.write_parquet(path, compression="lz4", statistics=False)
        self._files.append(path)
        self._held = []

    def _column(self, name: str, absent: str, present: str) -> str:
        return f"{present if name in self._present else absent} AS {quoted(name)}"
