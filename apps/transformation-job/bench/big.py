"""One run, and another that overlaps it, of any size: `nx run transformation-job:bench-big --rows=50000000`.

Each run's files spread over thirty days; a hundredth of each file was in the file before it, and half of the second run
was in the first. Of what is sent twice a tenth has another revenue. The tables must then be, to the row and the digit,
what DuckDB makes of the same numbers.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
from deliveries import VALIDATED
from deltalake import DeltaTable
from jobs import PROJECT, Jobs

RUNS = ("first", "second")
DAYS = 30
CURATED = "transaction_id, store_id, product_id, quantity, revenue, discount_applied, event_time, date"
MEASURES = """CAST(sum(revenue) AS DECIMAL(28,4)) AS total_sales, CAST(sum(quantity) AS BIGINT) AS units_sold,
    count(*) AS transactions, CAST(coalesce(sum(discount_applied), 0) AS DECIMAL(28,4)) AS total_discount"""
KPIS = {
    "total_sales_per_product_per_day": f"date, product_id, {MEASURES}",
    "store_sales_per_day": f"date, store_id, {MEASURES}, count_if(quantity < 0) AS returns",
}


def sales(first: int, last: int, *, more: int = 0) -> str:
    """SQL: the sales of these numbers. A tenth of them has so much `more` revenue."""
    return f"""
        SELECT *, make_timestamptz(event_time_us) AS event_time,
            DATE '1970-01-01' + (event_time_us // 86400000000)::INTEGER AS date
        FROM (
            SELECT format('T{{:012d}}', n) AS transaction_id,
                (1 + hash(n, 1) % 500)::BIGINT AS store_id, (1 + hash(n, 2) % 20000)::BIGINT AS product_id,
                (-1 + hash(n, 3) % 7)::BIGINT AS quantity,
                ((hash(n, 4) % 100000) / 100 + CASE WHEN n % 10 = 0 THEN {more} ELSE 0 END)::DECIMAL(18,4) AS revenue,
                CASE WHEN hash(n, 5) % 3 = 0 THEN ((hash(n, 6) % 1000) / 100)::DECIMAL(18,4) END AS discount_applied,
                1735689600000000 + (hash(n, 7) % ({DAYS} * 86400000000))::BIGINT AS event_time_us
            FROM range({first}, {last}) AS numbers(n)
        )"""


def make_runs(connection: duckdb.DuckDBPyConnection, *, jobs: Jobs, rows: int, files: int) -> None:
    """Deliver both runs; the second begins in the middle of the first."""
    size = rows // files
    for run, begin in zip(RUNS, (0, rows // 2), strict=True):
        selects = []
        for number in range(files):
            first = begin + number * size
            again = "" if number == 0 else f" UNION ALL {sales(first - size // 100, first, more=2)}"
            # The first run's second half is sent again by the second run.
            own = sales(first, first + size, more=int(run != RUNS[0] and first + size <= rows))
            selects.append(f"SELECT {VALIDATED} FROM ({own}{again})")
        jobs.deliver(connection, run, *selects)


def expected_rows(run: str, *, rows: int, files: int) -> dict[str, int]:
    """What the job must say about the run's rows."""
    size = rows // files
    between = (files - 1) * (size // 100)
    before = 0 if run == RUNS[0] else rows - rows // 2
    incoming = files * size + between
    again = between + before
    # Files of the second run that end within the first one were changed as a whole.
    begin = 0 if run == RUNS[0] else rows // 2
    changed = sum(_tenths(begin + n * size - size // 100, begin + n * size) for n in range(1, files))
    if before:
        changed += sum(
            _tenths(begin + n * size, begin + (n + 1) * size) for n in range(files) if begin + (n + 1) * size <= rows
        )
    return {
        "in": incoming,
        "appended": incoming - again,
        "duplicates": again - changed,
        "conflicts": changed,
        "updated": 0,
    }


def _tenths(first: int, last: int) -> int:
    """How many of the numbers from `first` up to `last` end in 0."""
    return (last + 9) // 10 - (first + 9) // 10


def check(connection: duckdb.DuckDBPyConnection, *, jobs: Jobs, until: int) -> None:
    """The tables hold the sales with numbers below `until`, each once: not a row more, not a digit else."""
    truth = sales(0, until)
    # A sum of hashes knows no order and forgets no repetition.
    fingerprint = f"count(*), sum(hash({CURATED})::HUGEINT)"
    found = connection.execute(f"SELECT {fingerprint} FROM {_table(jobs, 'curated/sales')}").fetchall()
    wanted = connection.execute(f"SELECT {fingerprint} FROM ({truth})").fetchall()
    if found != wanted:
        sys.exit(f"The curated table is wrong: rows and fingerprint are {found}, not {wanted}.")
    for name, columns in KPIS.items():
        should = f"SELECT {columns} FROM ({truth}) GROUP BY ALL"
        names = [column[0] for column in connection.execute(f"DESCRIBE {should}").fetchall()]
        stands = f"SELECT {', '.join(names)} FROM {_table(jobs, f'kpi/{name}')}"
        differing = connection.execute(
            f"WITH should AS ({should}), stands AS ({stands}) SELECT * FROM (FROM should EXCEPT ALL FROM stands)"
            " UNION ALL (FROM stands EXCEPT ALL FROM should) LIMIT 5"
        ).fetchall()
        if differing:
            sys.exit(f"{name} is wrong: {differing}")


def _table(jobs: Jobs, path: str) -> str:
    files = [uri.removeprefix("file://") for uri in DeltaTable(str(jobs.lake / path)).file_uris()]
    return f"read_parquet({files!r}, hive_partitioning = true, hive_types = {{'date': DATE}})"


def measure(*, jobs: Jobs, rows: int, files: int) -> Iterable[Mapping[str, Any]]:
    """Both loads, one after the other, each checked."""
    with duckdb.connect(config={"memory_limit": "3GB", "temp_directory": str(jobs.home / "spill")}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        make_runs(connection, jobs=jobs, rows=rows, files=files)
        for run, until in zip(RUNS, (rows, rows + rows // 2), strict=True):
            done = jobs.load(run)
            summary = jobs.summary(run)
            wanted = expected_rows(run, rows=rows, files=files)
            said = {name: summary["rows"][name] for name in wanted}
            if said != wanted:
                sys.exit(f"The job says {said} about the {run} run, not {wanted}.")
            check(connection, jobs=jobs, until=until)
            yield {"run": run, **vars(done), "rows": said, "timings": summary["timings"]}


def described(done: Mapping[str, Any]) -> str:
    """A load in one line."""
    figures = f"{done['seconds']:7.1f} s, processor {done['processor']:7.1f} s, {done['peak_mb']:6.0f} MB"
    return f"{done['run']:6} {figures}; {done['rows']}; {done['timings']}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000_000, help="rows of each run, a multiple of 2 × files × 100")
    parser.add_argument("--files", type=int, default=20, help="files of each run, an even number")
    parser.add_argument("--engine", choices=("embedded", "spark"), default="spark")
    parser.add_argument("--memory", default="6g", help="heap of the Spark driver")
    parser.add_argument("--home", type=Path, default=PROJECT.parents[1] / ".pos/bench", help="needs 10 GB")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.rows % (200 * given.files) or given.files % 2:
        parser.error("--rows must be a multiple of 200 × --files, and --files even")
    given.home.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="big-", dir=given.home))
    try:
        for done in measure(jobs=Jobs(folder, given.engine, given.memory), rows=given.rows, files=given.files):
            print(json.dumps(done) if given.json else described(done), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
