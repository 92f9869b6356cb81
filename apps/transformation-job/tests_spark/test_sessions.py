"""Sessions that were there before the job, as Glue's is: each is loaded with rightly, or refused with what to do."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rows import some_sales
from spark_side import PYTHON, TESTS, spark_environment
from world import World

from pos_job_runtime.storage import Location

LOG_STORE = "pos.delta.ConditionalS3LogStore"
# What the stack gives to Glue by --conf; apps/infra holds it against the job's own list.
GIVEN = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.delta.logStore.s3a.impl": LOG_STORE,
    "spark.delta.logStore.s3.impl": LOG_STORE,
    "spark.sql.catalogImplementation": "in-memory",
}
GLUES_CATALOGUE = {**GIVEN, "spark.sql.catalogImplementation": "hive"}
ONE_STORE = "org.apache.spark.sql.delta.storage.S3SingleDriverLogStore"
WITH_ONE_STORE = {**GIVEN, "spark.delta.logStore.class": ONE_STORE}
WITHOUT_OURS = {name: value for name, value in GIVEN.items() if "logStore" not in name}


def loads(tmp_path: Path, *loads: tuple[Mapping[str, str], list[str]]) -> list[dict[str, Any]]:
    """Run each in a session with these settings; returns what the driver tells of them."""
    environment = spark_environment()
    done = subprocess.run(
        [str(PYTHON), str(TESTS / "presetting_driver.py")],
        input="".join(json.dumps([settings, arguments]) + "\n" for settings, arguments in loads),
        env=environment | {"PYTHONPATH": os.pathsep.join([environment["PYTHONPATH"], str(TESTS)])},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_sessions_of_somebody_else(tmp_path: Path, plans: dict[str, Any]) -> None:
    world = World(Location("file", "", str(tmp_path / "home")), plans["as-it-is"])
    first, second = some_sales(seed=1, count=30), some_sales(seed=2, count=20, days=2)
    world.deliver("one", first)
    world.deliver("two", second)
    one, two = ([*world.arguments(run)[:-1], "spark"] for run in ("one", "two"))
    bare, unguarded, store, existing, glues = loads(
        tmp_path, ({}, one), (WITHOUT_OURS, one), (WITH_ONE_STORE, one), (GIVEN, one), (GLUES_CATALOGUE, two)
    )
    assert (existing["code"], existing["errors"], existing["catalogue"]) == (0, "", "in-memory")
    assert (glues["code"], glues["errors"], glues["catalogue"]) == (0, "", "hive")
    world.assert_holds([*first, *second])

    assert store["code"] == 1
    assert store["errors"] == (
        f"transformation: The Spark session sets spark.delta.logStore.class={ONE_STORE}, beside which Delta refuses "
        "the log stores for s3:// and s3a:// that keep two jobs from losing rows: take it out of the job's --conf "
        "(docs/spark.md, Settings).\n"
    )
    for refused, words in ((bare, "has no Delta"), (unguarded, "commits to s3:// with Delta’s own log store")):
        assert refused["code"] == 1
        assert len(refused["errors"].splitlines()) == 1
        assert words in refused["errors"]
        assert "docs/spark.md" in refused["errors"]
