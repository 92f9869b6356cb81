"""The engine on a cluster: a driver and two executors, each a process of its own that shares nothing but the lake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rows import some_sales
from spark_side import SparkSide
from twins import Twins
from world import Delivery, World

from pos_job_runtime.storage import Location


@pytest.fixture
def cluster() -> Iterator[SparkSide]:
    environment = {"POS_SPARK_MASTER": "local-cluster[2,1,1024]", "POS_SPARK_MEMORY": "1g"}
    with SparkSide.started(environment) as worker:
        yield worker


def test_the_same_tables_from_several_processes(tmp_path: Path, cluster: SparkSide, plans: dict[str, Any]) -> None:
    twins = Twins(World(Location("file", "", str(tmp_path / "home")), plans["latest-wins"]), cluster)
    first, second = some_sales(seed=1, count=400), some_sales(seed=2, count=300, days=4)
    changed = [sale._replace(quantity=sale.quantity + 1) for sale in first[:40]]
    twins.deliver("one", Delivery(first), Delivery(first[20:60], name="again.csv"))
    twins.deliver("two", Delivery(second), Delivery(changed, arrived="2024-03-05T06:00:00.000Z"))
    twins.load_both("one", "two")
    twins.assert_equal()
