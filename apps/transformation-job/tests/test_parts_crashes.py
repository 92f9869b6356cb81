"""Killed at any write of a load that takes parts over, the next run, whichever it is, puts everything right."""

from __future__ import annotations

import pytest
from killing import killed, writes
from parts import ALL, LATER, spread
from test_parts import load
from upkeep import assert_nothing_is_left
from world import Delivery, World

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
    load(world, "later", Delivery([], parts=[LATER]))
    assert world.load("one")["rows"]["appended"] == len(ALL)
    world.assert_holds([*ALL, *LATER])
    assert_nothing_is_left(world)
    world.assert_holds([*ALL, *LATER])
