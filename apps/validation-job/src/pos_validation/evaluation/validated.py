"""The valid rows of a file, on their way into one Parquet file."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Protocol

import polars as pl

if TYPE_CHECKING:
    from pathlib import Path

    from pos_job_runtime.plan import Plan

# Beyond this many rows a file's earlier blocks wait on disk.
ROWS_IN_MEMORY = 1_500_000
# Groups of this size are written in parallel, and read in parallel again.
ROWS_PER_GROUP = 250_000


class FileRows(Protocol):
    """Where one file's valid rows go. Nothing counts before the file's verdict does."""

    @property
    def wanted(self) -> bool:
        """Whether rows are to be produced at all."""

    def add(self, frame: pl.DataFrame) -> None:
        """Rows in the plan's validated columns."""

    def adopt(self, path: Path) -> None:
        """A Parquet file of rows in the plan's validated columns."""

    def write(self, path: Path) -> None:
        """Write all rows to `path`, in their order, and forget them."""

    def clear(self) -> None:
        """Forget what was added."""


class NoRows:
    """For a check that only wants verdicts."""

    wanted = False

    def add(self, frame: pl.DataFrame) -> None:
        raise AssertionError("rows are not wanted")

    def adopt(self, path: Path) -> None:
        raise AssertionError("rows are not wanted")

    def write(self, path: Path) -> None:
        raise AssertionError("rows are not wanted")

    def clear(self) -> None:
        return


class StagedRows:
    """One file's valid rows: in memory, or in files when they are many."""

    wanted = True

    def __init__(self, plan: Plan, folder: Path, *, name: str) -> None:
        self._schema = {column.name: polars_type(column.type) for column in plan.exact.columns}
        self._folder = folder
        self._name = name
        self._held: list[pl.DataFrame] = []
        self._files: list[Path] = []

    def add(self, frame: pl.DataFrame) -> None:
        if frame.columns != [*self._schema] or frame.dtypes != [*self._schema.values()]:
            frame = frame.select(pl.col(name).cast(dtype) for name, dtype in self._schema.items())
        self._held.append(frame)
        # The block at hand stays in memory: a file of one block is the usual case.
        if len(self._held) > 1 and sum(held.height for held in self._held) > ROWS_IN_MEMORY:
            self._spill()

    def adopt(self, path: Path) -> None:
        self._files.append(path)

    def clear(self) -> None:
        for path in self._files:
            path.unlink(missing_ok=True)
        self._held, self._files = [], []

    def write(self, path: Path) -> None:
        if self._files and self._held:
            self._spill()
        if not self._files:
            _write(pl.concat(self._held), path)
        elif len(self._files) == 1:
            self._files[0].replace(path)
        else:
            pl.scan_parquet(self._files).sink_parquet(
                path, compression="snappy", statistics=False, row_group_size=ROWS_PER_GROUP
            )
        self.clear()

    def _spill(self) -> None:
        path = self._folder / f"{self._name}-{len(self._files):05d}.parquet"
        _write(pl.concat(self._held), path)
        self._files.append(path)
        self._held = []


def _write(frame: pl.DataFrame, path: Path) -> None:
    frame.write_parquet(path, compression="snappy", statistics=False, row_group_size=ROWS_PER_GROUP)


@cache
def polars_type(name: str) -> pl.DataType:
    """polars' type for one of DuckDB's that validated columns have."""
    decimal = re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", name)
    if decimal is not None:
        return pl.Decimal(int(decimal.group(1)), int(decimal.group(2)))
    return {
        "VARCHAR": pl.String(),
        "BIGINT": pl.Int64(),
        "DOUBLE": pl.Float64(),
        "BOOLEAN": pl.Boolean(),
        "DATE": pl.Date(),
    }[name]
