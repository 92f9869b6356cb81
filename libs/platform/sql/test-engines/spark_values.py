"""Answers conditions with Spark, as Glue configures none of it. Standard input and output: one JSON document.

in:  {"setup": [statement, …], "questions": [sql, …], "timeZone": the session's zone}
out: [[answer as text or null, …] for each column of each question, in order]
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from pyspark.sql import SparkSession


def session(time_zone: str) -> SparkSession:
    return (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.session.timeZone", time_zone)
        .config("spark.driver.extraJavaOptions", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1")
        .getOrCreate()
    )


def main() -> None:
    request: dict[str, Any] = json.load(sys.stdin)
    # Spark's start scripts write to standard output; only the answer belongs there.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    spark = session(request["timeZone"])
    spark.sparkContext.setLogLevel("ERROR")
    for statement in request["setup"]:
        spark.sql(statement)
    answers = [spark.sql(question).collect() for question in request["questions"]]
    columns = [column for rows in answers for column in zip(*rows, strict=True)]
    texts = [[None if value is None else str(value) for value in column] for column in columns]
    json.dump(texts, answer)
    answer.close()
    spark.stop()


if __name__ == "__main__":
    main()
