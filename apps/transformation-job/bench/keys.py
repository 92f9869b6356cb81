"""What a day costs where a key names one row on many dates: `nx run transformation-job:bench-keys --against=FOLDER`.

Histories of random keys, to which days are added: by this checkout under its contract, whose key is unique within 400
days, and by another one under its own, or by this one as if keys were compared within their date only. A day is a CSV
file, of which both jobs are timed as whole processes, in turns; 98 of 100 rows are its own, one is a late one of the
week before, one was sent before.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from checkout import LOADERS, WORKSPACE, Checkout
from jobs import Jobs
from measure import Run, median, run
from past import RANDOM, build, sales

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WEEK = 7
CSV = "transaction_id, store_id, product_id, quantity, revenue, discount_applied, event_time_us / 1e6 AS timestamp"
RUNS = "results/runs"
KNOWN = "20250104T000000000Z-bbbbbbbbbbbb"
PLANS = WORKSPACE / "apps/transformation-job/tests/plans.ts"


@dataclass(frozen=True)
class Side:
    """A checkout with a lake of its own below `home`, loaded by the contract in `plan`."""

    checkout: Checkout
    plan: Path
    home: Path

    def day(self, name: str, file: Path, *, engine: str) -> tuple[Run, Run]:
        """Validate the file and load it, as run `name`."""
        bucket = self.home / "bucket"
        bucket.mkdir(parents=True, exist_ok=True)
        # The job removes what it rejects.
        os.link(file, bucket / file.name)
        manifest = self.home / RUNS / name / "manifest.json"
        manifest.parent.mkdir(parents=True)
        entry = {"bucket": bucket.as_uri(), "key": file.name, "size": file.stat().st_size}
        manifest.write_text(json.dumps({"runId": name, "eventTime": "2025-01-05T06:00:00.000Z", "files": [entry]}))
        results, lake = self.home / "results", self.home / "lake"
        validated = {"manifest": manifest, "results": results, "rejected": self.home / "rejected", "plan": self.plan}
        loaded = {"results": results, "lake": lake, "plan": self.plan}
        return (
            self._run("validation-job", name, validated, python="glue-shell"),
            self._run("transformation-job", name, loaded, "--engine", engine, python=LOADERS[engine]),
        )

    def _run(self, job: str, name: str, places: Mapping[str, Path], *words: str, python: str) -> Run:
        given = [word for key, place in places.items() for word in (f"--{key}", place.as_uri())]
        jar = self.checkout.root / "apps/transformation-job/log-store/dist/pos-log-store.jar"
        environment = {**self.checkout.sources(job), "PYTHONDONTWRITEBYTECODE": "", "POS_SPARK_CLASSPATH": str(jar)}
        script = str(self.checkout.root / "apps" / job / "main.py")
        return run([self.checkout.python(python), script, "--run_id", name, *given, *words], env=environment)


def day_file(connection: duckdb.DuckDBPyConnection, folder: Path, *, day: int, rows: int) -> Path:
    """A day's sales as CSV: most rows are its own, some late, some sent before."""
    share = max(1, rows // 100 // WEEK)
    before = f"range({max(0, day - WEEK)}, {day})"
    parts = (
        sales(days=f"[{day}]", numbers=f"range({rows - 2 * rows // 100})", columns=CSV, key=RANDOM),
        sales(days=before, numbers=f"range({share})", columns=CSV, key=f"md5(concat({RANDOM}, '-{day}'))"),
        sales(days=before, numbers=f"range({share})", columns=CSV, key=RANDOM),
    )
    path = folder / f"day-{day}-{rows}.csv"
    connection.execute(f"COPY ({' UNION ALL '.join(parts)}) TO '{path}' (FORMAT csv, HEADER)")
    return path


def plan_by_date(folder: Path) -> Path:
    """The plan of this checkout's sales as if the contract compared keys within their date only."""
    command = [WORKSPACE / "node_modules/.bin/node", "--conditions=@pos/source", PLANS]
    plans = json.loads(subprocess.run(command, capture_output=True, check=True, cwd=WORKSPACE).stdout)
    plan, path = plans["one-date"], folder / "one-date.json"
    document = {"format": "pos-plan/2", "hash": plan["hash"], "datasets": {"sales": plan}, "defaultDataset": "sales"}
    path.write_text(json.dumps(document))
    return path


def copied(source: Path, home: Path) -> None:
    """The same lake below `home`. Data files never change, so that a link does; logs are copied."""

    def copy(one: str, other: str) -> None:
        shutil.copy2(one, other) if "_delta_log" in one else os.link(one, other)

    shutil.copytree(source, home / "lake", copy_function=copy)


def history(
    connection: duckdb.DuckDBPyConnection, folder: Path, other: Checkout, *, plan: Path, days: int, rows: int
) -> Path:
    """A lake with so many days of random keys, made once, as the other checkout's jobs have it by that plan."""
    document = json.loads(plan.read_text())
    columns = [column["name"] for column in _of_sales(document)["tables"]["curated"]["columns"]]
    home = folder / f"history-{days}-{rows}-{document['hash'][-8:]}"
    if not home.exists():
        told(f"building {days} days …")
        partial = home.with_name(f"partial-{home.name}")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        # A row that stands already: what the run changes are the KPI tables, which it makes.
        known = partial / "known.csv"
        sale = sales(days="[0]", numbers="range(1)", columns=CSV, key=RANDOM)
        connection.execute(f"COPY ({sale}) TO '{known}' (FORMAT csv, HEADER)")
        side = Side(other, plan, partial)
        build(
            connection,
            jobs=Jobs(partial, "embedded"),
            days=days,
            rows=rows,
            key=RANDOM,
            columns=columns,
            compute=lambda: side.day(KNOWN, known, engine="embedded"),
        )
        partial.rename(home)
    return home / "lake"


def _of_sales(document: dict[str, Any]) -> dict[str, Any]:
    """The plan of sales; older checkouts have no other."""
    found: dict[str, Any] = document["datasets"]["sales"] if "datasets" in document else document
    return found


def measure(given: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    """For each history the medians of the days that were added, and their ratios to the other checkout's."""
    own, other = Checkout(WORKSPACE), Checkout((given.against or WORKSPACE).resolve())
    checkouts = {"own": (own, own.plan), "other": (other, other.plan if given.against else plan_by_date(folder))}
    found = []
    with duckdb.connect(config={"memory_limit": "3GB"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for days in given.days:
            of_days = given.history_rows or given.rows
            lake = history(connection, given.home, other, plan=checkouts["other"][1], days=days, rows=of_days)
            sides = {}
            for name, (checkout, plan) in checkouts.items():
                sides[name] = Side(checkout, plan, folder / f"{days}-{name}")
                copied(lake, sides[name].home)
            runs: dict[str, list[tuple[Run, Run]]] = defaultdict(list)
            for number in range(given.more + 1):
                file = day_file(connection, folder, day=days + number, rows=given.rows)
                day = f"20250105T{number:09d}Z-bbbbbbbbbbbb"
                for name in sides if number % 2 else reversed(sides):
                    validated, loaded = sides[name].day(day, file, engine=given.engine)
                    told(
                        f"{days} days, {name} {number}: {validated.processor:.2f} + {loaded.processor:.2f} processor s"
                    )
                    runs[name].append((validated, loaded))
            found.append(row(days, runs))
            for side in sides.values():
                shutil.rmtree(side.home)
    return found


def row(days: int, runs: Mapping[str, Sequence[tuple[Run, Run]]]) -> dict[str, Any]:
    """The first day of a history, on which its index is made; of the others the medians, and those of their ratios."""
    first = runs["own"][0][1]
    own, other = runs["own"][1:], runs["other"][1:]
    loads = median([loaded for _, loaded in own])
    pairs = list(zip(own, other, strict=True))
    return {
        "days": days,
        "first_processor": first.processor,
        "first_seconds": first.seconds,
        "processor": loads.processor,
        "seconds": loads.seconds,
        "peak_mb": loads.peak_mb,
        "load_ratio": statistics.median(one[1].processor / two[1].processor for one, two in pairs),
        "both_ratio": statistics.median(_both(one) / _both(two) for one, two in pairs),
    }


def _both(day: tuple[Run, Run]) -> float:
    return sum(job.processor for job in day)


def told(line: str) -> None:
    """Progress, beside the result."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, help="another checkout, set up, its plan built; else this one")
    parser.add_argument("--engine", choices=[*LOADERS], default="embedded")
    parser.add_argument("--days", type=int, nargs="+", default=[10, 100, 400], help="lengths of the histories")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of a day that is added")
    parser.add_argument("--history-rows", type=int, help="rows of a day of the history, if others")
    parser.add_argument("--more", type=int, default=5, help="days after the first one, of which the median counts")
    parser.add_argument("--home", type=Path, default=WORKSPACE / ".pos/bench", help="needs 5 GB; histories stay there")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    given.home.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="keys-", dir=given.home))
    try:
        found = measure(given, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if given.json:
        print(json.dumps(found))
        return
    for one in found:
        print(sentence(one))


def sentence(one: Mapping[str, Any]) -> str:
    """A row for people."""
    return (
        "{days:4d} days: {processor:.2f} processor s, {seconds:.2f} s, {peak_mb:.0f} MB; beside the other "
        "{load_ratio:.2f} ×, with validation {both_ratio:.2f} ×; the first day {first_processor:.2f} processor s, "
        "{first_seconds:.2f} s"
    ).format(**one)


if __name__ == "__main__":
    main()
