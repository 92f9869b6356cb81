"""Two drivers write to one table on S3, and their commits are slow: nothing may be lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl
from deltalake import DeltaTable, Field, QueryBuilder, Schema
from deltalake.schema import PrimitiveType
from drivers import GUARDED, UNGUARDED, Drivers
from local_s3 import LocalS3
from rows import some_sales
from world import CURATED, World

from pos_job_runtime.storage import Location
from pos_transformation.store.duckdb_delta_rs.tables import storage_options

COMMITS = 5
SLOW = 1.0


def new_table(server: LocalS3) -> str:
    """An empty table's bucket and key: two drivers that create the same table do conflict, and should."""
    table = f"{server.new_bucket()}/table"
    schema = Schema([Field("id", PrimitiveType("string"))])
    DeltaTable.create(f"s3://{table}", schema, storage_options=storage_options(Location("s3", *table.split("/"))))
    return table


def rows_of(uri: str) -> list[str]:
    table = DeltaTable(uri, storage_options=storage_options(Location.parse(uri)))
    return pl.DataFrame(QueryBuilder().register("t", table).execute("SELECT id FROM t"))["id"].to_list()


def test_with_the_jobs_log_store_every_committed_row_is_there_once(drivers: Drivers) -> None:
    table = new_table(drivers.server)
    drivers.proxy.behave(seconds=SLOW)
    told = drivers.append(f"{GUARDED}://{table}", commits=COMMITS)
    assert len(told) == 2 * COMMITS
    assert sorted(rows_of(f"s3://{table}")) == told
    # They did get into each other's way.
    assert drivers.proxy.commits > len(told)


def test_without_it_rows_are_lost(drivers: Drivers) -> None:
    """What the guard is for. Should Delta's own store ever pass, the guard has become unnecessary."""
    table = new_table(drivers.server)
    drivers.proxy.behave(seconds=SLOW)
    told = drivers.append(f"{UNGUARDED}://{table}", commits=COMMITS)
    assert len(told) == 2 * COMMITS
    assert set(rows_of(f"s3://{table}")) < set(told)


def test_a_commit_whose_answer_got_lost_is_there_once(drivers: Drivers) -> None:
    """The AWS SDK sends it again and meets its own commit, which it must know from another's."""
    table = new_table(drivers.server)
    drivers.proxy.behave(drop_answers=2)
    told = drivers.both[0].asked({"append": f"{GUARDED}://{table}", "by": "one", "commits": 3})["rows"]
    assert told == ["one-0", "one-1", "one-2"]
    assert sorted(rows_of(f"s3://{table}")) == told
    assert drivers.proxy.commits == 5


def test_two_jobs_with_overlapping_rows(drivers: Drivers, plans: dict[str, Any]) -> None:
    """The whole job, one on each engine: whoever comes second leaves out what the first one has brought."""
    world = World(Location("s3", drivers.server.new_bucket(), "prefix"), plans["as-it-is"])
    common = some_sales(seed=1, count=100)
    shares = [[*common, *some_sales(seed=seed, count=50)] for seed in (2, 3, 4)]
    for number, share in enumerate(shares):
        world.deliver(f"run-{number}", share)
    drivers.proxy.behave(seconds=SLOW)
    embedded = world.start("run-2", environment={"AWS_ENDPOINT_URL": drivers.proxy.endpoint})
    words = [[*world.arguments(f"run-{number}")[:-1], "spark"] for number in range(2)]
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda driver, arguments: driver.main(arguments), drivers.both, words))
    assert done == [(0, ""), (0, "")]
    _, errors = embedded.communicate(timeout=400)
    assert embedded.returncode == 0, errors[-3000:]
    world.assert_holds({sale for share in shares for sale in share})
    assert len(world.rows(CURATED)) == 250
