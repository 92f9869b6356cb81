"""Whichever write a load on Spark dies at, the next run puts everything right, whichever it is."""

from __future__ import annotations

from typing import Any

import pytest
from parts import ALL, LATER, spread
from twins import Twins
from upkeep import assert_nothing_is_left
from world import Delivery

# The creation of three tables; the copies of two parts, the files beside them and the commit; files and commit of two
# KPI tables; the summary.
WRITES = 12


def dying(twins: Twins, *, at_write: int) -> dict[str, Any]:
    """Load the run until this write."""
    return twins.spark.asked({"main": twins.arguments("one", lake="spark", engine="spark"), "until": at_write})


def test_the_crash_tests_reach_every_write(twins: Twins) -> None:
    twins.deliver("one", spread())
    assert dying(twins, at_write=0) == {"code": 0, "writes": WRITES}


@pytest.mark.parametrize("number", range(1, WRITES + 1))
def test_a_load_that_died(twins: Twins, number: int) -> None:
    twins.deliver("one", spread())
    told = dying(twins, at_write=number)
    assert told == {"code": 1, "writes": number - 1}
    twins.deliver("later", Delivery([], parts=[LATER]))
    twins.load("later", engine="embedded", lake="spark")
    assert twins.load("one", engine="spark", lake="spark")["rows"]["appended"] == len(ALL)
    twins.assert_holds("spark", [*ALL, *LATER])
    assert_nothing_is_left(twins.seen("spark"))
    twins.assert_holds("spark", [*ALL, *LATER])
