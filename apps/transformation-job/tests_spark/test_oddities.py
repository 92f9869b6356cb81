"""Rows that validation lets through and that two engines could easily see differently."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from rows import Sale
from twins import Twins
from world import Delivery

# The largest amount that a contract's decimal(18,4) holds, and 64-bit integers.
MOST = Decimal("99999999999999.9999")
LEAST = Decimal("0.0001")
IDS = [
    "a", "A", " a", "a ", "ä", "a\u0308", "ß", "SS", "ſ", "İ", "i", "Ⅷ", "\u00a0", "\u200b", "\ufeff", "😀", "👩‍👩‍👧",
    "\U0010ffff", "'", '"', "\\", "\\n", "`", "%", "_", "${x}", "{dates}", "NULL", "null", "NaN", "0", "00", "1e3",
    "=1+1", "ﷺ" * 10, "x" * 128, "中文", "العربية", "é", "e\u0301",
]  # fmt: skip


def micros(text: str) -> int:
    return (datetime.fromisoformat(text).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        microseconds=1
    )


def odd_sales(*, seed: int) -> list[Sale]:
    """Each id a few times, with extremes beside it, at fractions of a second."""
    dice = random.Random(seed)
    amounts = [MOST, -MOST, LEAST, -LEAST, Decimal("0.0000"), Decimal("-0.0000"), Decimal("0.1000"), Decimal("1E+3")]
    moments = [
        micros("2024-03-10T06:59:59.999999"),
        micros("2024-03-10T07:00:00"),
        micros("2024-11-03T05:59:59.999999"),
        micros("2024-11-03T06:00:00.000001"),
        micros("2024-02-29T23:59:59.999999"),
        micros("2024-12-31T23:59:59.999999"),
        micros("2025-01-01T00:00:00"),
        micros("2000-01-01T00:00:00.000001"),
        micros("2024-06-30T12:00:00.123457"),
    ]
    return [
        Sale(
            # An id is unique in its file: validation sees to that.
            id=f"{name}{'·' * number}",
            store=dice.choice([1, 2**63 - 1]),
            product=dice.choice([1, 2, 2**62]),
            quantity=dice.choice([1, -1, 0, 1_000_000_000]),
            revenue=dice.choice(amounts),
            discount=dice.choice([None, Decimal("0.0000"), LEAST, MOST]),
            at=dice.choice(moments),
        )
        for name in IDS
        for number in range(4)
    ]


def days_when_clocks_change() -> list[Sale]:
    """A sale each 7 minutes and a microsecond around changes of clocks in both hemispheres, and around midnight."""
    sales = []
    for place, day in enumerate(["2024-03-10", "2024-11-03", "2024-04-06", "2024-10-05", "2024-10-06", "2024-12-31"]):
        start = micros(f"{day}T00:00:00") - 3_600_000_000
        sales += [
            Sale(
                id=f"{place}-{step}", product=step % 7, at=start + step * 420_000_001, revenue=Decimal(step).scaleb(-4)
            )
            for step in range(250)
        ]
    return sales


def test_odd_values(twins: Twins) -> None:
    sales = odd_sales(seed=1)
    twins.deliver("one", sales)
    twins.deliver("two", Delivery(odd_sales(seed=2)), Delivery(odd_sales(seed=3), arrived="2024-03-04T06:00:00.001Z"))
    twins.load_both("one", "two")
    twins.assert_equal()


@pytest.mark.parametrize("plan", ["new-york-from-4", "lord-howe-from-3", "kathmandu"])
def test_business_dates_where_clocks_change(twins_of: Callable[[str], Twins], plan: str) -> None:
    twins = twins_of(plan)
    twins.deliver("one", days_when_clocks_change())
    twins.load_both("one")
    twins.assert_equal()


def test_where_the_latest_row_wins(twins_of: Callable[[str], Twins]) -> None:
    twins = twins_of("latest-wins")
    first = odd_sales(seed=1)
    corrected = [sale._replace(revenue=Decimal("7.0000"), quantity=3) for sale in first[::3]]
    twins.deliver("one", Delivery(first, arrived="2024-03-04T06:00:00.000Z"))
    twins.deliver("two", Delivery(corrected, arrived="2024-03-05T06:00:00.000Z"), first[:9])
    twins.deliver("late", Delivery(odd_sales(seed=4), arrived="2024-03-03T06:00:00.000Z"))
    twins.load_both("one", "two", "late")
    twins.assert_equal()
