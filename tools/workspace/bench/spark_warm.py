"""A small run on a warm Spark session: the job's engine beside a plain hand-written PySpark job that does the same.

    .venv/glue-spark/bin/python tools/workspace/bench/spark_warm.py [--runs 8] [--rows 6000]

Both have the job's session settings and begin with empty tables. The plain job is what one writes first: drop
duplicates, MERGE into the curated table, MERGE each KPI over the touched dates. Prints seconds of each run, and of
processor time in the JVM, which says more on a machine that has other things to do.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[3]
JOB = ROOT / "apps/transformation-job"
PLAN = ROOT / "apps/plan/dist/plan.json"


def make_runs(folder: Path, *, runs: int, rows: int) -> None:
    """The results of so many validations: three files each, three days."""
    plan = json.loads(PLAN.read_text())
    with duckdb.connect() as connection:
        for run in range(runs):
            place = folder / "runs" / f"run-{run}"
            validated = place / "validation" / "validated"
            validated.mkdir(parents=True)
            verdicts = []
            for part in range(3):
                path = validated / f"{part}.parquet"
                connection.execute(
                    f"""COPY (SELECT 'T{run}-{part}-' || n AS transaction_id, n % 50 AS store_id, n % 499 AS product_id,
                        1 + n % 9 AS quantity, CAST(n % 9973 AS DECIMAL(18,4)) AS revenue,
                        CAST(NULL AS DECIMAL(18,4)) AS discount_applied,
                        1735689600000000 + (n % 3) * 86400000000 + n AS event_time_us
                        FROM range({rows // 3}) AS numbers(n)) TO '{path}' (FORMAT parquet)"""
                )
                verdicts.append({"bucket": "b", "file": path.name, "validated": path.as_uri()})
            when = "2025-01-05T00:00:00Z"
            summary = {
                "runId": place.name,
                "eventTime": when,
                "contract": {"hash": plan["hash"]},
                "validated": {"files": 3, "rows": rows // 3 * 3, "bytes": 0},
            }
            (place / "manifest.json").write_text(json.dumps({"runId": place.name, "eventTime": when, "files": []}))
            (place / "validation" / "files.jsonl").write_text("\n".join(map(json.dumps, verdicts)))
            (place / "validation" / "summary.json").write_text(json.dumps(summary))


def main() -> None:
    parser = argparse.ArgumentParser(description="The engine beside a plain PySpark job, warm.")
    parser.add_argument("--runs", type=int, default=8, help="runs one after the other in one session")
    parser.add_argument("--rows", type=int, default=6000, help="rows of each run")
    given = parser.parse_args()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (JOB / "src", ROOT / "libs/platform/job-runtime/src"))),
        "POS_SPARK_CLASSPATH": str(JOB / "log-store/dist/pos-log-store.jar"),
    }
    with tempfile.TemporaryDirectory(prefix="pos-spark-warm-") as name:
        make_runs(Path(name) / "results", runs=given.runs, rows=given.rows)
        for kind in ("plain", "engine"):
            script = Path(__file__).with_name("spark_warm_side.py")
            command = [ROOT / ".venv/glue-6/bin/python", script, kind, name, str(PLAN), str(given.runs)]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            sys.stdout.write(done.stdout)


if __name__ == "__main__":
    main()
