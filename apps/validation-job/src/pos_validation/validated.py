"""The valid rows, gathered into Parquet files of a good size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pos_job_runtime.plan import Plan

# Small files share a part until it has this many rows: a part each would cost every reader a request and a footer.
ROWS_PER_PART = 1_000_000
SOURCE_ORDER = "source_order"


class FileRows(Protocol):
    """Where one file's valid rows go. Nothing counts before the file's verdict does."""

    @property
    def wanted(self) -> bool:
        """Whether rows are to be produced at all."""

    def add(self, frame: pl.DataFrame) -> None:
        """Rows in the plan's validated columns."""

    def adopt(self, path: Path) -> None:
        """A Parquet file of rows in the plan's validated columns."""

    def clear(self) -> None:
        """Forget what was added."""


class NoRows:
    """For a check that only wants verdicts."""

    wanted = False

    def add(self, frame: pl.DataFrame) -> None:
        raise AssertionError("rows are not wanted")

    def adopt(self, path: Path) -> None:
        raise AssertionError("rows are not wanted")

    def clear(self) -> None:
        return


class StagedRows:
    """One file's valid rows: in memory, or in files of their own when they are many."""

    wanted = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: list[pl.DataFrame] = []
        self._files: list[Path] = []

    def add(self, frame: pl.DataFrame) -> None:
        self._held.append(frame)
        # The block at hand stays in memory (a file of one block is the usual case); earlier ones go to disk.
        if len(self._held) > 1 and sum(held.height for held in self._held) > ROWS_PER_PART:
            path = self._folder / f"staged-{len(self._files):05d}.parquet"
            pl.concat(self._held).write_parquet(path, compression="uncompressed", statistics=False)
            self._files.append(path)
            self._held = []

    def adopt(self, path: Path) -> None:
        self._files.append(path)

    def clear(self) -> None:
        for path in self._files:
            path.unlink(missing_ok=True)
        self._held, self._files = [], []

    def take(self) -> Iterator[pl.DataFrame]:
        """All rows, in frames of a bounded size; afterwards there are none."""
        for path in self._files:
            rows = pl.scan_parquet(path)
            for start in range(0, int(rows.select(pl.len()).collect().item()), ROWS_PER_PART):
                yield rows.slice(start, ROWS_PER_PART).collect()
        yield from self._held
        self.clear()


@dataclass(frozen=True)
class Written:
    """What was written: number of Parquet files, of rows, of bytes, and the files' names."""

    files: int
    rows: int
    bytes: int
    names: tuple[str, ...]


class ValidatedParts:
    """Writes parts `part-00000.parquet`, … as files are found valid, and hands each to `publish(path, name)`."""

    def __init__(self, plan: Plan, folder: Path, publish: Callable[[Path, str], None]) -> None:
        self._schema = {column.name: polars_type(column.type) for column in plan.exact.columns}
        self._folder = folder
        self._publish = publish
        self._held: list[pl.DataFrame] = []
        self._names: list[str] = []
        self._rows = 0
        self._bytes = 0

    def commit(self, staged: StagedRows, *, source_order: int) -> str | None:
        """Take the rows of a valid file. Returns the name of the part in which they begin, None without rows."""
        begins: str | None = None
        for frame in staged.take():
            if frame.is_empty():
                continue
            begins = begins or self._next_name()
            order = pl.lit(source_order, pl.Int64).alias(SOURCE_ORDER)
            columns = (pl.col(name).cast(dtype) for name, dtype in self._schema.items())
            self._held.append(frame.select(*columns, order))
            if sum(held.height for held in self._held) >= ROWS_PER_PART:
                self._write()
        return begins

    def finish(self) -> Written:
        """Write what is left."""
        if self._held:
            self._write()
        return Written(len(self._names), self._rows, self._bytes, tuple(self._names))

    def _next_name(self) -> str:
        return f"part-{len(self._names):05d}.parquet"

    def _write(self) -> None:
        name = self._next_name()
        path = self._folder / name
        part = self._held[0] if len(self._held) == 1 else pl.concat(self._held)
        part.write_parquet(path, compression="snappy", statistics=False)
        self._held = []
        self._names.append(name)
        self._rows += part.height
        self._bytes += path.stat().st_size
        self._publish(path, name)


def polars_type(name: str) -> pl.DataType:
    """polars' type for one of DuckDB's that validated columns have."""
    decimal = re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", name)
    if decimal is not None:
        return pl.Decimal(int(decimal.group(1)), int(decimal.group(2)))
    return {"VARCHAR": pl.String(), "BIGINT": pl.Int64(), "DOUBLE": pl.Float64(), "BOOLEAN": pl.Boolean()}[name]
