"""The rows by which a deployment is tried out go as well by Spark as by the embedded engine, whoever loaded them."""

from __future__ import annotations

import pytest
from rows import Sale, some_sales
from twins import Twins
from upkeep import published

# Noon of the canary's date, in microseconds.
NOON = 951_825_600_000_000
SALES = some_sales(seed=3, count=120, days=3)


def canaries(twins: Twins) -> list[Sale]:
    where = twins.world.plan["canary"]["where"]
    ids = {"store": where["store_id"], "product": where["product_id"]}
    return [Sale(f"smoke-{number}", at=NOON + number, **ids) for number in range(3)]


def drop(twins: Twins) -> tuple[int, str]:
    plan = published(twins.world)
    words = ["--drop_canary", "yes", "--lake", str(twins.lake("lake")), "--plan", str(plan), "--engine", "spark"]
    return twins.spark.main(words)


@pytest.mark.parametrize("engine", ["embedded", "spark"])
def test_its_rows_and_figures_go_and_all_others_stay(twins: Twins, engine: str) -> None:
    twins.deliver("real", SALES)
    twins.load("real", engine=engine, lake="lake")
    twins.load("real", engine="embedded", lake="without")
    twins.deliver("canary", canaries(twins))
    summary = twins.load("canary", engine=engine, lake="lake")
    assert summary["rows"]["appended"] == 3
    assert drop(twins) == (0, "")
    twins.assert_equal("lake", "without")


def test_a_date_on_which_others_stand_is_refused(twins: Twins) -> None:
    twins.deliver("both", [*canaries(twins), Sale("T-1", at=NOON)])
    twins.load("both", engine="embedded", lake="lake")
    code, errors = drop(twins)
    assert code == 1
    assert "sales has 1 row on 2000-02-29." in errors
    assert twins.count("lake") == 4
