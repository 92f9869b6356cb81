"""A driver that appends rows to one Delta table, commit by commit: `appending_driver.py TABLE NAME COMMITS LOG_STORE`.

Prints, as JSON, the rows whose commits were reported as done.
"""

from __future__ import annotations

import json
import sys

from pyspark.sql import SparkSession

from pos_transformation.store.spark_delta import session as settings


def run(table: str, name: str, commits: int, log_store: str) -> list[str]:
    """Append one row a commit; returns the rows that Delta said are committed."""
    settings.STATIC = {**settings.STATIC, "spark.delta.logStore.s3a.impl": log_store}  # type: ignore[misc]
    settings._check = lambda session: None
    spark: SparkSession = settings.spark_session()
    done = []
    for number in range(commits):
        row = f"{name}-{number}"
        spark.sql(f"SELECT '{row}' AS id").write.format("delta").mode("append").save(table)
        done.append(row)
    return done


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])))
