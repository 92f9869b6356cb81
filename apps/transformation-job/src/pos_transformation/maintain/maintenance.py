"""Keeping the tables quick: many small files of a date become few, old files go, the log stays short.

Runs beside loads and readers. A compaction moves rows and changes none, so that a load appends past it; a load that has
to replace a file which a compaction has moved notices and begins again, and so does a compaction of a file that a load
has replaced. Files that left a table stay for the retention, so that a reader which began before still finds them.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec.structs import asdict, fields

from pos_job_runtime.document import given, plain
from pos_job_runtime.ending import exit_code, run_job
from pos_job_runtime.errors import JobError, UsageError
from pos_job_runtime.generated.documents import MaintenanceReport, TableMaintenance
from pos_job_runtime.metrics import emit_metrics
from pos_job_runtime.plan import read_plans
from pos_job_runtime.storage import Location, Storage
from pos_transformation.given import read_given
from pos_transformation.maintain.compaction import Compacted, compact
from pos_transformation.maintain.keys import tend_index
from pos_transformation.store.retry import retry_on_conflict
from pos_transformation.store.table_specs import curated_spec, kpi_spec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.generated.constants import ArgumentName
    from pos_job_runtime.generated.documents import JobName
    from pos_job_runtime.logs import JsonLog
    from pos_transformation.store import EngineModule
    from pos_transformation.store.maintained import MaintainedTable

JOB: JobName = "maintenance"
# Delta's own limit: below it a load that takes long could lose files that it has just written.
LEAST_DAYS = 7


class Maintained(Compacted, frozen=True):
    """What was done to a table: what was compacted, and files deleted for good."""

    deleted: int = 0


def main(argv: Sequence[str]) -> int:
    """`--maintain yes --lake URI --plan URI [--engine NAME] [--retention_days N] [--stage NAME]`.

    Exit codes as in every job.
    """
    return exit_code(run_job(JOB, work, argv))


def work(argv: Sequence[str], log: JsonLog) -> None:
    """Maintain the tables that the arguments name. Raises whatever keeps the job from that."""
    asked = read_given(argv, optional={"retention_days": str(LEAST_DAYS)})
    maintain(
        lake=asked.lake,
        plan=asked.plan,
        engine=asked.engine,
        retention=_retention(asked.arguments),
        log=log,
        stage=asked.stage,
    )


def maintain(
    *, lake: Location, plan: Location, engine: EngineModule, retention: timedelta, log: JsonLog, stage: str = ""
) -> dict[str, Maintained]:
    """Maintain every table of every dataset; returns what was done, by table.

    A table that can't be maintained keeps no other from it: its `JobError` is raised after all of them.
    """
    began = time.monotonic()
    storage = Storage()
    plans = read_plans(storage, plan)
    compiled = [plans.dataset(name) for name in plans.ids]
    specs = [spec for one in compiled for spec in (curated_spec(one.curated), *(kpi_spec(kpi) for kpi in one.kpis))]
    done: dict[str, Maintained] = {}
    failed: list[JobError] = []
    for spec in specs:
        since = time.monotonic()
        try:
            found = maintain_table(engine.maintained_table(lake, spec), spec.name, retention=retention)
        except JobError as error:
            log.error("table-failed", table=spec.name, error=error)
            failed.append(error)
            continue
        seconds = round(time.monotonic() - since, 3)
        log.info("maintained", **plain(TableMaintenance(table=spec.name, seconds=seconds, **asdict(found))))
        if found.left:
            log.warning("dates-left", table=spec.name, dates=found.left)
        done[spec.name] = found
    for one in compiled:
        if given(one.curated.key_days, 0):
            try:
                with engine.open_store(lake=lake, storage=storage, rows=0, log=log) as store:
                    tend_index(one, store, storage, log)
            except JobError as error:
                log.error("keys-not-tended", table=one.curated.name, error=error)
                failed.append(error)
    _conclude(log, done, failed=len(failed), seconds=round(time.monotonic() - began, 3), stage=stage)
    if failed:
        raise failed[0]
    return done


def _conclude(log: JsonLog, done: Mapping[str, Maintained], *, failed: int, seconds: float, stage: str) -> None:
    """What was done to all tables together, as metrics and as the last line of the log."""
    total = {field.name: sum(getattr(one, field.name) for one in done.values()) for field in fields(Maintained)}
    emit_metrics(
        log,
        stage=stage,
        values={
            "DatesCompacted": total["dates"],
            "FilesCompacted": total["removed"],
            "FilesDeleted": total["deleted"],
            "MaintenanceSeconds": seconds,
        },
    )
    log.info("done", **plain(MaintenanceReport(tables=len(done), failed=failed, seconds=seconds, **total)))


def maintain_table(table: MaintainedTable, name: str, *, retention: timedelta) -> Maintained:
    """Compact, delete what left the table longer ago than `retention`, whole days, and write a checkpoint.

    A table that nobody has made yet is left alone. Raises `JobError`; whatever was done by then stays done, and the
    next time begins where it ended.
    """
    if not table.exists():
        return Maintained()
    retry_on_conflict(name, lambda: table.set_retention(retention))
    done = compact(table, name)
    deleted = retry_on_conflict(name, lambda: table.vacuum(retention))
    table.checkpoint()
    return Maintained(**asdict(done), deleted=deleted)


def _retention(given: Mapping[ArgumentName, str]) -> timedelta:
    try:
        days = int(given["retention_days"])
    except ValueError:
        days = 0
    if days < LEAST_DAYS:
        raise UsageError(f"--retention_days must be a whole number of days, at least {LEAST_DAYS}.")
    return timedelta(days=days)
