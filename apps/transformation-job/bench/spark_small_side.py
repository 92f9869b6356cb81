"""One side of `spark_small.py`, in Glue 6.0's environment: `spark_small_side.py plain|engine FOLDER LAKE PLAN ROWS`.

Loads the run that each line of standard input names, and answers with a line of JSON.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pos_job_runtime.logs import JsonLog
from pos_job_runtime.plan import parse_plan
from pos_job_runtime.storage import Location, Storage
from pos_transformation.load.loader import Loader
from pos_transformation.load.results import read_validation
from pos_transformation.store.spark_delta.engine import store_in
from pos_transformation.store.spark_delta.session import spark_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark.sql import SparkSession

TICKS = os.sysconf("SC_CLK_TCK")


def plain(session: SparkSession, folder: Path, lake: Path) -> Callable[[str], None]:
    """What one writes first, with the tables made beforehand."""
    curated, by_product, by_store = (f"delta.`{lake}/{name}`" for name in ("curated", "product", "store"))
    measures = "total_sales DECIMAL(28,4), units_sold BIGINT, transactions BIGINT, total_discount DECIMAL(28,4)"
    columns = {
        curated: "transaction_id STRING NOT NULL, store_id BIGINT, product_id BIGINT, quantity BIGINT,"
        " revenue DECIMAL(18,4), discount_applied DECIMAL(18,4), event_time TIMESTAMP, date DATE NOT NULL",
        by_product: f"date DATE, product_id BIGINT, {measures}",
        by_store: f"date DATE, store_id BIGINT, {measures}, returns BIGINT",
    }
    for table, described in columns.items():
        session.sql(f"CREATE TABLE {table} ({described}) USING delta PARTITIONED BY (date)")

    def load(run: str) -> None:
        rows = session.read.parquet(f"{folder}/plain/{run}").selectExpr(
            *("transaction_id", "store_id", "product_id", "quantity", "revenue", "discount_applied"),
            "timestamp_micros(event_time_us) AS event_time",
            "date_from_unix_date(CAST(event_time_us DIV 86400000000 AS INT)) AS date",
        )
        rows.dropDuplicates(["date", "transaction_id"]).createOrReplaceTempView("batch")
        found = session.sql("SELECT DISTINCT date FROM batch ORDER BY 1").collect()
        dates = ", ".join(f"DATE '{row[0]}'" for row in found)
        session.sql(
            f"MERGE INTO {curated} t USING batch s ON t.date IN ({dates}) AND t.date = s.date"
            " AND t.transaction_id = s.transaction_id WHEN NOT MATCHED THEN INSERT *"
        ).collect()
        for table, key, more in (
            (by_product, "product_id", ""),
            (by_store, "store_id", ", sum(CASE WHEN quantity < 0 THEN 1 ELSE 0 END) AS returns"),
        ):
            session.sql(
                f"MERGE INTO {table} t USING (SELECT date, {key}, CAST(sum(revenue) AS DECIMAL(28,4)) AS total_sales,"
                " sum(quantity) AS units_sold, count(*) AS transactions,"
                f" CAST(sum(coalesce(discount_applied, 0)) AS DECIMAL(28,4)) AS total_discount{more}"
                f" FROM {curated} WHERE date IN ({dates}) GROUP BY 1, 2) s"
                f" ON t.date IN ({dates}) AND t.date = s.date AND t.{key} = s.{key}"
                " WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
            ).collect()

    return load


def engine(session: SparkSession, folder: Path, lake: Path, plan: Path) -> Callable[[str], None]:
    """The job's engine."""
    storage, compiled = Storage(), parse_plan(plan.read_text()).dataset()
    results = Location("file", "", str(folder / "results"))

    def load(run: str) -> None:
        log = JsonLog(job="bench", run_id=run, stream=io.StringIO())
        validation = read_validation(storage, results, run)
        place = Location("file", "", str(lake))
        with store_in(session, lake=place, storage=storage, rows=validation.rows) as store:
            Loader(run_id=run, plan=compiled, validation=validation, store=store, storage=storage, log=log).load()

    return load


def processor_seconds(session: SparkSession) -> float:
    """Processor time of the JVM so far."""
    pid = session._jvm.java.lang.ProcessHandle.current().pid()
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])) / TICKS


def main(kind: str, folder: Path, lake: Path, plan: Path, rows: int) -> None:
    session = spark_session(rows=rows)
    load = plain(session, folder, lake) if kind == "plain" else engine(session, folder, lake, plan)
    for line in sys.stdin:
        began, before = time.monotonic(), processor_seconds(session)
        load(line.strip())
        seconds, processor = time.monotonic() - began, processor_seconds(session) - before
        print(json.dumps({"seconds": seconds, "processor": processor}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5]))
