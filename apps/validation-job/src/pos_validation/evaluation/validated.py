"""The valid rows of a file, on their way into Parquet: one file, and parts where many rows are on one date."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Protocol

import polars as pl

from pos_validation.evaluation.part_names import part_of
from pos_validation.evaluation.parts import ROWS_OF_A_PART, DatedParts

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

    @property
    def parts(self) -> int:
        """How many parts `write` has written."""

    def write(self, path: Path) -> None:
        """Write all rows, in their order, to `path` and, where they have parts, to `part_of` it, and forget them."""

    def clear(self) -> None:
        """Forget what was added."""


class NoRows:
    """For a check that only wants verdicts."""

    wanted = False
    parts = 0

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
        self._parts = DatedParts.of(plan)
        self._folder = folder
        self._name = name
        self._held: list[pl.DataFrame] = []
        self._files: list[Path] = []
        self._dated: list[Path] = []
        self.parts = 0

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
        for path in [*self._files, *self._dated]:
            path.unlink(missing_ok=True)
        self._held, self._files, self._dated = [], [], []

    def write(self, path: Path) -> None:
        others = self._others()
        if self._files and not others.is_empty():
            self._keep(others)
        if not self._files:
            write_rows(others, path)
        elif len(self._files) == 1:
            self._files[0].replace(path)
        else:
            pl.scan_parquet(self._files).sink_parquet(
                path, compression="snappy", statistics=True, row_group_size=ROWS_PER_GROUP
            )
        self.parts = len(self._dated)
        for number, part in enumerate(self._dated):
            part.replace(part_of(path, number))
        self.clear()

    def taken(self) -> pl.DataFrame:
        """The rows of a small file, which are forgotten here: somebody else writes them."""
        (held,), self._held = self._held, []
        return held

    def _spill(self) -> None:
        others = self._others()
        if others.height * 2 > ROWS_IN_MEMORY:
            self._keep(others)
        elif not others.is_empty():
            self._held = [others]

    def _keep(self, frame: pl.DataFrame) -> None:
        path = self._folder / f"{self._name}-{len(self._files):05d}.parquet"
        write_rows(frame, path)
        self._files.append(path)

    def _others(self) -> pl.DataFrame:
        """What is held but for the rows of dates that have many, which are written: each date's to a part."""
        held = pl.concat(self._held) if self._held else pl.DataFrame(schema=self._schema)
        self._held = []
        if self._parts is None or held.height < ROWS_OF_A_PART:
            return held
        dates, others = self._parts.divided(held)
        for rows in dates:
            path = self._folder / f"{self._name}-part-{len(self._dated):05d}.parquet"
            self._parts.write(rows, path)
            self._dated.append(path)
        return others


def write_rows(frame: pl.DataFrame, path: Path) -> None:
    """Write validated rows to `path`."""
    # Who loads many rows asks first between which values their keys are.
    many = frame.height >= ROWS_PER_GROUP
    frame.write_parquet(path, compression="snappy", statistics=many, row_group_size=ROWS_PER_GROUP)


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
