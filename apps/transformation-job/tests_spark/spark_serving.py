"""The job on Spark, many times in one session, like `serving.py`; or plain appends to a Delta table beside it.

A request is the job's command line; or `{"main": COMMAND LINE, "meanwhile": COMMAND, "before": METHOD}`, where `before`
or `after` says at which method of the curated table's first commit another command is run; or
`{"main": COMMAND LINE, "large": true}`, where rows and files are taken for many and large ones, and with `"worth": N`
so many rows of a date are worth a file of their own; or
`{"main": COMMAND LINE, "until": N}`, which ends at its N-th write (`dying.py`); or
`{"append": TABLE, "by": NAME, "commits": N}`; or `{"forget": true}`, after which no table is remembered. Beside the
job's exit code and errors an answer tells how many Spark jobs and tasks it took, and the settings and views that it has
left behind; of appends, the rows whose commits were reported as done.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from dying import run_until
from serving import run, serve

from pos_transformation.store.spark_delta import commits, run_files, views
from pos_transformation.store.spark_delta.commits import PendingCommit
from pos_transformation.store.spark_delta.session import spark_session
from pos_transformation.store.spark_delta.views import IN_ONE_TASK, INTERPRETED

PARTITIONS = "spark.databricks.delta.snapshotPartitions"


def answer(request: Any) -> dict[str, Any]:
    """Do what is asked for, in the one session."""
    session = spark_session()
    if isinstance(request, dict) and "forget" in request:
        session._jvm.org.apache.spark.sql.delta.DeltaLog.clearCache()
        return {}
    if isinstance(request, dict) and "large" in request:
        many = {commits: {"MANY": 1}, run_files: {"LARGE": 1}}
        if "worth" in request:
            many[views] = {"FEW": 0, "ONE_TASK": 0, "ROWS_OF_A_FILE": request["worth"]}
        with ExitStack() as patches:
            for module, values in many.items():
                patches.enter_context(patch.multiple(module, **values))
            return run(request["main"])
    if isinstance(request, dict) and "until" in request:
        return run_until(request["until"], request["main"])
    if isinstance(request, dict) and "main" in request:
        with meanwhile(request):
            return run(request["main"])
    if isinstance(request, dict):
        rows = [f"{request['by']}-{number}" for number in range(request["commits"])]
        for row in rows:
            session.sql(f"SELECT '{row}' AS id").write.format("delta").mode("append").save(request["append"])
        return {"rows": rows}
    scheduler, tasks = (getattr(session.sparkContext._jsc.sc(), name)() for name in ("dagScheduler", "taskScheduler"))
    before, first = scheduler.numTotalJobs(), tasks.newTaskId()
    done = run(request)
    settings = {name: session.conf.get(name) for name in (*INTERPRETED, *IN_ONE_TASK, PARTITIONS)}
    took = {"jobs": scheduler.numTotalJobs() - before, "tasks": tasks.newTaskId() - first - 1}
    return {**done, **took, "settings": settings, "views": [view.name for view in session.catalog.listTables()]}


@contextmanager
def meanwhile(request: Mapping[str, Any]) -> Iterator[None]:
    """Run the request's command, once."""
    name = request.get("before") or request["after"]
    usual = getattr(PendingCommit, name)

    def disturbed(commit: PendingCommit, *arguments: Any, **options: Any) -> Any:
        if not commit.snapshot.spec.path.startswith("curated/"):
            return usual(commit, *arguments, **options)
        setattr(PendingCommit, name, usual)
        if "before" in request:
            subprocess.run(request["meanwhile"], check=True)
        result = usual(commit, *arguments, **options)
        if "after" in request:
            subprocess.run(request["meanwhile"], check=True)
        return result

    setattr(PendingCommit, name, disturbed)
    try:
        yield
    finally:
        setattr(PendingCommit, name, usual)


if __name__ == "__main__":
    serve(answer)
