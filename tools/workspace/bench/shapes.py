"""`nx run workspace:bench-shapes`: both jobs on files of many shapes, beside another checkout of this repository.

The two checkouts take turns, each run a whole process. What is printed is the median of the ratios: of processor
seconds, which hardly notice what else a machine is busy with, of wall seconds and of peak memory.
"""

from __future__ import annotations

import argparse
import json
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from checkout import LOADERS, WORKSPACE, Checkout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from measure import Run

ROWS = """
    SELECT printf('T%09d', range) AS transaction_id, 1 + hash(range) % 500 AS store_id,
           1 + hash(range * 7) % 70000 AS product_id, 1 + hash(range * 11) % 5 AS quantity,
           (hash(range * 13) % 10000) / 100.0 AS revenue,
           CASE WHEN hash(range * 17) % 3 = 0 THEN (hash(range * 19) % 200) / 100.0 END AS discount_applied,
           1483228800 + hash(range * 23) % 86400 + (hash(range * 29) % 1000) / 1000.0 AS "timestamp"
    FROM range({first}, {end})
"""
SPREAD = """
    SELECT * REPLACE ("timestamp" - 86400 * CAST(hash("timestamp" * 1000) % 30 AS BIGINT) AS "timestamp") FROM ({rows})
"""
# A day for each million rows, of which one in a hundred came late by up to seven days.
LATE = """
    SELECT * REPLACE (
        "timestamp" + 86400 * (
            CAST(substr(transaction_id, 2) AS BIGINT) // 1000000
            - CASE WHEN hash(transaction_id) % 100 = 0 THEN 1 + CAST(hash("timestamp") % 7 AS BIGINT) ELSE 0 END
        ) AS "timestamp"
    ) FROM ({rows})
"""
# The same, and none came late.
DATED = """
    SELECT * REPLACE ("timestamp" + 86400 * (CAST(substr(transaction_id, 2) AS BIGINT) // 1000000) AS "timestamp")
    FROM ({rows})
"""
BAD = """
    SELECT * REPLACE (CASE WHEN {which} THEN -CAST(store_id AS BIGINT) ELSE store_id END AS store_id) FROM ({rows})
"""


@dataclass(frozen=True)
class Shape:
    """Some files of the same kind. `rows` is that of one file, `select` is over `{rows}`, `options` are those of
    DuckDB's COPY. `loads`: whether there is something to load."""

    rows: int
    select: str = "{rows}"
    options: str = "FORMAT csv, HEADER"
    ending: str = "csv"
    files: int = 1
    loads: bool = True


SHAPES = {
    "one small file": Shape(20),
    "500 small files": Shape(100, files=500),
    "clean CSV": Shape(1_000_000),
    "large clean CSV": Shape(3_000_000),
    "ten large files": Shape(1_000_000, files=10),
    "a date a file": Shape(1_000_000, select=DATED, files=10),
    "late rows": Shape(1_000_000, select=LATE, files=10),
    "many dates": Shape(200_000, select=SPREAD, files=5),
    "gzip": Shape(1_000_000, options="FORMAT csv, HEADER, COMPRESSION gzip", ending="csv.gz"),
    "Parquet": Shape(1_000_000, options="FORMAT parquet", ending="parquet"),
    "one big file": Shape(10_000_000, select=DATED),
    "2,000 files": Shape(500, files=2_000),
    "JSON lines": Shape(1_000_000, options="FORMAT json", ending="jsonl"),
    "1 % bad rows": Shape(1_000_000, select=BAD.replace("{which}", "hash(transaction_id) % 100 = 0"), loads=False),
    "every row bad": Shape(1_000_000, select=BAD.replace("{which}", "true"), loads=False),
}


def written(name: str, folder: Path, *, most_rows: int | None = None, most_files: int | None = None) -> list[Path]:
    """The files of a shape, made once: at most so many, of at most so many rows each."""
    shape = SHAPES[name]
    rows, files = min(shape.rows, most_rows or shape.rows), min(shape.files, most_files or shape.files)
    folder = folder / f"{name.replace(' ', '-').replace('%', 'percent')}-{rows}"
    paths = [folder / f"sales-{number:04d}.{shape.ending}" for number in range(files)]
    folder.mkdir(parents=True, exist_ok=True)
    if all(path.exists() for path in paths):
        return paths
    # Not before it is needed: a process that is started shows, until it has begun, the memory of this one.
    import duckdb

    with duckdb.connect() as connection:
        for number, path in enumerate(paths):
            if path.exists():
                continue
            select = shape.select.replace("{rows}", ROWS.format(first=number * rows, end=(number + 1) * rows))
            partial = path.with_name(f"partial-{path.name}")
            connection.execute(f"COPY ({select}) TO '{partial}' ({shape.options})")
            partial.rename(path)
    return paths


def compared(
    paths: Sequence[Path], checkouts: tuple[Checkout, Checkout], *, home: Path, pairs: int, engine: str | None
) -> dict[str, dict[str, float]]:
    """The figures of each job: see `figures`. Without an `engine`, nothing is loaded."""
    found: dict[str, list[tuple[Run, Run]]] = {}
    for pair in range(pairs):
        # In turns, and who begins changes too.
        order = (0, 1) if pair % 2 else (1, 0)
        validated = {side: checkouts[side].validate(home / str(side), paths) for side in order}
        found.setdefault("validation", []).append((validated[0], validated[1]))
        if engine is not None:
            loaded = {side: checkouts[side].load(home / str(side), engine=engine) for side in order}
            found.setdefault(f"load, {engine}", []).append((loaded[0], loaded[1]))
    return {job: figures(runs) for job, runs in found.items()}


def figures(runs: Sequence[tuple[Run, Run]]) -> dict[str, float]:
    """Medians of the first of each pair, and of their ratios to the second."""
    told = {}
    for name, key in (("processor", "processor"), ("seconds", "seconds"), ("peakMb", "peak_mb")):
        pairs = [(getattr(one, key), getattr(other, key)) for one, other in runs]
        told[name] = statistics.median(one for one, _ in pairs)
        told[f"{name}Ratio"] = statistics.median(one / other for one, other in pairs)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path, required=True, help="another checkout, set up and with its plan built")
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--shapes", nargs="+", choices=[*SHAPES], default=[*SHAPES], metavar="SHAPE")
    parser.add_argument("--engine", choices=[*LOADERS, "none"], default="embedded", help="which loads, if any")
    parser.add_argument("--rows", type=int, help="rows a file at most")
    parser.add_argument("--files", type=int, help="files at most")
    parser.add_argument("--home", type=Path, default=WORKSPACE / ".pos/bench")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    home = options.home.resolve()
    checkouts = (Checkout(WORKSPACE), Checkout(options.against.resolve()))
    told = {}
    for name in options.shapes:
        paths = written(name, home / "shapes", most_rows=options.rows, most_files=options.files)
        engine = options.engine if SHAPES[name].loads and options.engine != "none" else None
        told[name] = compared(paths, checkouts, home=home / "jobs", pairs=options.pairs, engine=engine)
        if options.json:
            continue
        for job, figure in told[name].items():
            print(
                f"{name:16} {job:15} {figure['processor']:6.2f} processor s {figure['processorRatio']:5.2f} ×   "
                f"{figure['seconds']:6.2f} s {figure['secondsRatio']:5.2f} ×   "
                f"{figure['peakMb']:5.0f} MB {figure['peakMbRatio']:5.2f} ×",
                flush=True,
            )
    if options.json:
        print(json.dumps({"shapes": {name: asdict(SHAPES[name]) for name in told}, "figures": told}))


if __name__ == "__main__":
    main()
