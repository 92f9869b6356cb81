"""Spark creates tables on a bad day: the answer gets lost."""

from __future__ import annotations

from typing import Any

from drivers import Drivers
from rows import some_sales
from world import World

from pos_job_runtime.storage import Location

SALES = some_sales(seed=1, count=40)


def test_a_creation_whose_answer_got_lost(drivers: Drivers, plans: dict[str, Any]) -> None:
    world = World(Location("s3", drivers.server.new_bucket(), "home"), plans["as-it-is"])
    world.deliver("one", SALES)
    drivers.proxy.behave(drop_answers=2)
    assert drivers.both[0].main([*world.arguments("one")[:-1], "spark"]) == (0, "")
    assert drivers.proxy.drop_answers == 0
    world.assert_holds(SALES)
