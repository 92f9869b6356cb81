"""Other ways to the same tables, as their users write them: `peers.py polars|pandas|dlt LAKE FILE…`.

None of them gives verdicts or reasons, or may be repeated. They run in an environment of their own, which the benchmark
sets up.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = ("product_id", "store_id")


def with_polars(lake: Path, files: list[str]) -> None:
    import polars as pl

    rows = clean(pl.concat([pl.read_csv(file) for file in files]))
    append = {"mode": "append", "delta_write_options": {"partition_by": ["date"]}}
    rows.write_delta(str(lake / "sales"), **append)
    for key in KEYS:
        figures(rows, key).write_delta(str(lake / f"by_{key}"), **append)


def clean(rows: Any) -> Any:
    import polars as pl

    moment = pl.from_epoch((pl.col("timestamp") * 1e6).round().cast(pl.Int64), time_unit="us").dt.replace_time_zone(
        "UTC"
    )
    amounts = [pl.col(name).cast(pl.Decimal(18, 4)) for name in ("revenue", "discount_applied")]
    return (
        rows.filter(pl.col("store_id") >= 1, pl.col("product_id") >= 1, pl.col("timestamp") >= 946_684_800)
        .unique("transaction_id")
        .with_columns(*amounts, event_time=moment, date=moment.dt.date())
        .drop("timestamp")
    )


def figures(rows: Any, key: str) -> Any:
    import polars as pl

    return rows.group_by("date", key).agg(
        total_sales=pl.col("revenue").sum(),
        units_sold=pl.col("quantity").sum(),
        transactions=pl.len().cast(pl.Int64),
        total_discount=pl.col("discount_applied").sum(),
    )


def with_pandas(lake: Path, files: list[str]) -> None:
    import pandas as pd
    from deltalake import write_deltalake

    rows = pd.concat([pd.read_csv(file) for file in files])
    rows = rows[(rows.store_id >= 1) & (rows.product_id >= 1) & (rows.timestamp >= 946_684_800)]
    rows = rows.drop_duplicates("transaction_id")
    rows["event_time"] = pd.to_datetime((rows.timestamp * 1e6).round().astype("int64"), unit="us", utc=True)
    rows["date"] = rows.event_time.dt.date
    rows = rows.drop(columns="timestamp")
    write_deltalake(str(lake / "sales"), rows, mode="append", partition_by=["date"])
    for key in KEYS:
        grouped = rows.groupby(["date", key]).agg(
            total_sales=("revenue", "sum"),
            units_sold=("quantity", "sum"),
            transactions=("transaction_id", "count"),
            total_discount=("discount_applied", "sum"),
        )
        write_deltalake(str(lake / f"by_{key}"), grouped.reset_index(), mode="append", partition_by=["date"])


def with_dlt(lake: Path, files: list[str]) -> None:
    import dlt
    import polars as pl

    by_date = {"date": {"data_type": "date", "partition": True}}

    def sales() -> Iterator[Any]:
        for file in files:
            yield clean(pl.read_csv(file)).to_arrow()

    pipeline = dlt.pipeline(
        "bench",
        pipelines_dir=str(lake / "state"),
        destination=dlt.destinations.filesystem(bucket_url=lake.as_uri()),
        dataset_name="lake",
    )
    load = {"loader_file_format": "parquet", "table_format": "delta", "write_disposition": "append"}
    pipeline.run(dlt.resource(sales, name="sales", columns=by_date), **load)
    rows = pl.read_delta(str(lake / "lake/sales"))
    for key in KEYS:
        pipeline.run(dlt.resource([figures(rows, key).to_arrow()], name=f"by_{key}", columns=by_date), **load)


WAYS = {"polars": with_polars, "pandas": with_pandas, "dlt": with_dlt}

if __name__ == "__main__":
    way, lake, *files = sys.argv[1:]
    WAYS[way](Path(lake), files)
