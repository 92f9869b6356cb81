"""A results bucket and a lake, in a folder or on S3, and the job run against them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from deltalake import DeltaTable, QueryBuilder
from rows import Sale, as_part, as_table, by_product, by_store, curated_of

from pos_job_runtime.generated.constants import MEMBER
from pos_job_runtime.storage import Location, Storage
from pos_transformation.run.job import main
from pos_transformation.store.duckdb_delta_rs.options import storage_options

ROOT = Path(__file__).resolve().parents[3]
PROJECT = ROOT / "apps/transformation-job"
PLAN = ROOT / "apps/plan/dist/plan.json"
WORDS = PLAN.with_name("words.json")
LATEST_WINS = ROOT / "libs/platform/sql/test/transform/golden/latest-wins.json"
SOURCES = (PROJECT / "src", ROOT / "libs/platform/job-runtime/src", PROJECT / "tests")

CURATED = "curated/sales"
BY_PRODUCT = "kpi/total_sales_per_product_per_day"
BY_STORE = "kpi/store_sales_per_day"
# They stand behind the others: a table of an earlier release gets new columns after its date.
LAST_COLUMNS = ("date", "receipt_id")


def read_plan() -> dict[str, Any]:
    """The plan of sales as built. Without one the tests can't run, and say how to get it."""
    if not PLAN.exists():
        raise FileNotFoundError(f"{PLAN} is missing: run `npx nx run plan:build` first.")
    plan: dict[str, Any] = json.loads(PLAN.read_text())["datasets"]["sales"]
    return plan


def plan_file(plan: Mapping[str, Any]) -> bytes:
    """A plan file with this dataset alone."""
    name = plan["tables"]["curated"]["name"]
    document = {"format": "pos-plan/2", "hash": plan["hash"], "datasets": {name: plan}, "defaultDataset": name}
    return json.dumps(document).encode()


def latest_wins_plan() -> dict[str, Any]:
    """The plan, as if its contract said that the latest row wins. The KPIs stay as they are."""
    plan = read_plan()
    compiled = json.loads(LATEST_WINS.read_text())
    kpis = plan["transformation"]["duckdb"]["kpis"]
    plan["policies"]["acrossFiles"] = "latestWins"
    plan["tables"]["curated"] = compiled["curated"]
    plan["transformation"]["duckdb"] = {**compiled["transform"], "kpis": kpis}
    return plan


@dataclass(frozen=True)
class Delivery:
    """One source file of a run: its validated rows, its name, and when it arrived.

    With a sequencer it is a version of the key `incoming/NAME`; others have keys of their own, in their order. `parts`
    are its rows beside `sales` that lie in files as the curated table has them. Files that are `packed` have their rows
    in one file, with those of such files right before and after them.
    """

    sales: Sequence[Sale] | pl.DataFrame
    name: str = "sales.csv"
    arrived: str = "2024-03-04T06:00:00.000Z"
    sequencer: str = ""
    parts: Sequence[Sequence[Sale]] = ()
    packed: bool = False


# What the documents of a run name it; its folder has the name that a test gives it.
RUN_ID = "20240304T060500000Z-0123456789ab"
LINE = {
    "bucket": "source",
    "versionId": "x",
    "verdict": "valid",
    "format": "csv",
    "compression": "none",
    "size": 1,
    "rows": {"total": 1, "valid": 1, "invalid": 0},
    "reasons": [],
    "validated": None,
    "rejected": None,
    "report": None,
}


@dataclass(frozen=True)
class World:
    """`home` is a `file://` folder or an `s3://bucket`."""

    home: Location
    plan: Mapping[str, Any]

    @property
    def results(self) -> Location:
        return self.home.child("results")

    @property
    def lake(self) -> Location:
        return self.home.child("lake")

    def deliver(self, run: str, *files: Delivery | Sequence[Sale] | pl.DataFrame) -> None:
        """Leave what the validation job leaves for `run`: a manifest, verdicts and validated Parquet."""
        storage = Storage()
        folder = self.results.child("runs", run)
        deliveries = [file if isinstance(file, Delivery) else Delivery(file) for file in files]
        manifest: list[dict[str, Any]] = []
        packed: list[pl.DataFrame] = []
        verdicts = []
        for number, file in enumerate(deliveries):
            key = f"incoming/{file.name}" if file.sequencer else f"incoming/{number}-{file.name}"
            written = {"sequencer": file.sequencer} if file.sequencer else {}
            if not (file.packed and packed):
                target = folder.child("validation", "validated", f"{number:05d}.parquet")
                packed = []
            buffer = io.BytesIO()
            sales = file.sales if isinstance(file.sales, pl.DataFrame) else as_table(file.sales)
            if file.packed:
                packed.append(sales.with_columns(pl.lit(len(packed), pl.Int32).alias(MEMBER)))
                sales = pl.concat(packed)
            sales.write_parquet(buffer)
            storage.put(target, buffer.getvalue())
            parts = [target.beside(f"{number:05d}.part-{place:05d}.parquet") for place in range(len(file.parts))]
            for part, rows in zip(parts, file.parts):
                storage.put(part, as_part(rows))
            source = {"bucket": "source", "versionId": f"v{number}"}
            manifest.append({**source, "key": key, "size": 1, "eventTime": file.arrived, **written})
            more: dict[str, Any] = {"parts": [str(part) for part in parts]} if parts else {}
            if packed:
                more["member"] = len(packed) - 1
            verdicts.append({**LINE, **source, "file": key, "validated": str(target), **more})
        verdicts.append({**LINE, "file": "incoming/bad.csv", "verdict": "rejected"})
        event_time = "2024-03-04T06:05:00.000Z"
        rows = sum(len(some) for file in deliveries for some in (file.sales, *file.parts))
        count = len(deliveries)
        summary = {
            "runId": RUN_ID,
            "eventTime": event_time,
            "contract": {"name": "pos-sales", "version": "1.0.0", "hash": self.plan["hash"]},
            "files": {"total": count + 1, "valid": count, "rejected": 1, "skipped": 0},
            "rows": {"total": rows, "valid": rows, "invalid": 0, "repeated": 0},
            "reasons": [],
            "validated": {"files": count, "rows": rows, "bytes": 1},
            "timings": {"total": 1.0},
        }
        lines = "".join(json.dumps(verdict) + "\n" for verdict in verdicts)
        document = {"runId": RUN_ID, "eventTime": event_time, "files": manifest}
        storage.put(folder.child("manifest.json"), json.dumps(document).encode())
        storage.put(folder.child("validation", "files.jsonl"), lines.encode())
        storage.put(folder.child("validation", "summary.json"), json.dumps(summary).encode())

    def arguments(self, run: str) -> list[str]:
        """The job's command line."""
        plan = self.home.child("plan.json")
        Storage().put(plan, plan_file(self.plan))
        Storage().put(self.home.child("words.json"), WORDS.read_bytes())
        pairs = {"run_id": run, "results": self.results, "lake": self.lake, "plan": plan, "engine": "embedded"}
        return [word for name, value in pairs.items() for word in (f"--{name}", str(value))]

    def load(self, run: str) -> dict[str, Any]:
        """Run the job in this process; returns its summary."""
        assert main(self.arguments(run)) == 0
        return self.summary(run)

    def start(self, run: str, *, script: str = "main.py", environment: Mapping[str, str] | None = None) -> Any:
        """Start the job, or a script around it, as a process of its own."""
        path = os.pathsep.join(str(source) for source in SOURCES)
        return subprocess.Popen(
            [sys.executable, str(PROJECT / script), *self.arguments(run)],
            env={**os.environ, "PYTHONPATH": path, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def summary(self, run: str) -> dict[str, Any]:
        """The run's transformation summary."""
        place = self.results.child("runs", run, "transformation", "summary.json")
        found: dict[str, Any] = json.loads(Storage().get(place))
        return found

    def table(self, path: str) -> DeltaTable:
        """A table of the lake."""
        location = self.lake.child(path)
        uri = str(location.path) if location.scheme == "file" else str(location)
        return DeltaTable(uri, storage_options=storage_options(location))

    def rows(self, path: str) -> list[tuple[object, ...]]:
        """A table's rows in an order of their own, without the order of arrival."""
        return sorted(self.frame(path).select(pl.exclude("source_order")).rows(), key=repr)

    def curated(self) -> list[tuple[object, ...]]:
        """The curated rows, as `Sale.curated` has them."""
        frame = self.frame(CURATED)
        if "receipt_id" not in frame.columns:
            frame = frame.with_columns(receipt_id=pl.lit(None))
        return sorted(frame.select(pl.exclude("source_order", *LAST_COLUMNS), *LAST_COLUMNS).rows(), key=repr)

    def frame(self, path: str) -> pl.DataFrame:
        """A table as delta-rs itself reads it, DuckDB and pyarrow having no part in that."""
        table = self.table(path)
        columns = ", ".join(f'"{field.name}"' for field in table.schema().fields)
        return pl.DataFrame(QueryBuilder().register("t", table).execute(f"SELECT {columns} FROM t"))

    def assert_holds(self, sales: Iterable[Sale]) -> None:
        """The tables are exactly those of `sales`: not a row more, not a digit else."""
        sales = list(sales)
        assert self.curated() == curated_of(sales)
        assert self.rows(BY_PRODUCT) == by_product(sales)
        assert self.rows(BY_STORE) == by_store(sales)

    def versions(self) -> dict[str, int]:
        """The version of each table."""
        return {path: self.table(path).version() for path in (CURATED, BY_PRODUCT, BY_STORE)}
