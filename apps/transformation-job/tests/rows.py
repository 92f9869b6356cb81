"""Sales for the tests, and the KPIs computed from them with nothing but Python's decimals."""

from __future__ import annotations

import io
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import NamedTuple

import polars as pl

FIRST_DAY = date(2024, 3, 1)
UTC = timezone.utc


class Column(NamedTuple):
    """A column of the validated Parquet."""

    name: str
    type: pl.DataType


VALIDATED = (
    Column("transaction_id", pl.String()),
    Column("store_id", pl.Int64()),
    Column("product_id", pl.Int64()),
    Column("quantity", pl.Int64()),
    Column("revenue", pl.Decimal(18, 4)),
    Column("discount_applied", pl.Decimal(18, 4)),
    Column("event_time_us", pl.Int64()),
    Column("receipt_id", pl.String()),
)


class Sale(NamedTuple):
    """A validated row. `at` is in microseconds since the epoch."""

    id: str
    store: int = 1
    product: int = 10
    quantity: int = 1
    revenue: Decimal = Decimal("9.9900")
    discount: Decimal | None = None
    at: int = 0
    receipt: str | None = None

    @property
    def date(self) -> date:
        """The business date in UTC."""
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.at)).date()

    @property
    def curated(self) -> tuple[object, ...]:
        """The row as `World.curated` shows it."""
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.at)
        return (*self[:6], moment, self.date, self.receipt)


def at(day: int, second: int = 0) -> int:
    """A moment on the `day`-th day of the tests' calendar."""
    moment = datetime.combine(FIRST_DAY, datetime.min.time(), UTC) + timedelta(days=day, seconds=second)
    return int(moment.timestamp()) * 1_000_000


def some_sales(*, seed: int, count: int, days: int = 3, prefix: str = "T", receipts: bool = True) -> list[Sale]:
    """Sales with distinct ids, returns, missing discounts and missing receipts among them."""
    dice = random.Random(seed)
    sales = []
    for number in range(count):
        quantity = dice.choice([1, 1, 2, 3, -1])
        sales.append(
            Sale(
                id=f"{prefix}{seed}-{number:06d}",
                store=dice.randint(1, 4),
                product=dice.randint(1, 12),
                quantity=quantity,
                revenue=Decimal(dice.randint(1, 99_999_999) * (1 if quantity > 0 else -1)).scaleb(-4),
                discount=None if dice.random() < 0.5 else Decimal(dice.randint(0, 99_999)).scaleb(-4),
                at=at(dice.randrange(days), dice.randrange(86_400)) + dice.randrange(1_000_000),
                receipt=f"R-{number // 6}" if receipts and number % 3 else None,
            )
        )
    return sales


def as_table(sales: Sequence[Sale]) -> pl.DataFrame:
    """The sales as the validation job writes them."""
    return pl.DataFrame(sales, schema=dict(VALIDATED), orient="row")


def as_part(sales: Sequence[Sale]) -> bytes:
    """The sales in a file as the validation job writes a part, in groups of few rows."""
    instant = pl.col("event_time_us").cast(pl.Datetime("us", "UTC")).alias("event_time")
    buffer = io.BytesIO()
    table = as_table(sales).with_columns(instant).drop("event_time_us")
    table.write_parquet(buffer, compression="zstd", compression_level=1, statistics=True, row_group_size=7)
    return buffer.getvalue()


def curated_of(sales: Iterable[Sale]) -> list[tuple[object, ...]]:
    """The curated table that holds exactly `sales`."""
    return sorted((sale.curated for sale in sales), key=repr)


def by_product(sales: Iterable[Sale]) -> list[tuple[object, ...]]:
    """`total_sales_per_product_per_day`: date, product, sales, units, transactions, discount."""
    groups: dict[tuple[date, int], list[Sale]] = defaultdict(list)
    for sale in sales:
        groups[sale.date, sale.product].append(sale)
    return sorted(((*key, *_measures(group)) for key, group in groups.items()), key=repr)


def by_store(sales: Iterable[Sale]) -> list[tuple[object, ...]]:
    """`store_sales_per_day`: the same by store, the number of returns, and receipts with what is on them."""
    groups: dict[tuple[date, int], list[Sale]] = defaultdict(list)
    for sale in sales:
        groups[sale.date, sale.store].append(sale)
    found = []
    for key, group in groups.items():
        returns = sum(1 for sale in group if sale.quantity < 0)
        on_receipts = [sale for sale in group if sale.receipt is not None]
        revenue, units, *_ = _measures(on_receipts)
        found.append((*key, *_measures(group), returns, len({sale.receipt for sale in on_receipts}), revenue, units))
    return sorted(found, key=repr)


def _measures(group: Sequence[Sale]) -> tuple[Decimal, int, int, Decimal]:
    return (
        sum((sale.revenue for sale in group), Decimal("0.0000")),
        sum(sale.quantity for sale in group),
        len(group),
        sum((sale.discount or Decimal(0) for sale in group), Decimal("0.0000")),
    )
