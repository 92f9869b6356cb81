"""The job on Spark, many times in one session, like `serving.py`; or plain appends to a Delta table beside it.

A request is the job's command line, or `{"append": TABLE, "by": NAME, "commits": N}`. Beside the job's exit code and
errors an answer tells how many Spark jobs it took and the settings that it has left behind; of appends, the rows whose
commits were reported as done.
"""

from __future__ import annotations

from typing import Any

from serving import run, serve

from pos_transformation.store.spark_delta.session import spark_session
from pos_transformation.store.spark_delta.views import IN_ONE_TASK, INTERPRETED

PARTITIONS = "spark.databricks.delta.snapshotPartitions"


def answer(request: Any) -> dict[str, Any]:
    """Do what is asked for, in the one session."""
    session = spark_session()
    if isinstance(request, dict):
        rows = [f"{request['by']}-{number}" for number in range(request["commits"])]
        for row in rows:
            session.sql(f"SELECT '{row}' AS id").write.format("delta").mode("append").save(request["append"])
        return {"rows": rows}
    scheduler = session.sparkContext._jsc.sc().dagScheduler()
    before = scheduler.numTotalJobs()
    done = run(request)
    settings = {name: session.conf.get(name) for name in (*INTERPRETED, *IN_ONE_TASK, PARTITIONS)}
    return {**done, "jobs": scheduler.numTotalJobs() - before, "settings": settings}


if __name__ == "__main__":
    serve(answer)
