"""Parquet files: their types are checked once, then their rows are read in slices."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import polars as pl
from msgspec.structs import replace

from pos_validation.findings.findings import FileRejectedError
from pos_validation.findings.limits import refuse_bytes_above, refuse_rows_above
from pos_validation.formats.names import check_names
from pos_validation.formats.parquet_extract import write_extract
from pos_validation.formats.parquet_footer import Footer
from pos_validation.formats.reader import LINE
from pos_validation.formats.source import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pos_job_runtime.plan import Plan, PlanColumn
    from pos_validation.findings.findings import Findings
    from pos_validation.formats.leniency import Leniency
    from pos_validation.formats.parquet_footer import Chunk
    from pos_validation.formats.parquet_types import ColumnType
    from pos_validation.formats.reader import TypedSchema

    _Groups = list[tuple[int, list[Chunk]]]

SLICE = 1_000_000
# Row groups are read together up to this many bytes, and a larger one by way of a file.
BYTES_AT_ONCE = 64 << 20
LARGEST_IN_MEMORY = 4 * BYTES_AT_ONCE
# Beyond this a double can't tell one whole number from the next.
EXACT_INTEGERS = 2.0**53


class ParquetFile:
    """An opened file: `rows` it has, `first` row is number 1."""

    def __init__(
        self,
        path: Path,
        *,
        plan: Plan,
        findings: Findings,
        temporary: Callable[[str], Path],
        leniency: Leniency | None = None,
    ) -> None:
        """Check the footer. Raises `UnreadableError`, or `FileRejectedError` when columns or types are wrong.

        `temporary` makes paths for temporary files.
        """
        self._path = path
        self._plan = plan
        self._findings = findings
        self._unpacked = 0
        self._temporary = temporary
        footer = Footer(path, findings=findings)
        self.rows = footer.rows
        columns = footer.columns
        if leniency is not None and leniency.names:
            names = leniency.called([column.name for column in columns], line=None, findings=findings)
            columns = [replace(column, name=name) for column, name in zip(columns, names)]
        check_names([column.name for column in columns], line=None, plan=plan, findings=findings)
        stored = {column.name: column for column in columns}
        sent = {column.name: original for column, original in zip(columns, footer.columns)}
        self._columns = [column for column in plan.columns if column.name in stored]
        self._stored = [stored[column.name] for column in self._columns]
        self._check_types(findings)
        # How native days, moments and booleans would be written: rules are about texts.
        kinds = {column.name: column.type.kind for column in self._stored}
        self._written = {
            column.name: WRITTEN[kinds[column.name]] for column in self._columns if kinds[column.name] in WRITTEN
        }
        if self.rows == 0:
            raise findings.reject("no_rows")
        refuse_rows_above(plan.policies.largest_file.rows, self.rows, findings)
        self._groups = [
            (group.rows, [footer.chunk(group, sent[column.name], findings) for column in self._stored])
            for group in footer.groups
            if group.rows > 0
        ]
        size = sum(chunk.uncompressed for _, chunks in self._groups for chunk in chunks)
        refuse_bytes_above(plan.policies.largest_file.decompressed, size, findings)

    def _check_types(self, findings: Findings) -> None:
        wrong = False
        for column, stored in zip(self._columns, self._stored):
            if not _fits(stored.type, column):
                wrong = True
                findings.add("wrong_column_type", column=column.name, value=stored.type.name, detail=_wanted(column))
        if wrong:
            raise FileRejectedError("wrong_column_type")

    def slices(self) -> Iterator[tuple[pl.DataFrame, int]]:
        """The plan's columns as they are stored, slice by slice, each with the number of its first row (from 1)."""
        first = 1
        self._unpacked = 0
        for batch in _batches(self._groups):
            rows = sum(rows for rows, _ in batch)
            with self._extract(batch) as extract:
                for start in range(0, rows, SLICE):
                    frame = self._read(extract, start)
                    if frame.height != min(SLICE, rows - start):
                        raise UnreadableError(f"its data are damaged: {rows:,} rows are promised, and some are missing")
                    yield frame, first + start
            first += rows

    @contextmanager
    def _extract(self, batch: _Groups) -> Iterator[io.BytesIO | Path]:
        """The batch's bytes as a file of their own: in memory, or on the disk if they are too many."""
        with self._path.open("rb") as source:
            if sum(chunk.size for _, chunks in batch for chunk in chunks) <= LARGEST_IN_MEMORY:
                held = io.BytesIO()
                self._note(write_extract(source, held, self._stored, batch))
                yield held
                return
            path = self._temporary("row-groups.parquet")
            try:
                with path.open("wb") as target:
                    self._note(write_extract(source, target, self._stored, batch))
                yield path
            finally:
                path.unlink(missing_ok=True)

    def _note(self, unpacked: int) -> None:
        self._unpacked += unpacked
        refuse_bytes_above(self._plan.policies.largest_file.decompressed, self._unpacked, self._findings)

    def _read(self, extract: io.BytesIO | Path, start: int) -> pl.DataFrame:
        if isinstance(extract, io.BytesIO):
            extract.seek(0)
        try:
            frame = pl.scan_parquet(extract, glob=False, hive_partitioning=False).slice(start, SLICE).collect()
        except pl.exceptions.PanicException:
            raise UnreadableError("its data are damaged") from None
        except (pl.exceptions.PolarsError, OSError) as error:
            raise UnreadableError(f"its data are damaged ({_first_line(error)})") from None
        empty = [column.name for column in self._stored if column.type.kind == "null"]
        if any(frame[name].null_count() < frame.height for name in empty):
            raise UnreadableError("its data are damaged: a column without values has some")
        return frame.with_columns(pl.lit(None, pl.Null).alias(name) for name in empty) if empty else frame

    def typed(self, frame: pl.DataFrame, schema: TypedSchema) -> pl.DataFrame | None:
        """The rows with the types of the fast path, if no value changes by that; else None."""
        exprs = []
        for name, dtype in schema.types.items():
            if name not in frame.columns:
                exprs.append(pl.lit(None, dtype).alias(name))
                continue
            found = frame.schema[name]
            if dtype == pl.Int64 and not found.is_integer() and not self._all_integral(frame, name):
                return None
            if name in schema.scales and found.is_decimal() and not _fits_scale(frame[name], schema.scales[name]):
                return None
            written = self._written.get(name)
            exprs.append(pl.col(name).cast(dtype) if written is None else written(pl.col(name)))
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
        texts = [self._text(column, frame.schema[column.name]) for column in self._columns]
        return frame.select(texts).with_row_index(LINE, first)

    def _text(self, column: PlanColumn, dtype: pl.DataType) -> pl.Expr:
        written = self._written.get(column.name)
        return _text(column, dtype) if written is None else written(pl.col(column.name)).alias(column.name)


def _moment(unit: Literal["ms", "us", "ns"], digits: int) -> Callable[[pl.Expr], pl.Expr]:
    pattern = f"%Y-%m-%dT%H:%M:%S%.{digits}fZ"
    return lambda value: value.cast(pl.Datetime(unit)).dt.strftime(pattern)


WRITTEN: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "boolean": lambda value: value.cast(pl.String),
    "date": lambda value: value.cast(pl.Int32).cast(pl.Date).dt.strftime("%Y-%m-%d"),
    "ms": _moment("ms", 3),
    "us": _moment("us", 6),
    "ns": _moment("ns", 9),
}


def _fits_scale(values: pl.Series, scale: int) -> bool:
    """Whether no value has digits behind the scale: a double wouldn't show the last of them."""
    if not isinstance(values.dtype, pl.Decimal) or values.dtype.scale <= scale:
        return True
    try:
        return bool((values.cast(pl.Decimal(38, scale)).cast(values.dtype) == values).all())
    except pl.exceptions.PolarsError:
        return False


def _text(column: PlanColumn, dtype: pl.DataType) -> pl.Expr:
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


def _fits(found: ColumnType, column: PlanColumn) -> bool:
    if found.kind == "null":
        return True
    kinds = NATIVE.get(column.input)
    if kinds is not None:
        return found.kind in kinds
    if column.input == "epochSeconds" and found.kind == "float32":
        # A 32-bit float counts epoch seconds in steps of 128.
        return False
    return found.kind in ("integer", "float32", "float64", "decimal")


# What columns other than numbers may be stored as. Days and moments are also read from texts.
NATIVE = {
    "text": ("text",),
    "date": ("text", "date"),
    "timestamp": ("text", "ms", "us", "ns"),
    "boolean": ("boolean",),
}


def _wanted(column: PlanColumn) -> str:
    return {
        "timestamp": "a timestamp in UTC (isAdjustedToUTC) or a string",
        "date": "a date or a string",
        "boolean": "a boolean",
        "text": "a string",
        "integer": "an integer",
        "decimal": "a decimal or a double",
        "epochSeconds": "a 64-bit number of seconds since 1970",
    }[column.input]


def _batches(groups: _Groups) -> Iterator[_Groups]:
    """Row groups that are read together."""
    batch: _Groups = []
    rows = size = 0
    for group in groups:
        more = sum(chunk.size for chunk in group[1])
        if batch and (rows + group[0] > SLICE or size + more > BYTES_AT_ONCE):
            yield batch
            batch, rows, size = [], 0, 0
        batch.append(group)
        rows, size = rows + group[0], size + more
    if batch:
        yield batch


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
