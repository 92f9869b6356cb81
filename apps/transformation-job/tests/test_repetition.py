"""However often, in whatever order and in whatever pieces the same sales come: the same tables."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rows import Sale, some_sales
from world import Delivery, World, read_plan

from pos_job_runtime.storage import Location

SALES = some_sales(seed=7, count=240, days=4)
DAYS = [[sale for sale in SALES if sale.date.day == day] for day in (1, 2, 3, 4)]


def shuffled(sales: Sequence[Sale], seed: int) -> list[Sale]:
    copy = list(sales)
    random.Random(seed).shuffle(copy)
    return copy


def test_a_repeated_run_writes_nothing_and_tells_the_same(world: World) -> None:
    world.deliver("one", SALES)
    first = world.load("one")
    versions = world.versions()
    second = world.load("one")
    assert world.versions() == versions
    assert {**second, "timings": 0, "tables": 0} == {**first, "timings": 0, "tables": 0}


def test_a_redelivery_under_another_run_is_all_duplicates(world: World) -> None:
    world.deliver("one", SALES)
    world.load("one")
    versions = world.versions()
    world.deliver("again", shuffled(SALES, 1))
    summary = world.load("again")
    assert summary["outcome"] == "nothing-new"
    assert summary["rows"] == {"in": 240, "appended": 0, "duplicates": 240, "conflicts": 0, "updated": 0}
    assert world.versions() == versions


def test_the_same_file_twice_in_one_run_counts_once(world: World) -> None:
    world.deliver("one", Delivery(SALES, "a.csv"), Delivery(shuffled(SALES, 2), "renamed.csv"))
    assert world.load("one")["rows"]["duplicates"] == 240
    world.assert_holds(SALES)


def test_a_file_that_repeats_a_part_of_another_adds_the_rest(world: World) -> None:
    world.deliver("one", SALES[:100], SALES[60:])
    assert world.load("one")["rows"] == {"in": 280, "appended": 240, "duplicates": 40, "conflicts": 0, "updated": 0}
    world.assert_holds(SALES)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_days_may_come_in_any_order_and_late(world: World, order: Sequence[int]) -> None:
    for day in order:
        world.deliver(f"day-{day}", DAYS[day])
        world.load(f"day-{day}")
    world.assert_holds(SALES)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_schedule_of_deliveries_ends_alike(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    world = World(Location("file", "", str(tmp_path_factory.mktemp("world"))), read_plan())
    sales = SALES[:40]
    chunk = st.lists(st.sampled_from(sales), max_size=25, unique=True)
    runs = data.draw(st.lists(st.lists(chunk, min_size=1, max_size=3), min_size=1, max_size=4))
    repeats = data.draw(st.lists(st.integers(0, len(runs) - 1), max_size=2))
    for number, files in enumerate(runs):
        world.deliver(f"run-{number}", *(file for file in files if file))
    for number in [*range(len(runs)), *repeats]:
        summary = world.load(f"run-{number}")["rows"]
        told = summary["appended"] + summary["duplicates"] + summary["conflicts"] + summary["updated"]
        assert summary["in"] == told
    world.assert_holds({sale for files in runs for file in files for sale in file})
