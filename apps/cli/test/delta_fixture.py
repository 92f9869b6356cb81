"""Writes small Delta tables for the lake's tests: `delta_fixture.py FOLDER`."""

import datetime as dt
import sys
from decimal import Decimal

import pyarrow as pa
from deltalake import write_deltalake

UTC = pa.timestamp("us", "UTC")


def main(folder: str) -> None:
    days = [dt.date(2017, 1, 1), dt.date(2017, 1, 1), dt.date(2017, 1, 2)]
    sales = pa.table(
        {
            "transaction_id": ["a", "b", "c"],
            "quantity": pa.array([1, -2, 9_007_199_254_740_993], pa.int64()),
            "revenue": pa.array([Decimal("1.5"), Decimal("-2.25"), Decimal("0.0001")], pa.decimal128(18, 4)),
            "discount_applied": pa.array([Decimal("0.5"), None, None], pa.decimal128(18, 4)),
            "event_time": pa.array([dt.datetime(2017, 1, 1, 5, 6, 7, 8, tzinfo=dt.UTC)] * 3, UTC),
            "date": pa.array(days),
        }
    )
    write_deltalake(f"{folder}/curated/sales", sales, partition_by=["date"])
    products = pa.table(
        {
            "date": pa.array(days),
            "product_id": pa.array([7, 8, 7], pa.int64()),
            "total_sales": pa.array([Decimal("3.5"), Decimal("9"), Decimal("1")], pa.decimal128(28, 4)),
        }
    )
    write_deltalake(f"{folder}/kpi/total_sales_per_product_per_day", products, partition_by=["date"])


main(sys.argv[1])
