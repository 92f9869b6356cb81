"""Parquet in the forms in which programs write it: codecs, pages, dictionaries, row groups, columns that we ignore."""

from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from pos_corpus.case import SOLD, Case, error, gz, rejected, row, valid, warning
from pos_corpus.parquet_bytes import BYTES, DOUBLE, GZIP, INT32, INT64, UTF8, Column, parquet

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 3
LANDED = tuple(row(number) for number in range(1, ROWS + 1))


def columns(prefix: str, *, rows: int = ROWS, dictionary: bool = False, optional: bool = True) -> list[Column]:
    """The contract's columns, in the types that fit them best, and ordinary rows `@1`, `@2` …"""
    keys = [f"{prefix}{number}" for number in range(1, rows + 1)]
    made = [
        Column("transaction_id", BYTES, keys, converted=UTF8),
        Column("store_id", INT64, [1] * rows),
        Column("product_id", INT64, [2] * rows),
        Column("quantity", INT32, [3] * rows),
        Column("revenue", DOUBLE, [4.5] * rows),
        Column("timestamp", INT64, [SOLD] * rows),
    ]
    return [replace(column, optional=optional, dictionary=dictionary) for column in made]


def frame(prefix: str) -> pl.DataFrame:
    """The same as a frame."""
    keys = [f"{prefix}{number}" for number in range(1, ROWS + 1)]
    return pl.DataFrame({
        "transaction_id": keys, "store_id": [1] * ROWS, "product_id": [2] * ROWS, "quantity": [3] * ROWS,
        "revenue": [4.5] * ROWS, "timestamp": [SOLD] * ROWS,
    })  # fmt: skip


def by_polars(**options: object) -> Callable[[str], bytes]:
    """As polars writes it."""

    def write(prefix: str) -> bytes:
        buffer = io.BytesIO()
        frame(prefix).write_parquet(buffer, **options)  # type: ignore[arg-type]
        return buffer.getvalue()

    return write


def by_duckdb(options: str) -> Callable[[str], bytes]:
    """As DuckDB writes it."""

    def write(prefix: str) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            source, path = Path(folder) / "source.parquet", Path(folder) / "made.parquet"
            frame(prefix).write_parquet(source)
            with duckdb.connect() as connection:
                connection.execute(f"COPY (FROM '{source}') TO '{path}' (FORMAT parquet, {options})")
            return path.read_bytes()

    return write


def made(*extra: Column, **options: object) -> Callable[[str], bytes]:
    """By hand, with further columns."""
    return lambda prefix: parquet(*columns(prefix), *extra, **options)  # type: ignore[arg-type]


def lands(name: str, data: Callable[[str], bytes], *unknown: str) -> Case:
    """The three ordinary rows, and a word on each unknown column."""
    return valid(name + ".parquet", data, *LANDED, told=tuple(warning("unexpected_column", one) for one in unknown))


def without(name: str) -> Callable[[str], bytes]:
    """By hand, but for one column."""
    return lambda prefix: parquet(*(column for column in columns(prefix) if column.name != name))


def pack(data: Callable[[str], bytes]) -> Callable[[str], bytes]:
    return lambda prefix: gz(data(prefix))


CASES = [
    lands("plain", made()),
    lands("required-columns", lambda prefix: parquet(*columns(prefix, optional=False))),
    lands("dictionaries", lambda prefix: parquet(*columns(prefix, dictionary=True))),
    lands("pages-of-version-2", made(v2=True)),
    lands("pages-of-version-2-with-dictionaries",
        lambda prefix: parquet(*columns(prefix, dictionary=True), v2=True, codec=GZIP)),
    lands("gzip-codec", made(codec=GZIP)),
    *(lands(f"polars-{codec}", by_polars(compression=codec))
        for codec in ("uncompressed", "snappy", "gzip", "zstd", "lz4", "brotli")),
    lands("polars-without-statistics", by_polars(statistics=False)),
    lands("polars-with-all-statistics", by_polars(statistics="full")),
    lands("polars-a-row-a-group", by_polars(row_group_size=1)),
    lands("polars-small-pages", by_polars(data_page_size=1)),
    *(lands(f"duckdb-{codec}", by_duckdb(f"COMPRESSION {codec}"))
        for codec in ("uncompressed", "snappy", "gzip", "zstd", "lz4_raw", "brotli")),
    lands("duckdb-version-2", by_duckdb("PARQUET_VERSION v2")),
    lands("duckdb-version-2-zstd", by_duckdb("PARQUET_VERSION v2, COMPRESSION zstd")),
    # Row groups.
    lands("a-row-a-group", made(groups=[1, 1, 1])),
    lands("empty-group-first", made(groups=[0, 3])),
    lands("empty-group-between", made(groups=[1, 0, 2])),
    lands("empty-group-last", made(groups=[3, 0])),
    rejected("no-rows.parquet", lambda prefix: parquet(*columns(prefix, rows=0)), error("no_rows")),
    rejected("no-row-groups.parquet",
        lambda prefix: parquet(*columns(prefix, rows=0), change=lambda footer: footer.update({4: (9, (12, []))})),
        error("no_rows")),
    # Names.
    lands("shuffled-columns", lambda prefix: parquet(*reversed(columns(prefix)))),
    lands("unknown-parquet-column", made(Column("note", BYTES, ["x"] * ROWS, converted=UTF8)), "note"),
    lands("unknown-column-of-nulls", made(Column("note", INT64, [None] * ROWS)), "note"),
    lands("unknown-column-of-bytes", made(Column("note", BYTES, [b"\xff\xfe"] * ROWS)), "note"),
    lands("unknown-column-that-is-no-utf-8", made(Column("note", BYTES, [b"\xff"] * ROWS, converted=UTF8)), "note"),
    lands("unknown-column-like-a-known-one", made(Column("Quantity", INT64, [9] * ROWS)), "Quantity"),
    rejected("column-twice.parquet", made(Column("revenue", DOUBLE, [1.0, 2.0, 3.0])),
        error("duplicate_column", "revenue")),
    rejected("unknown-column-twice.parquet",
        made(Column("note", INT64, [1] * ROWS), Column("note", INT64, [2] * ROWS)),
        error("duplicate_column", "note"), warning("unexpected_column", "note")),
    *(rejected(f"parquet-without-{name}.parquet", without(name), error("missing_column", name))
        for name in ("transaction_id", "quantity", "timestamp")),
    rejected("name-in-capitals.parquet",
        lambda prefix: parquet(*columns(prefix)[:3], Column("QUANTITY", INT32, [3] * ROWS), *columns(prefix)[4:]),
        error("missing_column", "quantity")),
    # Under other names.
    valid("packed.parquet.gz", pack(made()), *LANDED),
    valid("parquet-without-extension", made(), *LANDED),
    rejected("parquet-under-csv.csv", made(), error("unsupported_format")),
    rejected("parquet-under-jsonl.jsonl", made(), error("unsupported_format")),
]  # fmt: skip
