"""The figures of `periods.ts`, computed with nothing but Python's own calendar and decimals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from rows import Sale

WEEKS = "kpi/sales_per_region_per_week"
MONTHS = "kpi/sales_per_hour_per_month"
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# The tests' calendar begins in New York's winter; its summer time begins on 10 March 2024 at 7:00 UTC.
SUMMER = datetime(2024, 3, 10, 7, tzinfo=timezone.utc)
CUTOFF = timedelta(hours=4)


def local(sale: Sale) -> datetime:
    """New York's wall clock, as if it were UTC."""
    moment = EPOCH + timedelta(microseconds=sale.at)
    return moment - timedelta(hours=4 if moment >= SUMMER else 5)


def business_date(sale: Sale) -> date:
    """The day that began at 4:00 in New York."""
    return (local(sale) - CUTOFF).date()


def monday(day: date) -> date:
    """The first day of the ISO week."""
    year, week, _ = day.isocalendar()
    return date.fromisocalendar(year, week, 1)


def per_region(sales: Iterable[Sale], regions: Mapping[int, str]) -> list[tuple[object, ...]]:
    """Of each week."""
    groups: dict[tuple[date, str | None], list[Sale]] = defaultdict(list)
    for sale in sales:
        groups[monday(business_date(sale)), regions.get(sale.store)].append(sale)
    rows = [
        (*key, sum((sale.revenue for sale in some), Decimal(0)), len(some), len({sale.product for sale in some}))
        for key, some in groups.items()
    ]
    return sorted(rows, key=repr)


def per_hour(sales: Iterable[Sale]) -> list[tuple[object, ...]]:
    """Of each month."""
    groups: dict[tuple[date, int], list[Sale]] = defaultdict(list)
    for sale in sales:
        groups[business_date(sale).replace(day=1), local(sale).hour].append(sale)
    rows = [(*key, sum((sale.revenue for sale in some), Decimal(0)), len(some)) for key, some in groups.items()]
    return sorted(rows, key=repr)
