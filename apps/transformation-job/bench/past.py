"""Tables as so many daily runs would have left them, made in a fraction of the time.

The rows are written in large commits; then the log is written anew, as daily commits would have left it: what each day
added in a commit of its own, a checkpoint at each tenth version, and nothing but the newest month of either.
"""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.transaction import Transaction
from jobs import PLAN
from msgspec.structs import replace as replaced

from pos_job_runtime.plan import parse_plan
from pos_job_runtime.storage import Location, Storage
from pos_transformation.store.duckdb_delta_rs.tables import LakeTable
from pos_transformation.store.table_specs import REFLECTS, curated_spec, kpi_spec, run_transaction, writer_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    import duckdb
    from jobs import Jobs

    Action = Mapping[str, Any]

DAYS_A_COMMIT = 10
# Of a file of late rows.
FEW = 50
CHECKPOINT_EVERY = 10
DAYS_KEPT = 30
FIRST = date(2020, 1, 1)
WRITTEN = re.compile(r"past-(\d+)-(\d+)")
# SQL: the key of sale `n` of a day. The first kind grows with time, so that files tell by their statistics which keys
# they can't hold; the second lies anywhere, as a UUID does.
GROWING = "format('T{}-{:08d}', day, n)"
RANDOM = "md5(format('{}-{}', day, n))"
MADE = (
    "transaction_id",
    "store_id",
    "product_id",
    "quantity",
    "revenue",
    "discount_applied",
    "event_time",
    "date",
)
"""The curated columns that `sales` has values for."""


def sales(*, days: str, numbers: str, columns: str, key: str = GROWING, stores: int = 200) -> str:
    """SQL: the sales with these `numbers`, an SQL range, on each day of the SQL list `days` (days since 2020)."""
    return f"""
        SELECT {columns} FROM (
            SELECT {key} AS transaction_id,
                (1 + hash(n, 1) % {stores})::BIGINT AS store_id, (1 + hash(n, day, 2) % 20000)::BIGINT AS product_id,
                (1 + hash(n, 3) % 5)::BIGINT AS quantity, ((hash(n, 4) % 100000) / 100)::DECIMAL(18,4) AS revenue,
                NULL::DECIMAL(18,4) AS discount_applied,
                1577836800000000 + day * 86400000000 + (hash(n, day, 5) % 86400000000)::BIGINT AS event_time_us,
                make_timestamptz(event_time_us) AS event_time, DATE '2020-01-01' + day::INTEGER AS date
            FROM (SELECT unnest({days}) AS day), {numbers} AS numbers(n)
        )"""


def build(
    connection: duckdb.DuckDBPyConnection,
    *,
    jobs: Jobs,
    days: int,
    rows: int,
    files: int = 1,
    key: str = GROWING,
    stores: int = 200,
    columns: Collection[str] | None = None,
    compute: Callable[[], object] | None = None,
) -> None:
    """The lake after `days` daily runs of so many rows. Each day has come in so many `files`.

    All but the first file of a day hold few rows each, and came on the days that followed. With 1 the history is what
    the daily maintenance leaves, with more what stands without any. For a lake of another checkout: the `columns` of
    its curated table, and what makes its jobs `compute` the KPI tables.
    """
    plan = parse_plan(PLAN.read_text()).dataset()
    spec = curated_spec(plan.curated)
    if columns is not None:
        spec = replaced(spec, columns=[column for column in spec.columns if column.name in columns])
    lake = Location("file", "", str(jobs.lake))
    delta = LakeTable(lake=lake, spec=spec, storage=Storage()).snapshot().delta
    names = ", ".join(c.name if c.name in MADE else f"NULL::{c.type} AS {c.name}" for c in spec.columns)
    for first in range(0, days, DAYS_A_COMMIT):
        chunk = f"range({first}, {min(days, first + DAYS_A_COMMIT)})"
        for number in range(files):
            # The first numbers came late.
            of_file = (FEW * (number - 1), FEW * number) if number else (FEW * (files - 1), rows)
            numbers = f"range({of_file[0]}, {of_file[1]})"
            source = connection.sql(sales(days=chunk, numbers=numbers, columns=names, key=key, stores=stores))
            marks = CommitProperties(app_transactions=[Transaction(f"past-{first}-{number}", 1)])
            write_deltalake(delta, source, mode="append", commit_properties=marks)
    if compute is None:
        jobs.deliver(connection, "none")
        replace(jobs, engine="embedded").load("none")
    else:
        compute()
    runs = [run_transaction(f"past-{day}") for day in range(days)]
    _rewrite(jobs.lake / spec.path, name=spec.name, days=days, runs=runs)
    for kpi in plan.kpis:
        _rewrite(jobs.lake / kpi_spec(kpi).path, name=kpi.name, days=days, runs=())


def _rewrite(table: Path, *, name: str, days: int, runs: Sequence[str]) -> None:
    """The table's log, one commit a day."""
    log = table / "_delta_log"
    head, adds, marks = _read(log, days=days)
    for path in log.iterdir():
        path.unlink()
    _write(log, 0, head)
    now = int(time.time() * 1000)
    for day in range(days):
        version = day + 1
        applications = {writer_transaction(name): version}
        if runs:
            applications[runs[day]] = 1
        else:
            applications |= {**marks, REFLECTS: version}
        transactions = [
            {"txn": {"appId": application, "version": number, "lastUpdated": now}}
            for application, number in applications.items()
        ]
        written = {"commitInfo": {"timestamp": now, "operation": "WRITE", "operationParameters": {}}}
        _write(log, version, [written, *transactions, *adds[day]])
    for version in range(CHECKPOINT_EVERY, days + 1, CHECKPOINT_EVERY):
        if version > days - DAYS_KEPT:
            DeltaTable(str(table), version=version).create_checkpoint()
    for version in range(max(0, days - DAYS_KEPT - CHECKPOINT_EVERY)):
        _place(log, version).unlink()


def _read(log: Path, *, days: int) -> tuple[list[Action], Mapping[int, list[Action]], Mapping[str, int]]:
    """The table's protocol and metadata; what each day adds; the marks of the table's commits."""
    head: list[Action] = []
    adds: dict[int, list[Action]] = defaultdict(list)
    marks: dict[str, int] = {}
    for path in sorted(log.glob("*.json")):
        actions = [json.loads(line) for line in path.read_text().splitlines()]
        marks |= {action["txn"]["appId"]: action["txn"]["version"] for action in actions if "txn" in action}
        # Each late file came a day after the one before it.
        late = next((int(found[2]) for mark in map(str, _applications(actions)) if (found := WRITTEN.match(mark))), 0)
        for action in actions:
            if "protocol" in action or "metaData" in action:
                head.append(action)
            elif "add" in action:
                day = (date.fromisoformat(action["add"]["partitionValues"]["date"]) - FIRST).days
                # What would come after the last day has come on it.
                adds[min(day + late, days - 1)].append(action)
            elif "remove" in action:
                raise ValueError(f"{path} removes files: this history can't be dealt out to days.")
    return head, adds, marks


def _applications(actions: Sequence[Action]) -> list[str]:
    return [action["txn"]["appId"] for action in actions if "txn" in action]


def _write(log: Path, version: int, actions: Sequence[Action]) -> None:
    _place(log, version).write_text("".join(json.dumps(action) + "\n" for action in actions))


def _place(log: Path, version: int) -> Path:
    return log / f"{version:020d}.json"
