"""A run on Spark: the job beside a plain hand-written PySpark job that does the same, cold and warm.

    npx nx run transformation-job:bench-spark [--rows=6000] [--cold=3] [--warm=8]
    npx nx run transformation-job:bench-spark --rows=9000000 --cold=1 --warm=0

Cold is a whole process, from its start to its end: JVM, session, making the tables, one run. Warm is a run in a session
that has had a few. Both have the job's session settings and begin with empty tables, and they take turns. The plain job
is what one writes first: drop duplicates, MERGE into the curated table, MERGE each KPI over the touched dates. It reads
one Parquet file for each source file; the job reads the rows as validation leaves them, in parts where they are many.
Processor seconds (warm: of the JVM) say more on a machine that has other things to do.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from deliveries import complete
from measure import Run, median, run
from validated import leave

from pos_job_runtime.generated.documents import ManifestFile

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[3]
JOB = ROOT / "apps/transformation-job"
PLAN = ROOT / "apps/plan/dist/plan.json"
PYTHON = ROOT / ".venv/glue-6/bin/python"
KINDS = ("plain", "engine")
WARMING = 3
FILES, DAYS = 3, 3
# So many rows of a date, and validation writes them to a part.
ROWS_OF_A_PART = 100_000


def make_runs(folder: Path, *, runs: int, rows: int) -> None:
    """The results of so many validations, three files each, three days; and the same rows for the plain job."""
    plan = json.loads(PLAN.read_text())["datasets"]["sales"]
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for number in range(runs):
            place, plain = (folder / name / f"run-{number}" for name in ("results/runs", "plain"))
            validated = place / "validation" / "validated"
            for made in (validated, plain):
                made.mkdir(parents=True)
            paths, parts = [], []
            for file in range(FILES):
                path = plain / f"{file}.parquet"
                select = f"""SELECT 'T{number}-{file}-' || n AS transaction_id, 1 + n % 50 AS store_id,
                    1 + n % 499 AS product_id, 1 + n % 9 AS quantity, CAST(n % 9973 AS DECIMAL(18,4)) AS revenue,
                    CAST(NULL AS DECIMAL(18,4)) AS discount_applied,
                    1735689600000000 + (n % {DAYS}) * 86400000000 + n AS event_time_us
                    FROM range({rows // FILES}) AS numbers(n)"""
                copy(connection, complete(connection, select, plan=plan), path)
                paths.append(validated / path.name)
                parts.append(divided(connection, path, paths[-1], plan["validation"]["parts"]))
            files = [ManifestFile(bucket="b", key=path.name, size=1) for path in paths]
            leave(
                place,
                files=files,
                paths=paths,
                parts=parts,
                rows=rows // FILES * FILES,
                when="2025-01-05T00:00:00Z",
                hash=plan["hash"],
            )


def divided(
    connection: duckdb.DuckDBPyConnection, source: Path, path: Path, described: Mapping[str, Any]
) -> list[Path]:
    """Write the rows of `source` as validation does, to `path` and, where a date has many, to the parts returned."""
    moment = described["eventTime"]
    table = f"read_parquet('{source}')"
    days = f"SELECT {moment} // 86400000000 AS day FROM {table} GROUP BY 1 HAVING count(*) >= {ROWS_OF_A_PART}"
    many = [row[0] for row in connection.execute(f"{days} ORDER BY 1").fetchall()]
    others = "".join(f" AND {moment} // 86400000000 <> {day}" for day in many)
    copy(connection, f"SELECT * FROM {table} WHERE true{others}", path)
    names = ", ".join(one["validated"] for one in described["instants"])
    instants = "".join(f", make_timestamptz({one['validated']}) AS {one['name']}" for one in described["instants"])
    found = []
    for number, day in enumerate(many):
        part = path.with_name(f"{path.stem}.part-{number:05d}.parquet")
        rows = f"SELECT * EXCLUDE ({names}){instants} FROM {table} WHERE {moment} // 86400000000 = {day}"
        copy(connection, rows, part)
        found.append(part)
    return found


def copy(connection: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    """Write rows to a Parquet file."""
    connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")


def environment() -> dict[str, str]:
    """What both sides run in."""
    return {
        "PYTHONPATH": os.pathsep.join(map(str, (JOB / "src", ROOT / "libs/platform/job-runtime/src"))),
        "POS_SPARK_CLASSPATH": str(JOB / "log-store/dist/pos-log-store.jar"),
    }


def side(kind: str, folder: Path, lake: Path, *, rows: int) -> list[str]:
    """The command of a side that is told what to load."""
    script = Path(__file__).with_name("spark_small_side.py")
    return [str(PYTHON), str(script), kind, str(folder), str(lake), str(PLAN), str(rows)]


def cold(folder: Path, *, turns: int, rows: int) -> Mapping[str, list[Run]]:
    """One run as a whole process, so many times."""
    found: dict[str, list[Run]] = {kind: [] for kind in KINDS}
    for turn in range(turns):
        lake = folder / f"cold-{turn}"
        job = [str(PYTHON), str(JOB / "main.py"), "--run_id", "run-0", "--results", (folder / "results").as_uri()]
        job += ["--lake", (lake / "engine").as_uri(), "--plan", PLAN.as_uri(), "--engine", "spark"]
        found["plain"].append(
            run(side("plain", folder, lake / "plain", rows=rows), env=environment(), stdin=b"run-0\n")
        )
        found["engine"].append(run(job, env=environment()))
        told(f"cold {turn + 1}", {kind: of[-1] for kind, of in found.items()})
    return found


def warm(folder: Path, *, turns: int, rows: int) -> Mapping[str, list[Run]]:
    """Runs in one session each, after some that don't count."""
    found: dict[str, list[Run]] = {kind: [] for kind in KINDS}
    sides = {
        kind: subprocess.Popen(
            side(kind, folder, folder / "warm" / kind, rows=rows),
            env={**os.environ, **environment()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for kind in KINDS
    }
    try:
        for turn in range(WARMING + turns):
            for kind, process in sides.items():
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(f"run-{turn}\n")
                process.stdin.flush()
                answer = process.stdout.readline()
                if not answer:
                    raise SystemExit(f"The {kind} side ended with {process.wait()}.")
                found[kind].append(Run(**json.loads(answer), peak_mb=0))
            told(f"warm {turn + 1}", {kind: of[-1] for kind, of in found.items()})
    finally:
        for process in sides.values():
            assert process.stdin is not None
            process.stdin.close()
            process.wait()
    return {kind: of[WARMING:] for kind, of in found.items()}


def told(what: str, runs: Mapping[str, Run]) -> None:
    """Progress, beside the result."""
    words = (f"{kind} {one.seconds:.1f} s, processor {one.processor:.1f} s" for kind, one in runs.items())
    print(f"{what}: {'; '.join(words)}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="The engine beside a plain PySpark job, cold and warm.")
    parser.add_argument("--rows", type=int, default=6000, help="rows of each run")
    parser.add_argument("--cold", type=int, default=3, help="whole processes of each side")
    parser.add_argument("--warm", type=int, default=8, help="runs in one session of each side")
    parser.add_argument("--home", type=Path, default=ROOT / ".pos/bench")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    given.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="spark-", dir=given.home) as name:
        folder = Path(name)
        make_runs(folder, runs=WARMING + given.warm if given.warm else 1, rows=given.rows)
        measured = {}
        if given.cold:
            measured["cold"] = cold(folder, turns=given.cold, rows=given.rows)
        if given.warm:
            measured["warm"] = warm(folder, turns=given.warm, rows=given.rows)
    medians = {state: {kind: median(of) for kind, of in kinds.items()} for state, kinds in measured.items()}
    if given.json:
        print(json.dumps({state: {kind: vars(one) for kind, one in of.items()} for state, of in medians.items()}))
        return
    for state, of in medians.items():
        words = []
        for name in ("seconds", "processor"):
            plain, engine = (getattr(of[kind], name) for kind in KINDS)
            words.append(f"{name} plain {plain:.1f}, engine {engine:.1f} ({engine / plain:.2f} ×)")
        print(f"{state}: {'; '.join(words)}")


if __name__ == "__main__":
    main()
