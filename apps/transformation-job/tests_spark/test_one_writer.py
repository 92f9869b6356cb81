"""Two drivers write to one table on S3, and their commits are slow: nothing may be lost."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import Any

import pytest
from deltalake import DeltaTable, Field, Schema
from deltalake.schema import PrimitiveType
from local_s3 import LocalS3
from rows import some_sales
from slow_proxy import SlowProxy
from spark_side import PYTHON, TESTS, spark_environment
from world import CURATED, PROJECT, World

from pos_job_runtime.storage import Location
from pos_transformation.store.duckdb_delta_rs.tables import storage_options

GUARDED = "pos.delta.ConditionalS3LogStore"
DELTAS_OWN = "io.delta.storage.S3SingleDriverLogStore"
COMMITS = 5
SLOW = 1.0


def finish(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=400)
    assert process.returncode == 0, errors[:3000]
    return output


def appended(server: LocalS3, proxy: SlowProxy, log_store: str) -> tuple[list[str], list[str]]:
    """Two drivers append at the same time; the rows that they were told are committed, and those in the table."""
    table = new_table(server)
    environment = spark_environment({**server.environment, "AWS_ENDPOINT_URL": proxy.endpoint})
    drivers = [
        subprocess.Popen(
            [PYTHON, TESTS / "appending_driver.py", f"s3a://{table}", name, str(COMMITS), log_store],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    told = [row for driver in drivers for row in json.loads(finish(driver))]
    found = rows_of(f"s3://{table}")
    return sorted(told), sorted(found)


def new_table(server: LocalS3) -> str:
    """An empty table's bucket and key: two drivers that create the same table do conflict, and should."""
    table = f"{server.new_bucket()}/table"
    schema = Schema([Field("id", PrimitiveType("string"))])
    DeltaTable.create(f"s3://{table}", schema, storage_options=storage_options(Location("s3", *table.split("/"))))
    return table


def rows_of(uri: str) -> list[str]:
    table = DeltaTable(uri, storage_options=storage_options(Location.parse(uri)))
    return [str(row["id"]) for row in table.to_pyarrow_table().to_pylist()]


@pytest.fixture
def server(local_s3: LocalS3, monkeypatch: pytest.MonkeyPatch) -> LocalS3:
    for name, value in local_s3.environment.items():
        monkeypatch.setenv(name, value)
    return local_s3


def test_with_the_jobs_log_store_every_committed_row_is_there_once(server: LocalS3) -> None:
    with SlowProxy.started(server.environment["AWS_ENDPOINT_URL"], seconds=SLOW) as proxy:
        told, found = appended(server, proxy, GUARDED)
    assert len(told) == 2 * COMMITS
    assert found == told
    # They did get into each other's way.
    assert proxy.commits > len(told)


def test_without_it_rows_are_lost(server: LocalS3) -> None:
    """What the guard is for. Should Delta's own store ever pass, the guard has become unnecessary."""
    with SlowProxy.started(server.environment["AWS_ENDPOINT_URL"], seconds=SLOW) as proxy:
        told, found = appended(server, proxy, DELTAS_OWN)
    assert len(told) == 2 * COMMITS
    assert set(found) < set(told)


def test_a_commit_whose_answer_got_lost_is_there_once(server: LocalS3) -> None:
    """The AWS SDK sends it again and meets its own commit, which it must know from another's."""
    target = server.environment["AWS_ENDPOINT_URL"]
    with SlowProxy.started(target, seconds=0, drop_answers=2) as proxy:
        table = new_table(server)
        driver = subprocess.run(
            [PYTHON, TESTS / "appending_driver.py", f"s3a://{table}", "one", "3", GUARDED],
            env=spark_environment({**server.environment, "AWS_ENDPOINT_URL": proxy.endpoint}),
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
    assert driver.returncode == 0, driver.stderr[:3000]
    assert sorted(rows_of(f"s3://{table}")) == ["one-0", "one-1", "one-2"]
    assert proxy.commits == 5


def test_two_jobs_with_overlapping_rows(server: LocalS3, plans: dict[str, Any]) -> None:
    """The whole job, one on each engine: whoever comes second leaves out what the first one has brought."""
    world = World(Location("s3", server.new_bucket(), "prefix"), plans["as-it-is"])
    common = some_sales(seed=1, count=100)
    shares = [[*common, *some_sales(seed=seed, count=50)] for seed in (2, 3, 4)]
    for number, share in enumerate(shares):
        world.deliver(f"run-{number}", share)
    with SlowProxy.started(server.environment["AWS_ENDPOINT_URL"], seconds=SLOW) as proxy:
        environment = {**server.environment, "AWS_ENDPOINT_URL": proxy.endpoint}
        jobs = [on_spark(world, "run-0", environment), on_spark(world, "run-1", environment)]
        jobs.append(world.start("run-2", environment=environment))
        for job in jobs:
            finish(job)
    world.assert_holds({sale for share in shares for sale in share})
    assert len(world.rows(CURATED)) == 250


def on_spark(world: World, run: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    arguments: Sequence[str] = [word if word != "embedded" else "spark" for word in world.arguments(run)]
    return subprocess.Popen(
        [PYTHON, PROJECT / "main.py", *arguments],
        env=spark_environment(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
