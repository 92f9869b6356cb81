"""Small files whose rows lie in one Parquet file: Spark loads them as the embedded engine does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from packs import kept, small_files
from twins import Twins
from world import CURATED, Delivery


@pytest.mark.parametrize("plan", ["as-it-is", "latest-wins"])
def test_each_row_is_of_its_own_file(twins_of: Callable[[str], Twins], plan: str) -> None:
    twins = twins_of(plan)
    latest = plan == "latest-wins"
    # Under such a plan validation makes no parts.
    files = [replace(file, parts=()) if latest else file for file in small_files(packed=True)]
    twins.deliver("one", *files)
    twins.load_both("one")
    twins.assert_equal()
    twins.assert_holds("spark", kept(files, latest=latest))
    # Other values of rows that stand in the table.
    twins.deliver("two", *(replace(file, sales=[sale._replace(product=5) for sale in file.sales]) for file in files))
    twins.load_both("two")
    twins.assert_equal()


def test_files_that_another_plan_validated(twins: Twins) -> None:
    sales = kept(small_files(packed=True))
    twins.deliver("one", *(Delivery(sales[place::3], packed=place > 0) for place in range(3)))
    other = replace(twins, world=replace(twins.world, plan={**twins.world.plan, "hash": "sha256:another"}))
    other.load_both("one")
    twins.assert_equal(paths=[CURATED])
    twins.assert_holds("spark", sales)
