"""A table that one engine began, the other continues, and neither notices."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from changes import OLD, STANDING, Wide, assert_wide, stages, under, wide_table
from rows import some_sales
from twins import Twins
from world import Delivery

SHARES = [some_sales(seed=seed, count=150, days=4) for seed in (1, 2, 3)]


@pytest.mark.parametrize("first", ["embedded", "spark"])
def test_engines_in_turn(twins: Twins, first: str) -> None:
    """And a run that the one has loaded is known to the other."""
    second = {"embedded": "spark", "spark": "embedded"}[first]
    for number, share in enumerate(SHARES):
        again = SHARES[number - 1][:20] if number else []
        twins.deliver(f"run-{number}", [*share, *again])
        engine = first if number % 2 == 0 else second
        summary = twins.load(f"run-{number}", engine=engine, lake="shared")
        assert summary["rows"]["appended"] == len(share)
        assert summary["rows"]["duplicates"] == len(again)
        # Only what this run touched is computed anew: the other engine's mark on the KPI tables counts.
        assert all(table["updated"] + table["inserted"] > 0 for table in summary["tables"])
    last = f"run-{len(SHARES) - 1}"
    before = twins.world.summary(last)
    after = twins.load(last, engine=second, lake="shared")
    assert after["rows"] == before["rows"]
    assert [table["version"] for table in after["tables"]] == [table["version"] for table in before["tables"]]
    twins.assert_holds("shared", [sale for share in SHARES for sale in share])


def test_engines_in_turn_follow_a_contract_that_changes(twins: Twins) -> None:
    """It gets columns and KPIs, is rolled back and deployed again, then lets the latest row win, and no longer."""

    def load(run: str, plan: str, engine: str) -> tuple[int, ...]:
        changed = replace(twins, world=under(twins.world, plan))
        return tuple(changed.load(run, engine=engine, lake="shared")["rows"].values())

    for stage in stages():
        under(twins.world, stage.validated).deliver(stage.run, stage.rows)
        engine = "spark" if stage.run in {"late", "back"} else "embedded"
        assert load(stage.run, stage.loaded, engine) == stage.told, stage.run
    corrected = [Wide(sale._replace(product=77), tip=Decimal("0.50")) for sale in OLD[:3]]
    latest = under(twins.world, "wider-latest-wins")
    latest.deliver("corrected", Delivery(wide_table(corrected), arrived="2024-03-01T00:00:00Z"))
    assert load("corrected", "wider-latest-wins", "spark") == (3, 0, 0, 0, 3)
    under(twins.world, "wider").deliver("kept", wide_table([Wide(OLD[0])]))
    assert load("kept", "wider", "embedded") == (1, 0, 0, 1, 0)
    assert_wide(twins.seen("shared"), [*corrected, *STANDING[3:]])
