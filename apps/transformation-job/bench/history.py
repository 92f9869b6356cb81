"""What one more day costs after so many days of history: `nx run transformation-job:bench-history`.

A day has 100,000 rows by default: 98 % of its own, 1 % late ones of the twenty days before, 1 % sent before.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import duckdb
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.transaction import Transaction
from world import CURATED, PLAN, World, read_plan

from pos_job_runtime.plan import parse_plan
from pos_job_runtime.storage import Location
from pos_transformation.catalogue import curated_shape
from pos_transformation.engines.embedded.tables import LakeTable

DAYS_A_COMMIT = 10
MORE_DAYS = 3


def sales(*, days: str, rows: int, columns: str) -> str:
    """SQL: `rows` sales on each day of the SQL list `days` (days since 2020)."""
    return f"""
        SELECT {columns} FROM (
            SELECT format('T{{}}-{{:08d}}', day, n) AS transaction_id,
                (1 + hash(n, 1) % 200)::BIGINT AS store_id, (1 + hash(n, day, 2) % 20000)::BIGINT AS product_id,
                (1 + hash(n, 3) % 5)::BIGINT AS quantity, ((hash(n, 4) % 100000) / 100)::DECIMAL(18,4) AS revenue,
                NULL::DECIMAL(18,4) AS discount_applied,
                1577836800000000 + day * 86400000000 + (hash(n, day, 5) % 86400000000)::BIGINT AS event_time_us,
                make_timestamptz(event_time_us) AS event_time, DATE '2020-01-01' + day::INTEGER AS date
            FROM (SELECT unnest({days}) AS day), range({rows}) AS numbers(n)
        )"""


def build_history(world: World, connection: duckdb.DuckDBPyConnection, *, days: int, rows: int) -> None:
    """A curated table as so many daily runs would have left it, in fewer commits."""
    curated = LakeTable(lake=world.lake, shape=curated_shape(parse_plan(PLAN.read_bytes()).curated))
    names = ", ".join(column.name for column in curated.shape.columns)
    for first in range(0, days, DAYS_A_COMMIT):
        chunk = f"range({first}, {min(days, first + DAYS_A_COMMIT)})"
        delta: DeltaTable = curated.snapshot().delta
        properties = CommitProperties(app_transactions=[Transaction(f"run:history-{first}", 1)])
        source = connection.sql(sales(days=chunk, rows=rows, columns=names))
        write_deltalake(delta, source, mode="append", commit_properties=properties)
    DeltaTable(str(world.lake.child(CURATED).path)).create_checkpoint()


def deliver(world: World, connection: duckdb.DuckDBPyConnection, *, run: str, day: int, rows: int) -> None:
    """A day's file: most rows are its own, some late, some sent before."""
    names = "transaction_id, store_id, product_id, quantity, revenue, discount_applied, event_time_us"
    share = max(1, rows // 100 // 20)
    before = f"range({max(0, day - 20)}, {day})"
    late = sales(days=before, rows=share, columns=names.replace("transaction_id", f"transaction_id || '-{day}'"))
    parts = (
        sales(days=f"[{day}]", rows=rows - 2 * rows // 100, columns=names),
        late,
        sales(days=before, rows=share, columns=names),
    )
    world.deliver(run, connection.sql(" UNION ALL ".join(parts)).to_arrow_table())


def measure(*, folder: Path, days: int, rows: int) -> None:
    world = World(Location("file", "", str(folder)), read_plan())
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        build_history(world, connection, days=days, rows=rows)
        world.deliver("none")
        began = time.monotonic()
        with contextlib.redirect_stdout(io.StringIO()):
            world.load("none")
        print(f"{days:5d} days: KPIs of all of them {time.monotonic() - began:6.2f} s")
        for number in range(MORE_DAYS):
            run = f"day-{number}"
            deliver(world, connection, run=run, day=days + number, rows=rows)
            seconds = timed(world, run)
            loaded = world.summary(run)
            print(f"{days:5d} days: one more in {seconds:6.2f} s; {loaded['rows']}; {loaded['timings']}")


def timed(world: World, run: str) -> float:
    """The seconds that a run takes as a process of its own."""
    began = time.monotonic()
    process: subprocess.Popen[str] = world.start(run)
    _, errors = process.communicate()
    if process.returncode != 0:
        raise SystemExit(errors)
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, nargs="+", default=[10, 1000])
    parser.add_argument("--rows", type=int, default=100_000, help="rows of a day")
    given = parser.parse_args()
    for days in given.days:
        folder = Path(tempfile.mkdtemp(prefix="pos-history-"))
        try:
            measure(folder=folder, days=days, rows=given.rows)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
