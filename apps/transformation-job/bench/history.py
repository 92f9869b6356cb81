"""What one more day costs after so many days of history: `nx run transformation-job:bench-history`.

A day has 100,000 rows by default: 98 % of its own, 1 % late ones of the week before, 1 % sent before. Whole processes;
the histories take turns, so that whatever else the machine does slows all of them down.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from deliveries import VALIDATED
from jobs import PROJECT, Jobs
from measure import Run, median
from past import build, sales

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WEEK = 7
RATIOS = ("seconds", "processor", "peak_mb")


def day_files(*, day: int, rows: int) -> Sequence[str]:
    """A day's file: most rows are its own, some late, some sent before."""
    share = max(1, rows // 100 // WEEK)
    before = f"range({max(0, day - WEEK)}, {day})"
    late = VALIDATED.replace("transaction_id", f"transaction_id || '-{day}' AS transaction_id")
    parts = (
        sales(days=f"[{day}]", numbers=f"range({rows - 2 * rows // 100})", columns=VALIDATED),
        sales(days=before, numbers=f"range({share})", columns=late),
        sales(days=before, numbers=f"range({share})", columns=VALIDATED),
    )
    return [" UNION ALL ".join(parts)]


def copied(jobs: Jobs, *, engine: str) -> Jobs:
    """The same history for another engine. Data files never change, so that a link does; the log is copied."""
    home = jobs.home.with_name(f"{jobs.home.name}-{engine}")
    logs = shutil.ignore_patterns("_delta_log", "scratch")
    shutil.copytree(jobs.home, home, ignore=logs, copy_function=lambda one, other: Path(other).hardlink_to(one))
    for log in jobs.lake.glob("*/*/_delta_log"):
        shutil.copytree(log, home / log.relative_to(jobs.home))
    return replace(jobs, home=home, engine=engine)


def measure(
    *, folder: Path, histories: Sequence[int], engines: Sequence[str], rows: int, files: int, more: int
) -> Mapping[str, Mapping[int, Run]]:
    """The medians of `more` days, by engine and length of the history."""
    lakes: dict[tuple[str, int], Jobs] = {}
    with duckdb.connect(config={"memory_limit": "3GB"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for days in histories:
            jobs = Jobs(folder / str(days), "embedded")
            told(f"building {days} days …")
            build(connection, jobs=jobs, days=days, rows=rows, files=files)
            for engine in engines:
                lakes[engine, days] = copied(jobs, engine=engine)
        runs: dict[tuple[str, int], list[Run]] = defaultdict(list)
        for number in range(more):
            for (engine, days), jobs in lakes.items():
                day = f"day-{number}"
                jobs.deliver(connection, day, *day_files(day=days + number, rows=rows))
                runs[engine, days].append(jobs.load(day))
                done, timings = runs[engine, days][-1], jobs.summary(day)["timings"]
                told(f"{engine}, {days} days: {done.seconds:.2f} s, {done.peak_mb:.0f} MB; {timings}")
    return {engine: {days: median(runs[engine, days]) for days in histories} for engine in engines}


def table(medians: Mapping[str, Mapping[int, Run]]) -> list[dict[str, Any]]:
    """One row for each engine and history, beside the shortest history."""
    rows = []
    for engine, by_days in medians.items():
        shortest = by_days[min(by_days)]
        for days, run in by_days.items():
            ratios = {f"{name}_ratio": getattr(run, name) / getattr(shortest, name) for name in RATIOS}
            rows.append({"engine": engine, "days": days, **vars(run), **ratios})
    return rows


def told(line: str) -> None:
    """Progress, beside the result."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("embedded", "spark", "both"), default="embedded")
    parser.add_argument("--days", type=int, nargs="+", default=[10, 100, 1000], help="lengths of the histories")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of a day")
    parser.add_argument("--files", type=int, default=1, help="files of each past day: 1 = maintained daily")
    parser.add_argument("--more", type=int, default=5, help="days to add, of which the median counts")
    parser.add_argument("--home", type=Path, default=PROJECT.parents[1] / ".pos/bench", help="needs 4 GB")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    given.home.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="history-", dir=given.home))
    try:
        found = table(
            measure(
                folder=folder,
                histories=given.days,
                engines=("embedded", "spark") if given.engine == "both" else (given.engine,),
                rows=given.rows,
                files=given.files,
                more=given.more,
            )
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if given.json:
        print(json.dumps(found))
        return
    for row in found:
        ratios = ", ".join(f"{name} {row[f'{name}_ratio']:.2f} ×" for name in RATIOS)
        figures = "{engine:8} {days:5d} days: {seconds:.2f} s, processor {processor:.2f} s, {peak_mb:.0f} MB".format(
            **row
        )
        print(f"{figures}; {ratios}")


if __name__ == "__main__":
    main()
