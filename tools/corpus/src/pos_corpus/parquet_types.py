"""Parquet's types: those that hold a column's values exactly, and those that can't."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from pos_corpus.case import SOLD, Case, Landed, error, rejected, row, valid, warning
from pos_corpus.parquet_bytes import (
    BOOLEAN,
    BYTES,
    DATE,
    DECIMAL,
    DOUBLE,
    FIXED,
    FLOAT,
    INT32,
    INT64,
    INT96,
    INT_8,
    INT_16,
    TIMESTAMP_MILLIS,
    UINT_8,
    UINT_64,
    UTF8,
    Column,
    parquet,
)
from pos_corpus.thrift import BINARY, FALSE, I32, STRUCT, TRUE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos_corpus.thrift import Struct

MICROS: Struct = {8: (STRUCT, {1: (TRUE, True), 2: (STRUCT, {2: (STRUCT, {})})})}
NANOS: Struct = {8: (STRUCT, {1: (FALSE, False), 2: (STRUCT, {3: (STRUCT, {})})})}
UUID: Struct = {14: (STRUCT, {})}


def ordinary(prefix: str) -> dict[str, Column]:
    """A row, column by column."""
    return {
        "transaction_id": Column("transaction_id", BYTES, [f"{prefix}1"], converted=UTF8),
        "store_id": Column("store_id", INT64, [1]),
        "product_id": Column("product_id", INT64, [2]),
        "quantity": Column("quantity", INT64, [3]),
        "revenue": Column("revenue", DOUBLE, [4.5]),
        "timestamp": Column("timestamp", INT64, [SOLD]),
    }


def one(column: Column) -> Callable[[str], bytes]:
    """A file of one row, ordinary but for that column."""
    return lambda prefix: parquet(*{**ordinary(prefix), column.name: column}.values())


def decimal(name: str, value: int, precision: int, scale: int, kind: int = INT64) -> Column:
    """A decimal column; `value` counts its smallest unit."""
    length = (precision * 3322 // 1000 + 1) // 8 + 1
    if kind in (BYTES, FIXED):
        stored: object = value.to_bytes(length, "big", signed=True)
    else:
        stored = value
    return Column(name, kind, [stored], converted=DECIMAL, precision=precision, scale=scale,
        length=length if kind == FIXED else None)  # fmt: skip


def lands(name: str, column: Column, landed: Landed | None = None, *told: str) -> Case:
    """The column's value lands; what is told is about it and its row."""
    warnings = tuple(warning(code, column.name, 1) for code in told)
    return valid(f"type-{name}.parquet", one(column), landed or row(), told=warnings)


def wrong(name: str, column: Column) -> Case:
    """No value of such a column can be taken."""
    return rejected(f"type-{name}.parquet", one(column), error("wrong_column_type", column.name))


def refused(name: str, column: Column, code: str) -> Case:
    """The type fits, and the value does not."""
    return rejected(f"type-{name}.parquet", one(column), error(code, column.name, 1), total=1, invalid=1)


def ignored(name: str, column: Column) -> Case:
    """A column that nobody asked for, of a type that nobody needs."""
    return valid(f"ignored-{name}.parquet", lambda prefix: parquet(*ordinary(prefix).values(), column), row(),
        told=(warning("unexpected_column", column.name),))  # fmt: skip


NAN, INF = float("nan"), float("inf")
CASES = [
    # Whole numbers.
    lands("int-8", Column("quantity", INT32, [100], converted=INT_8), row(quantity=100)),
    lands("int-16", Column("quantity", INT32, [30000], converted=INT_16), row(quantity=30000)),
    lands("int-32", Column("quantity", INT32, [2**29]), row(quantity=2**29)),
    lands("unsigned-8", Column("quantity", INT32, [255], converted=UINT_8), row(quantity=255)),
    lands("unsigned-64", Column("store_id", INT64, [7], converted=UINT_64), row(store=7)),
    refused("unsigned-64-beyond", Column("store_id", INT64, [-1], converted=UINT_64), "out_of_range"),
    lands("whole-as-double", Column("quantity", DOUBLE, [3.0])),
    lands("whole-as-float", Column("quantity", FLOAT, [3.0])),
    lands("whole-as-decimal", decimal("quantity", 300, 9, 2)),
    refused("fraction-as-double", Column("quantity", DOUBLE, [3.5]), "not_an_integer"),
    refused("fraction-as-decimal", decimal("quantity", 350, 9, 2), "not_an_integer"),
    refused("whole-as-nan", Column("quantity", DOUBLE, [NAN]), "not_an_integer"),
    refused("whole-as-infinity", Column("quantity", DOUBLE, [INF]), "not_an_integer"),
    refused("most-units", Column("quantity", INT64, [2**63 - 1]), "out_of_range"),
    refused("whole-null", Column("quantity", INT64, [None]), "missing_value"),
    wrong("whole-as-text", Column("quantity", BYTES, ["3"], converted=UTF8)),
    wrong("whole-as-bytes", Column("quantity", BYTES, [b"3"])),
    wrong("whole-as-boolean", Column("quantity", BOOLEAN, [True])),
    wrong("whole-as-date", Column("quantity", INT32, [3], converted=DATE)),
    # Money.
    lands("money-as-float", Column("revenue", FLOAT, [4.5])),
    lands("money-as-whole", Column("revenue", INT64, [4]), row(revenue="4.0000")),
    lands("money-as-decimal-in-32-bits", decimal("revenue", 45000, 9, 4, INT32)),
    lands("money-as-decimal-in-64-bits", decimal("revenue", 45000, 18, 4, INT64)),
    lands("money-as-decimal-in-bytes", decimal("revenue", 45000, 18, 4, BYTES)),
    lands("money-as-decimal-of-fixed-length", decimal("revenue", 45000, 18, 4, FIXED)),
    lands("money-as-wide-decimal", decimal("revenue", 45 * 10**9, 38, 10, FIXED)),
    lands("money-as-decimal-without-scale", decimal("revenue", 4, 9, 0), row(revenue="4.0000")),
    lands("money-negative", decimal("revenue", -45000, 18, 4, FIXED), row(revenue="-4.5000"), "sign_mismatch"),
    lands("money-that-rounds", decimal("revenue", 450005, 18, 5), row(revenue="4.5001"), "precision_lost"),
    lands("money-sum-of-doubles", Column("revenue", DOUBLE, [0.1 + 0.2]), row(revenue="0.3000"), "precision_lost"),
    lands("money-of-a-tenth", Column("revenue", DOUBLE, [0.1]), row(revenue="0.1000")),
    lands("money-minus-zero", Column("revenue", DOUBLE, [-0.0]), row(revenue="0.0000")),
    lands("money-nearly-nothing", Column("revenue", DOUBLE, [5e-324]), row(revenue="0.0000"), "precision_lost"),
    refused("money-nan", Column("revenue", DOUBLE, [NAN]), "not_finite"),
    refused("money-infinite", Column("revenue", DOUBLE, [-INF]), "not_finite"),
    refused("money-far", Column("revenue", DOUBLE, [1e300]), "out_of_range"),
    refused("money-null", Column("revenue", DOUBLE, [None]), "missing_value"),
    wrong("money-as-text", Column("revenue", BYTES, ["4.5"], converted=UTF8)),
    lands("discount", Column("discount_applied", DOUBLE, [0.25]), row(discount="0.2500")),
    lands("discount-null", Column("discount_applied", DOUBLE, [None])),
    # Moments: a number of seconds, in 64 bits.
    lands("moment-as-double", Column("timestamp", DOUBLE, [SOLD + 0.5]), row(us=SOLD * 1_000_000 + 500_000)),
    lands("moment-as-32-bits", Column("timestamp", INT32, [SOLD])),
    lands("moment-as-decimal", decimal("timestamp", SOLD * 10**6 + 123456, 18, 6), row(us=SOLD * 10**6 + 123456)),
    lands("moment-finer-below-half", decimal("timestamp", SOLD * 10**9 + 123456499, 20, 9, FIXED),
        row(us=SOLD * 10**6 + 123456)),
    lands("moment-finer-half", decimal("timestamp", SOLD * 10**9 + 123456500, 20, 9, FIXED),
        row(us=SOLD * 10**6 + 123457)),
    wrong("moment-as-float", Column("timestamp", FLOAT, [SOLD])),
    wrong("moment-as-timestamp", Column("timestamp", INT64, [SOLD * 1000], converted=TIMESTAMP_MILLIS)),
    wrong("moment-as-timestamp-with-zone", Column("timestamp", INT64, [SOLD * 10**6], logical=MICROS)),
    wrong("moment-as-int-96", Column("timestamp", INT96, [struct.pack("<QI", 0, 2460827)])),
    wrong("moment-as-text", Column("timestamp", BYTES, ["2025-05-31"], converted=UTF8)),
    refused("moment-in-milliseconds", Column("timestamp", INT64, [SOLD * 1000]), "timestamp_in_milliseconds"),
    # Keys.
    lands("key-by-dictionary", Column("transaction_id", BYTES, ["dictionary-1"], converted=UTF8, dictionary=True),
        row("dictionary-1")),
    refused("key-empty", Column("transaction_id", BYTES, [""], converted=UTF8), "missing_value"),
    refused("key-null", Column("transaction_id", BYTES, [None], converted=UTF8), "missing_value"),
    refused("key-with-line-end", Column("transaction_id", BYTES, ["a\nb"], converted=UTF8), "control_characters"),
    refused("key-of-65", Column("transaction_id", BYTES, ["x" * 65], converted=UTF8), "too_long"),
    wrong("key-as-bytes", Column("transaction_id", BYTES, [b"abc"])),
    wrong("key-as-number", Column("transaction_id", INT64, [17])),
    wrong("key-of-fixed-length", Column("transaction_id", FIXED, [b"x" * 16], length=16)),
    # Ignored columns.
    ignored("boolean", Column("flag", BOOLEAN, [True])),
    ignored("date", Column("day", INT32, [20000], converted=DATE)),
    ignored("timestamp", Column("moment", INT64, [SOLD * 10**6], logical=MICROS)),
    ignored("nanoseconds", Column("moment", INT64, [SOLD * 10**9], logical=NANOS)),
    ignored("int-96", Column("moment", INT96, [struct.pack("<QI", 0, 2460827)])),
    ignored("uuid", Column("id", FIXED, [b"x" * 16], length=16, logical=UUID)),
    ignored("decimal-of-60-digits", decimal("wide", 1, 60, 4, FIXED)),
    ignored("nan", Column("ratio", DOUBLE, [NAN])),
    ignored("unknown-logical-type", Column("odd", BYTES, [b"x"], logical={16: (STRUCT, {1: (I32, 1)})})),
    ignored("geometry", Column("place", BYTES, [b"x"], logical={17: (STRUCT, {1: (BINARY, b"OGC:CRS84")})})),
]  # fmt: skip
