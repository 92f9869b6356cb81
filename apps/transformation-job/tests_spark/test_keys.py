"""Ids that come again: both engines lead to the tables that the definition says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from keyed import Model, deliveries
from rows import Sale, at
from twins import Twins


@pytest.mark.parametrize("latest_wins", [False, True])
def test_a_key_that_is_unique_within_two_days(twins_of: Callable[[str], Twins], latest_wins: bool) -> None:
    twins, model = twins_of("two-days-latest-wins" if latest_wins else "two-days"), Model(2, latest_wins)
    runs = {f"run{number}": files for number, files in enumerate(deliveries(seed=11, days=2, runs=3, ids=5))}
    for run, files in runs.items():
        twins.deliver(run, *files)
        model.load(files)
    twins.load_both(*runs)
    twins.assert_equal()
    twins.assert_holds("spark", model.stand)


def test_each_engine_keeps_an_index_of_its_own(twins_of: Callable[[str], Twins]) -> None:
    twins = twins_of("two-days")
    sales = [Sale(f"T{day}", at=at(day)) for day in range(3)]
    for day, (sale, engine) in enumerate(zip(sales, ["embedded", "spark", "embedded"], strict=True)):
        twins.deliver(f"run{day}", [sale])
        twins.load(f"run{day}", engine=engine, lake="both")
    twins.deliver("again", [sale._replace(at=at(3)) for sale in sales])
    # Two of them are near enough; the first one is three days ago.
    assert twins.load("again", engine="spark", lake="both")["rows"]["conflicts"] == 2
    segments = twins.lake("both").child("curated/sales/_key_index").path.glob("*/*.keys")
    assert len({segment.parent for segment in segments}) == 2
