"""Parquet, good and bad; line is the row's number."""

from __future__ import annotations

import polars as pl
import pytest
from support import gz, parquet, row, validate

TWO = pl.DataFrame([row(), row("T2")])

GOOD = {
    "plain": parquet(TWO),
    "gzip around it": gz(parquet(TWO)),
    "no optional column": parquet(TWO.drop("discount_applied")),
    "narrow and unsigned integers": parquet(
        TWO.with_columns(
            pl.col("store_id").cast(pl.Int32), pl.col("quantity").cast(pl.Int8), pl.col("product_id").cast(pl.UInt64)
        )
    ),
    "integers stored as doubles": parquet(TWO.with_columns(pl.col("store_id", "quantity").cast(pl.Float64))),
    "decimals": parquet(
        TWO.with_columns(pl.col("revenue").cast(pl.Decimal(12, 2)), pl.col("store_id").cast(pl.Decimal(9, 2)))
    ),
    "32-bit money": parquet(TWO.with_columns(pl.lit(9.99).cast(pl.Float32).alias("revenue"))),
    "categories": parquet(TWO.with_columns(pl.col("transaction_id").cast(pl.Categorical))),
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD.keys())
@pytest.mark.parametrize("always_exact", [False, True], ids=["fast", "exact"])
def test_good_files_are_valid(data: bytes, always_exact: bool) -> None:
    found = validate("x.parquet", data, always_exact=always_exact)
    assert (found["verdict"], found["rows"], found["reasons"]) == ("valid", (2, 2, 0), [])


BAD: dict[str, tuple[bytes, tuple[object, ...]]] = {
    "not Parquet": (b"something", ("unreadable", None, [None], [None])),
    "cut off": (parquet(TWO)[:-10], ("unreadable", None, [None], [None])),
    "damaged": (parquet(TWO)[:40] + bytes(40) + parquet(TWO)[80:], ("unreadable", None, [None], [None])),
    "no rows": (parquet(TWO.head(0)), ("no_rows", None, [None], [None])),
    "no bytes": (b"", ("empty_file", None, [None], [None])),
    "column missing": (parquet(TWO.drop("store_id")), ("missing_column", "store_id", [None], [None])),
    "number as text": (
        parquet(TWO.with_columns(pl.col("store_id").cast(pl.String))),
        ("wrong_column_type", "store_id", [None], ["string"]),
    ),
    "moment as a timestamp": (
        parquet(TWO.with_columns(pl.from_epoch("timestamp"))),
        ("wrong_column_type", "timestamp", [None], ["timestamp"]),
    ),
    "moment in 32 bits": (
        parquet(TWO.with_columns(pl.col("timestamp").cast(pl.Float32))),
        ("wrong_column_type", "timestamp", [None], ["float32"]),
    ),
    "nested": (
        parquet(TWO.with_columns(pl.concat_list("store_id").alias("store_id"))),
        ("wrong_column_type", "store_id", [None], ["list"]),
    ),
    "null": (parquet(pl.DataFrame([row(), row("T2", quantity=None)])), ("missing_value", "quantity", [2], [None])),
    "NaN": (parquet(pl.DataFrame([row(), row("T2", revenue=float("nan"))])), ("not_finite", "revenue", [2], ["NaN"])),
    "a part of an integer": (
        parquet(pl.DataFrame([row(store_id=1.0), row("T2", store_id=1.5)])),
        ("not_an_integer", "store_id", [2], ["1.5"]),
    ),
    "key twice": (parquet(pl.DataFrame([row(), row(quantity=9)])), ("duplicate_key", "transaction_id", [2], ["T1"])),
}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD.keys())
def test_bad_files_are_rejected_with_the_place(data: bytes, reason: tuple[object, ...]) -> None:
    found = validate("x.parquet", data)
    assert (found["verdict"], found["reasons"]) == ("rejected", [reason])


def test_more_decimals_than_are_stored_are_rounded_with_a_warning() -> None:
    data = parquet(TWO.with_columns(pl.Series("revenue", ["4.50005", "4.50004"]).cast(pl.Decimal(18, 6))))
    found = validate("x.parquet", data, collect=True)
    assert found["reasons"] == [("precision_lost", "revenue", [1, 2], ["4.500050", "4.500040"])]
    assert [str(value) for value in found["validated"]["revenue"]] == ["4.5001", "4.5000"]


def test_the_content_tells_parquet_without_its_name() -> None:
    assert validate("data", parquet(TWO))["format"] == "parquet"
    assert validate("x.csv", parquet(TWO))["reasons"] == [("unsupported_format", None, [None], [None])]
