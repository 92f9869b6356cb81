"""Spark creates tables on a bad day: the answer gets lost, or another process has begun and was killed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drivers import Drivers
from rows import some_sales
from spark_side import SparkSide
from world import BY_PRODUCT, BY_STORE, CURATED, World

from pos_job_runtime.storage import Location

SALES = some_sales(seed=1, count=40)
TABLES = (CURATED, BY_PRODUCT, BY_STORE)


def test_a_creation_whose_answer_got_lost(drivers: Drivers, plans: dict[str, Any]) -> None:
    world = World(Location("s3", drivers.server.new_bucket(), "home"), plans["as-it-is"])
    world.deliver("one", SALES)
    drivers.proxy.behave(drop_answers=2)
    assert drivers.both[0].main([*world.arguments("one")[:-1], "spark"]) == (0, "")
    assert drivers.proxy.drop_answers == 0
    world.assert_holds(SALES)


def test_a_log_on_s3_that_another_process_has_begun(drivers: Drivers, plans: dict[str, Any]) -> None:
    """S3A makes a marker of the log's folder before the first commit."""
    world = World(Location("s3", drivers.server.new_bucket(), "home"), plans["as-it-is"])
    for table in TABLES:
        marker = f"{world.lake.key}/{table}/_delta_log/"
        drivers.server.client().put_object(Bucket=world.lake.bucket, Key=marker, Body=b"")
    world.deliver("one", SALES)
    assert drivers.both[0].main([*world.arguments("one")[:-1], "spark"]) == (0, "")
    world.assert_holds(SALES)


def test_a_log_in_a_folder_that_another_process_has_begun(
    spark: SparkSide, tmp_path: Path, plans: dict[str, Any]
) -> None:
    world = World(Location("file", "", str(tmp_path)), plans["as-it-is"])
    for table in TABLES:
        (world.lake.path / table / "_delta_log").mkdir(parents=True)
    world.deliver("one", SALES)
    assert spark.main([*world.arguments("one")[:-1], "spark"]) == (0, "")
    world.assert_holds(SALES)
