"""Years of daily loads as they would have left a lake, for benchmarks of what reads it.

The tables of sales and their KPIs, the list of stores, and the newest validated files: one a store and day.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb
from deliveries import VALIDATED
from deltalake import write_deltalake
from jobs import PLAN, Jobs
from past import build, sales

from pos_job_runtime.plan import parse_plan
from pos_job_runtime.storage import Location, Storage
from pos_transformation.store.duckdb_delta_rs.tables import LakeTable
from pos_transformation.store.table_specs import curated_spec

# A figure has the rows of one day, which may have come a week late.
DAYS_WITH_FILES = 15
REGIONS = "['North', 'East', 'South', 'West', 'Middle', 'Islands', 'Airports', 'Outlets']"


def stores(connection: duckdb.DuckDBPyConnection, *, lake: Path, count: int) -> None:
    """The list of stores."""
    spec = curated_spec(parse_plan(PLAN.read_text()).dataset("stores").curated)
    given = {
        "store_id": "n",
        "name": "format('Store {:03d}', n)",
        "region": f"{REGIONS}[1 + n % len({REGIONS})]",
        "time_zone": "'Europe/Berlin'",
        "opened": "DATE '2015-01-01'",
        "source_order": "'1'",
    }
    columns = ", ".join(f"{given.get(c.name, 'NULL')}::{c.type} AS {c.name}" for c in spec.columns)
    table = LakeTable(lake=Location("file", "", str(lake)), spec=spec, storage=Storage())
    write_deltalake(
        table.snapshot().delta,
        connection.sql(f"SELECT {columns} FROM range(1, {count + 1}) AS numbers(n)"),
        mode="append",
    )


def validated(connection: duckdb.DuckDBPyConnection, *, folder: Path, days: range, rows: int, count: int) -> None:
    """What validation has left of these days: `day-7/store=12/data_0.parquet`."""
    folder.mkdir()
    for day in days:
        select = sales(
            days=f"[{day}]", numbers=f"range({rows})", columns=f"{VALIDATED}, store_id AS store", stores=count
        )
        place = folder / f"day-{day}"
        connection.execute(f"COPY ({select}) TO '{place}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (store))")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="gets the lake; 2 GB for 50 million rows")
    parser.add_argument("--rows", type=int, required=True, help="of all days together")
    parser.add_argument("--days", type=int, required=True, help="from 2020-01-01 on")
    parser.add_argument("--stores", type=int, required=True)
    given = parser.parse_args()
    rows = -(-given.rows // given.days)
    jobs = Jobs(given.folder, "embedded")
    with duckdb.connect(config={"memory_limit": "3GB"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        build(connection, jobs=jobs, days=given.days, rows=rows, stores=given.stores)
        stores(connection, lake=jobs.lake, count=given.stores)
        newest = range(max(0, given.days - DAYS_WITH_FILES), given.days)
        validated(connection, folder=given.folder / "validated", days=newest, rows=rows, count=given.stores)


if __name__ == "__main__":
    main()
