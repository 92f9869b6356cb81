"""Killed at any write of a load that takes parts over, the next run, whichever it is, puts everything right."""

from __future__ import annotations

from pathlib import Path

import pytest
from ageing import age
from killing import killed, writes
from parts import ALL, DAY, spread
from test_parts import load
from upkeep import folder, maintained, stored
from world import CURATED, Delivery, World

# The creation of three tables and of the one on this machine, the copies of two parts, the commit, two tables' merges
# (staged, and committed) and a summary.
WRITES = 12


def test_the_crash_tests_reach_every_write(world: World) -> None:
    world.deliver("one", spread())
    assert writes(world, "one") == WRITES


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, WRITES + 1))
def test_a_load_of_parts_that_was_killed(world: World, number: int, when: str) -> None:
    world.deliver("one", spread())
    killed(world, "one", at_write=number, when=when)
    later = [sale._replace(id=f"later-{sale.id}") for sale in DAY]
    load(world, "later", Delivery([], parts=[later]))
    assert world.load("one")["rows"]["appended"] == len(ALL)
    world.assert_holds([*ALL, *later])
    # What died before its commit stands in no log, and goes one day.
    age(folder(world), days=8)
    maintained(world)
    assert {Path(name).name for name in stored(world)} == {Path(uri).name for uri in world.table(CURATED).file_uris()}
    world.assert_holds([*ALL, *later])
