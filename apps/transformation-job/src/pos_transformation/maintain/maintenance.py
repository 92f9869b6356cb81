"""Keeping the tables quick: many small files of a date become few, old files go, the log stays short.

Runs beside loads and readers. A compaction moves rows and changes none, so that a load appends past it; a load that has
to replace a file which a compaction has moved notices and begins again, and so does a compaction of a file that a load
has replaced. Files that left a table stay for the retention, so that a reader which began before still finds them.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from pos_job_runtime.args import parse_arguments
from pos_job_runtime.ending import exit_code, run_job
from pos_job_runtime.errors import JobError, UsageError
from pos_job_runtime.metrics import emit_metrics
from pos_job_runtime.plan import parse_plan
from pos_job_runtime.storage import Location, Storage
from pos_transformation.maintain.compaction import Compacted
from pos_transformation.store import NAMES
from pos_transformation.store.table_specs import TableShape, curated_shape, kpi_shape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.logs import JsonLog

JOB = "maintenance"
# Delta's own limit: below it a load that takes long could lose files that it has just written.
LEAST_DAYS = 7


@dataclass(frozen=True)
class Kept(Compacted):
    """What was done to a table: what was compacted, and files deleted for good."""

    deleted: int = 0


class Keeper(Protocol):
    """Maintains one table. A table that nobody has made yet is left alone."""

    def keep(self, lake: Location, shape: TableShape, *, retention: timedelta) -> Kept:
        """Compact, delete what left the table longer ago than `retention`, whole days, and write a checkpoint.

        Raises `JobError`. Whatever it had done by then stays done, and the next time begins where it ended.
        """
        ...


def main(argv: Sequence[str]) -> int:
    """`--maintain yes --lake URI --plan URI [--engine NAME] [--retention_days N] [--stage NAME]`.

    Exit codes as in every job.
    """
    return exit_code(run_job(JOB, work, argv))


def work(argv: Sequence[str], log: JsonLog) -> None:
    """Maintain the tables that the arguments name. Raises whatever keeps the job from that."""
    given = parse_arguments(
        argv,
        required=("lake", "plan"),
        optional={"engine": "embedded", "retention_days": str(LEAST_DAYS), "stage": ""},
        choices={"engine": NAMES},
    )
    maintain(
        lake=Location.parse(given["lake"]),
        plan=Location.parse(given["plan"]),
        keeper=keeper_named(given["engine"]),
        retention=_retention(given),
        log=log,
        stage=given["stage"],
    )


def maintain(
    *, lake: Location, plan: Location, keeper: Keeper, retention: timedelta, log: JsonLog, stage: str = ""
) -> dict[str, Kept]:
    """Maintain every table of every dataset; returns what was done, by table.

    A table that can't be maintained keeps no other from it: its `JobError` is raised after all of them.
    """
    began = time.monotonic()
    plans = parse_plan(Storage().get(plan), origin=str(plan))
    compiled = [plans.dataset(name) for name in plans.ids]
    shapes = [shape for one in compiled for shape in (curated_shape(one.curated), *map(kpi_shape, one.kpis))]
    done: dict[str, Kept] = {}
    failed: list[JobError] = []
    for shape in shapes:
        since = time.monotonic()
        try:
            kept = keeper.keep(lake, shape, retention=retention)
        except JobError as error:
            log.error("table-failed", table=shape.name, error=error)
            failed.append(error)
            continue
        log.info("maintained", table=shape.name, seconds=round(time.monotonic() - since, 3), **asdict(kept))
        if kept.left:
            log.warning("dates-left", table=shape.name, dates=kept.left)
        done[shape.name] = kept
    _conclude(log, done, failed=len(failed), seconds=round(time.monotonic() - began, 3), stage=stage)
    if failed:
        raise failed[0]
    return done


def _conclude(log: JsonLog, done: Mapping[str, Kept], *, failed: int, seconds: float, stage: str) -> None:
    """What was done to all tables together, as metrics and as the last line of the log."""
    total = {field.name: sum(getattr(kept, field.name) for kept in done.values()) for field in fields(Kept)}
    emit_metrics(
        log,
        stage=stage,
        values={
            "DatesCompacted": (total["dates"], "Count"),
            "FilesCompacted": (total["removed"], "Count"),
            "FilesDeleted": (total["deleted"], "Count"),
            "MaintenanceSeconds": (seconds, "Seconds"),
        },
    )
    log.info("done", tables=len(done), failed=failed, seconds=seconds, **total)


def keeper_named(engine: str) -> Keeper:
    """The maintenance by an engine, imported when it is asked for."""
    if engine == "embedded":
        from pos_transformation.store.duckdb_delta_rs.maintenance import EmbeddedKeeper

        return EmbeddedKeeper()
    from pos_transformation.store.spark_delta.maintenance import SparkKeeper

    return SparkKeeper()


def _retention(given: Mapping[str, str]) -> timedelta:
    try:
        days = int(given["retention_days"])
    except ValueError:
        days = 0
    if days < LEAST_DAYS:
        raise UsageError(f"--retention_days must be a whole number of days, at least {LEAST_DAYS}.")
    return timedelta(days=days)
