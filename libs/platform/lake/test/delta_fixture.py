"""Writes Delta tables into a folder: KPIs, two tables with a key, and curated ones."""

from __future__ import annotations

import datetime as dt
import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
from deltalake import DeltaTable, Field, Schema, write_deltalake
from deltalake.schema import PrimitiveType

TAKINGS = pl.DataFrame(
    {
        "week": [date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 16)],
        "region": ["North", None, "it's South"],
        "total": [Decimal("10.0000"), Decimal("-0.0500"), Decimal("123456789012345678901234.5678")],
        "units_total": [Decimal(3), Decimal(2), Decimal("9223372036854775808000")],
        "receipts": [3, 2, 0],
    },
    schema={
        "week": pl.Date,
        "region": pl.String,
        "total": pl.Decimal(28, 4),
        "units_total": pl.Decimal(28, 0),
        "receipts": pl.Int64,
    },
)
DAYS = 12


UTC = dt.UTC
TILLS = pl.DataFrame(
    {
        "id": ["a", "b", "it's ?"],
        "count": [1, -2, 9_223_372_036_854_775_807],
        "price": [Decimal("1.5000"), None, Decimal("-0.0001")],
        "open": [True, False, None],
        "event_time": [
            dt.datetime(2026, 1, 1, 5, 6, 7, 8, tzinfo=UTC),
            dt.datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            dt.datetime(2026, 1, 2, tzinfo=UTC),
        ],
        "date": [date(2026, 1, 1), date(1969, 12, 31), date(2026, 1, 2)],
    },
    schema={
        "id": pl.String,
        "count": pl.Int64,
        "price": pl.Decimal(18, 4),
        "open": pl.Boolean,
        "event_time": pl.Datetime("us", "UTC"),
        "date": pl.Date,
    },
)


def main() -> None:
    lake = Path(sys.argv[1])
    write_deltalake(str(lake / "curated/tills"), TILLS, partition_by=["date"])
    write_deltalake(str(lake / "curated/places"), pl.DataFrame({"store": [1, 2], "region": ["North", "South"]}))
    write_deltalake(str(lake / "kpi/takings_per_week"), TAKINGS, partition_by=["week"])
    days = [date(2026, 1, 1) + timedelta(days=number // 3) for number in range(3 * DAYS)]
    rows = pl.DataFrame({"date": days, "store_id": [1, 2, 3] * DAYS, "rows": range(3 * DAYS)})
    write_deltalake(str(lake / "kpi/rows_per_day"), rows, partition_by=["date"])
    for name in ("keyed", "aged"):
        make_keyed(lake / "curated" / name)
    age(lake / "curated/aged")


def make_keyed(place: Path) -> None:
    """A table that says what its rows are told apart by, and whose date must have a value."""
    fields = [
        Field("id", PrimitiveType("string"), nullable=False),
        Field("date", PrimitiveType("date"), nullable=False),
        Field("note", PrimitiveType("string")),
    ]
    DeltaTable.create(
        str(place),
        schema=Schema(fields),
        partition_by=["date"],
        configuration={"pos.key": "date, id"},
        raise_if_key_not_exists=False,
    )


def age(place: Path) -> None:
    """Only the checkpoint is left to tell what the table is, as after the clean-up of its log."""
    DeltaTable(place).create_checkpoint()
    (place / "_delta_log/00000000000000000000.json").unlink()


main()
