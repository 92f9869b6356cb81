"""A table that one engine began, the other continues, and neither notices."""

from __future__ import annotations

import pytest
from rows import some_sales
from twins import Twins

SHARES = [some_sales(seed=seed, count=150, days=4) for seed in (1, 2, 3, 4)]


@pytest.mark.parametrize("first", ["embedded", "spark"])
def test_engines_in_turn(twins: Twins, first: str) -> None:
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
    twins.assert_holds("shared", [sale for share in SHARES for sale in share])


def test_a_run_that_the_other_engine_loaded_is_known(twins: Twins) -> None:
    twins.deliver("one", SHARES[0])
    twins.deliver("two", SHARES[1])
    for run, first, second in (("one", "embedded", "spark"), ("two", "spark", "embedded")):
        before = twins.load(run, engine=first, lake="shared")
        after = twins.load(run, engine=second, lake="shared")
        assert after["rows"] == before["rows"]
        assert [table["version"] for table in after["tables"]] == [table["version"] for table in before["tables"]]
    twins.assert_holds("shared", [*SHARES[0], *SHARES[1]])
