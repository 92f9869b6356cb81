"""Rows as they were sent: cells as text with their line numbers, kept where DuckDB can read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pos_validation.formats.leniency import SCALAR, Leniencies
from pos_validation.formats.reader import LINE, WRONG

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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
        self.rows = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Add rows; a column that the frame lacks is missing in all of them."""
        if frame.is_empty():
            return
        self.rows += frame.height
        present = set(frame.columns)
        self._held.append(
            frame.select(
                pl.col(LINE).cast(pl.Int64),
                *(_or(name, present, pl.lit(None, pl.String)) for name in self._columns),
                *(_or(name, present, pl.lit(False)) for name in self._flags),
            )
        )
        if sum(held.estimated_size() for held in self._held) > HELD_BYTES:
            self._write()

    def files(self) -> Sequence[Path]:
        """The Parquet files that hold all rows; at least one, even without rows."""
        if self._held or not self._files:
            self._write()
        return self._files

    def discard(self) -> None:
        """Forget the rows."""
        for path in self._files:
            path.unlink(missing_ok=True)
        self._held, self._files, self.rows = [], [], 0

    def _write(self) -> None:
        path = self._temporary("raw.parquet")
        frame = pl.concat(self._held) if self._held else self._empty()
        frame.write_parquet(path, compression="lz4", statistics=False)
        self._files.append(path)
        self._held = []

    def _empty(self) -> pl.DataFrame:
        schema: dict[str, type[pl.DataType]] = {LINE: pl.Int64}
        schema.update(dict.fromkeys(self._columns, pl.String))
        schema.update(dict.fromkeys(self._flags, pl.Boolean))
        return pl.DataFrame(schema=schema)


def _or(name: str, present: set[str], default: pl.Expr) -> pl.Expr:
    return pl.col(name) if name in present else default.alias(name)
