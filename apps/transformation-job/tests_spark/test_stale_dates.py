"""What can't be computed harms its own date on Spark as well, and each engine takes over from the other."""

from __future__ import annotations

from typing import Any

import pytest
from lakes import neutral
from rows import Sale, at, some_sales
from twins import Twins
from world import BY_PRODUCT, BY_STORE

from pos_transformation.load.staleness import stale_dates
from pos_transformation.run.job import main

GOOD = some_sales(seed=5, count=200, days=4)
POISON = [
    Sale("P-1", quantity=2**63 - 1, at=at(1)),
    Sale("P-2", quantity=2, at=at(1, 1)),
    Sale("P-3", quantity=-(2**63), at=at(3)),
    Sale("P-4", quantity=-(2**63), at=at(3, 1)),
]
POISONED = ["2024-03-02", "2024-03-04"]
LATER = [sale for sale in some_sales(seed=6, count=50, days=6) if str(sale.date) not in POISONED]


def run(twins: Twins, name: str, *, engine: str, lake: str) -> tuple[int, str]:
    arguments = twins.arguments(name, lake=lake, engine=engine)
    return twins.spark.main(arguments) if engine == "spark" else (main(arguments), "")


def stale(twins: Twins, lake: str, path: str) -> list[str]:
    return stale_dates(twins.table(lake, path).transaction_version)


def without_problems(summary: dict[str, Any]) -> dict[str, Any]:
    """The engines' own words for what went wrong differ."""
    told = neutral(summary)
    told["stale"] = [{name: value for name, value in one.items() if name != "problem"} for one in told["stale"]]
    return told


def test_both_engines_keep_it_to_the_same_dates(twins: Twins) -> None:
    twins.deliver("all", [*GOOD, *POISON])
    twins.deliver("later", LATER)
    summaries = {}
    for engine in ("embedded", "spark"):
        code, errors = run(twins, "all", engine=engine, lake=engine)
        assert code == 1
        if engine == "spark":
            assert "Run all is loaded, but the figures of 2024-03-02" in errors.splitlines()[-1]
        summaries[engine] = without_problems(twins.world.summary("all"))
        assert [stale(twins, engine, path) for path in (BY_PRODUCT, BY_STORE)] == [POISONED, POISONED]
    assert summaries["embedded"] == summaries["spark"]
    assert {one["date"] for one in summaries["spark"]["stale"]} == set(POISONED)
    twins.assert_equal()
    for engine in ("embedded", "spark"):
        assert run(twins, "later", engine=engine, lake=engine)[0] == 0
    twins.assert_equal()


@pytest.mark.parametrize("first", ["embedded", "spark"])
def test_an_engine_knows_the_dates_that_the_other_one_left(twins: Twins, first: str) -> None:
    second = {"embedded": "spark", "spark": "embedded"}[first]
    twins.deliver("all", [*GOOD, *POISON])
    twins.deliver("later", LATER)
    twins.deliver("none")
    assert run(twins, "all", engine=first, lake="shared")[0] == 1
    summary = twins.load("later", engine=second, lake="shared")
    assert sorted({one["date"] for one in summary["stale"]}) == POISONED
    twins.table("shared", "curated/sales").delete("transaction_id IN ('P-1', 'P-3', 'P-4')")
    assert "stale" not in twins.load("none", engine=second, lake="shared")
    twins.assert_holds("shared", [*GOOD, POISON[1], *LATER])
