"""Rows that validation lets through and that two engines could easily see differently."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from oddities import days_when_clocks_change, odd_sales
from twins import Twins
from world import Delivery


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
