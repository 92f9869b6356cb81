"""Parquet files: their types are checked once, then their rows are read in slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pos_validation.findings import FileRejectedError
from pos_validation.names import check_names
from pos_validation.raw_rows import LINE
from pos_validation.source import PARQUET_MAGIC, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pos_job_runtime.plan import Column, Plan
    from pos_validation.findings import Findings
    from pos_validation.proof import Proof

SLICE = 1_000_000
# Beyond this a double can't tell one whole number from the next.
EXACT_INTEGERS = 2.0**53


class ParquetFile:
    """An opened file: `rows` it has, `first` row is number 1."""

    def __init__(self, path: Path, *, plan: Plan, findings: Findings) -> None:
        """Check the schema. Raises `UnreadableError`, or `FileRejectedError` when columns or types are wrong."""
        with path.open("rb") as file:
            if file.read(len(PARQUET_MAGIC)) != PARQUET_MAGIC:
                raise UnreadableError("its name ends in .parquet, but its content is not Parquet")
        try:
            self._scan = pl.scan_parquet(path)
            self._schema = self._scan.collect_schema()
            self.rows = int(self._scan.select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError) as error:
            raise UnreadableError(
                f"it is damaged Parquet, or of a kind that can't be read ({_first_line(error)})"
            ) from None
        check_names(self._schema.names(), line=None, plan=plan, findings=findings)
        self._columns = [column for column in plan.columns if column.name in self._schema]
        self._check_types(findings)
        if self.rows == 0:
            raise findings.reject("no_rows")

    def _check_types(self, findings: Findings) -> None:
        wrong = False
        for column in self._columns:
            dtype = self._schema[column.name]
            if not _fits(dtype, column):
                wrong = True
                findings.add("wrong_column_type", column=column.name, value=_type_name(dtype), detail=_wanted(column))
        if wrong:
            raise FileRejectedError("wrong_column_type")

    def slices(self) -> Iterator[tuple[pl.DataFrame, int]]:
        """The plan's columns as they are stored, slice by slice, each with the number of its first row (from 1)."""
        for start in range(0, self.rows, SLICE):
            try:
                frame = self._scan.select(c.name for c in self._columns).slice(start, SLICE).collect()
            except (pl.exceptions.PolarsError, OSError) as error:
                raise UnreadableError(f"its data are damaged ({_first_line(error)})") from None
            yield frame, start + 1

    def typed(self, frame: pl.DataFrame, proof: Proof) -> pl.DataFrame | None:
        """The rows with the types of the fast path, if no value changes by that; else None."""
        exprs = []
        for name, dtype in proof.schema.items():
            if name not in frame.columns:
                exprs.append(pl.lit(None, dtype).alias(name))
                continue
            found = frame.schema[name]
            if dtype == pl.Int64 and not found.is_integer() and not self._all_integral(frame, name):
                return None
            exprs.append(pl.col(name).cast(dtype))
        try:
            return frame.select(exprs)
        except pl.exceptions.PolarsError:
            return None

    def _all_integral(self, frame: pl.DataFrame, name: str) -> bool:
        if frame.schema[name] == pl.Null:
            return True
        value = pl.col(name)
        if frame.schema[name].is_float():
            integral = (value == value.floor()) & (value.abs() < EXACT_INTEGERS)
        else:
            integral = value == value.cast(pl.Int64, strict=False)
        return bool(frame.select((value.is_null() | integral.fill_null(False)).all()).item())

    def raw(self, frame: pl.DataFrame, first: int) -> pl.DataFrame:
        """The rows as the exact evaluation wants them: text cells with `line`, the row's number."""
        texts = [_text(column, frame.schema[column.name]) for column in self._columns]
        return frame.select(texts).with_row_index(LINE, first)


def _text(column: Column, dtype: pl.DataType) -> pl.Expr:
    value = pl.col(column.name)
    if dtype.is_decimal():
        # 5.00 is the integer 5; any other column keeps its digits.
        text = value.cast(pl.String)
        if column.input == "integer":
            text = text.str.replace(r"\.0*$", "")
        return text.alias(column.name)
    if column.input == "integer" and dtype.is_float():
        integral = (value == value.floor()) & (value.abs() < EXACT_INTEGERS)
        whole = value.cast(pl.Int64, strict=False).cast(pl.String)
        return pl.when(integral).then(whole).otherwise(value.cast(pl.String)).alias(column.name)
    return value.cast(pl.String).alias(column.name)


def _fits(dtype: pl.DataType, column: Column) -> bool:
    if dtype == pl.Null:
        return True
    if column.input == "text":
        return dtype in (pl.String, pl.Categorical) or isinstance(dtype, pl.Enum)
    if column.input == "epochSeconds" and dtype == pl.Float32:
        # A 32-bit float counts epoch seconds in steps of 128.
        return False
    return dtype.is_integer() or dtype.is_float() or dtype.is_decimal()


def _wanted(column: Column) -> str:
    return {
        "text": "a string",
        "integer": "an integer",
        "decimal": "a decimal or a double",
        "epochSeconds": "a 64-bit number of seconds since 1970",
    }[column.input]


def _type_name(dtype: pl.DataType) -> str:
    """The type's name without its parameters, but for a decimal's."""
    name = str(dtype).lower()
    return name if dtype.is_decimal() else name.split("(", 1)[0]


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
