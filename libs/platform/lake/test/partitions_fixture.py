"""
Writes a KPI table whose log has all that a long life brings; beside it what it holds, as delta-rs reads it.

Partitions by a date that some rows lack and by a text that needs escaping in paths; two checkpoints; rows deleted and
files put together after the first; commits after the last; and the log before it cleaned up.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from deltalake import DeltaTable, QueryBuilder, write_deltalake

REGIONS = ["North", "it's South", "a=b/c d%20", None]
DAYS = 14
FIRST_CHECKPOINT, DELETION, LAST_CHECKPOINT = 5, 7, 10


def main() -> None:
    lake = Path(sys.argv[1])
    place = lake / "kpi/rows_per_day"
    for number in range(DAYS):
        day = None if number % 5 == 4 else date(2026, 1, 1) + timedelta(days=number)
        size = len(REGIONS)
        rows = pl.DataFrame(
            {"date": [day] * size, "region": REGIONS, "rows": [number * size + at for at in range(size)]},
            schema={"date": pl.Date, "region": pl.String, "rows": pl.Int64},
        )
        write_deltalake(str(place), rows, mode="append", partition_by=["date", "region"])
        if number == DELETION:
            DeltaTable(str(place)).delete("date = DATE '2026-01-02' AND region = 'North'")
            DeltaTable(str(place)).optimize.compact()
        if number in {FIRST_CHECKPOINT, LAST_CHECKPOINT}:
            DeltaTable(str(place)).create_checkpoint()
    log = place / "_delta_log"
    last = json.loads((log / "_last_checkpoint").read_text())["version"]
    for commit in log.glob("*.json"):
        if int(commit.stem) <= last:
            commit.unlink()
    # Not by to_pyarrow_table: pyarrow's threads may abort a process that ends soon after.
    held = QueryBuilder().register("held", DeltaTable(str(place))).execute("SELECT date, region, rows FROM held")
    (lake / "held.json").write_text(json.dumps(pl.DataFrame(held.read_all()).to_dicts(), default=str))


main()
