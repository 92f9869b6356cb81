"""Whichever write a load on Spark dies at, the next run puts everything right, whichever it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ageing import age
from parts import ALL, DAY, spread
from twins import Twins
from upkeep import folder, maintained, stored
from world import CURATED, Delivery

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
    later = [sale._replace(id=f"later-{sale.id}") for sale in DAY]
    twins.deliver("later", Delivery([], parts=[later]))
    twins.load("later", engine="embedded", lake="spark")
    assert twins.load("one", engine="spark", lake="spark")["rows"]["appended"] == len(ALL)
    twins.assert_holds("spark", [*ALL, *later])
    # What died before its commit stands in no log, and goes one day.
    world = twins.seen("spark")
    age(folder(world), days=8)
    maintained(world)
    assert {Path(name).name for name in stored(world)} == {Path(uri).name for uri in world.table(CURATED).file_uris()}
    twins.assert_holds("spark", [*ALL, *later])
