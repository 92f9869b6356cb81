"""Killed at any write, a run of reference data leaves the old table or the new one, and its repeat the new one."""

from __future__ import annotations

import pytest
from killing import killed, writes
from plans import compiled_plans
from stores import STORES, Sent, Store, table_of
from world import World

from pos_job_runtime.storage import Location

FIRST = Sent(1, [Store(1), Store(2), Store(3)])
SECOND = Sent(2, [Store(2, "Ost"), Store(4)])
THIRD = Sent(3, [Store(4), Store(5)])
# The table's creation, its commit and the summary.
WRITES_OF_A_FIRST_RUN = 3
WRITES_OF_A_LATER_RUN = 2


@pytest.fixture(params=["stores", "stores-changes"])
def world(request: pytest.FixtureRequest, home: Location) -> World:
    world = World(home, compiled_plans()[request.param])
    for run, sent in {"first": FIRST, "second": SECOND, "third": THIRD}.items():
        world.deliver(run, sent.delivery)
    return world


def assert_holds(world: World, *sent: Sent) -> None:
    assert sorted(world.frame(STORES).rows()) == table_of(sent, delivers=world.plan["delivers"])


def test_the_crash_tests_reach_every_write(world: World) -> None:
    assert writes(world, "first") == WRITES_OF_A_FIRST_RUN
    assert writes(world, "second") == WRITES_OF_A_LATER_RUN


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, WRITES_OF_A_FIRST_RUN + 1))
def test_the_same_run_heals_a_first_run_that_was_killed(world: World, number: int, when: str) -> None:
    killed(world, "first", at_write=number, when=when)
    assert world.load("first")["rows"]["appended"] == len(FIRST.stores)
    assert_holds(world, FIRST)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, WRITES_OF_A_LATER_RUN + 1))
def test_a_list_that_was_killed_is_there_as_a_whole_or_not_at_all(world: World, number: int, when: str) -> None:
    world.load("first")
    killed(world, "second", at_write=number, when=when)
    committed = not (number == 1 and when == "before")
    assert_holds(world, FIRST, *([SECOND] if committed else []))
    world.load("third")
    told = world.load("second")["rows"]
    assert_holds(world, FIRST, SECOND, THIRD)
    # The run that is repeated tells what it did, which something newer may have replaced since.
    if committed:
        assert (told["appended"], told["updated"]) == (1, 1)
