"""Does what runs on Spark do, so that the JVM has their classes when it ends and writes them down.

`tools/workspace/setup/spark-classes.mjs` starts it, with an empty folder and the address of an object store that isn't
there.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from pos_transformation.store.spark_delta.session import spark_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

ROWS = """
SELECT CAST(id AS STRING) AS id, CAST(id % 3 AS INT) AS store, CAST(id AS DECIMAL(18, 4)) AS amount,
    timestamp_micros(id) AS at, date_add(DATE '2024-01-01', CAST(id % 2 AS INT)) AS date
FROM range(100)
"""
# The columns of one row for each id, and sums.
FIRST = """
SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY id ORDER BY at DESC) AS place FROM {table}) WHERE place = 1
"""
SUMS = "SELECT date, store, count(*) AS rows, sum(amount) AS amount FROM ({rows}) GROUP BY date, store"
MERGE = """
MERGE INTO {table} AS t USING new ON t.id = new.id AND t.date = new.date
WHEN MATCHED AND t.amount <> new.amount THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *
"""


def load(session: SparkSession, folder: str) -> None:
    """Make a table, change it, and read it."""
    table = f"delta.`{folder}/table`"
    session.sql(ROWS).write.parquet(f"{folder}/rows")
    rows = session.read.parquet(f"{folder}/rows")
    rows.createOrReplaceTempView("new")
    for _ in range(2):
        rows.write.format("delta").mode("append").partitionBy("date").save(f"{folder}/table")
    session.sql(MERGE.format(table=table))
    session.sql(SUMS.format(rows=FIRST.format(table=table))).persist().collect()
    session.sql(f"SELECT new.id FROM new LEFT ANTI JOIN {table} AS t ON t.id = new.id AND t.date = new.date").collect()


def reach_for_s3(session: SparkSession) -> None:
    """Ask the object store that isn't there."""
    with suppress(PySparkException, Py4JError):
        session.read.parquet("s3a://nowhere/rows")


if __name__ == "__main__":
    spark = spark_session()
    load(spark, sys.argv[1])
    reach_for_s3(spark)
