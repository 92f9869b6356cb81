"""Writes Delta tables into a folder: a KPI of weeks, one whose log has a checkpoint, and two with a key."""

from __future__ import annotations

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
CHECKPOINT = 8


def main() -> None:
    lake = Path(sys.argv[1])
    write_deltalake(str(lake / "kpi/takings_per_week"), TAKINGS, partition_by=["week"])
    place = str(lake / "kpi/rows_per_day")
    for number in range(DAYS):
        day = date(2026, 1, 1) + timedelta(days=number)
        rows = pl.DataFrame({"date": [day] * 3, "store_id": [1, 2, 3], "rows": [number] * 3})
        write_deltalake(place, rows, mode="append", partition_by=["date"])
        if number == CHECKPOINT:
            DeltaTable(place).create_checkpoint()
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
