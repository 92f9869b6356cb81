"""Arguments → plan → validation results → engine → summary → exit code."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pos_job_runtime.document import as_json, given, plain
from pos_job_runtime.ending import exit_code, run_job
from pos_job_runtime.generated.constants import RUNS, SUMMARY, TRANSFORMATION
from pos_job_runtime.metrics import emit_metrics
from pos_job_runtime.plan import read_run_plan
from pos_job_runtime.storage import Storage
from pos_transformation.errors import StaleFiguresError
from pos_transformation.given import read_given
from pos_transformation.load.loader import Loader
from pos_transformation.load.report import LoadReport, summary_document
from pos_transformation.load.results import Validation, read_validation
from pos_transformation.load.staleness import stale_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.generated.constants import MetricName
    from pos_job_runtime.generated.documents import JobName, StaleDate
    from pos_job_runtime.logs import JsonLog
    from pos_transformation.given import Given

JOB: JobName = "transformation"


def main(argv: Sequence[str]) -> int:
    """Run the job. Returns its exit code: 0 done, 1 failed with one sentence on standard error, 2 bad arguments."""
    return exit_code(run_job(JOB, work, argv))


def work(argv: Sequence[str], log: JsonLog) -> None:
    """Load the run that the arguments name. Raises whatever keeps the job from that."""
    run(read_given(argv, required=("run_id", "results"), optional={"run_plan": ""}), log)


def run(asked: Given, log: JsonLog) -> None:
    """Load the run and write its summary, last of all: who finds the summary finds finished tables.

    It goes by the plan that the run began with, where it says that.
    """
    began = time.monotonic()
    storage = Storage()
    run_id, results, engine = asked.arguments["run_id"], asked.location("results"), asked.engine_name
    run_plan, stage = asked.arguments["run_plan"], asked.stage
    validation = read_validation(storage, results, run_id)
    compiled = read_run_plan(storage, run=run_plan, own=str(asked.plan), dataset=validation.dataset, log=log)
    if validation.plan_hash != compiled.contract.hash:
        log.warning("validated-by-another-plan", validated=validation.plan_hash, loading=compiled.contract.hash)
    log.info("started", engine=engine, dataset=compiled.dataset, files=len(validation.files), rows=validation.rows)
    opening = time.monotonic()
    with asked.engine.open_store(lake=asked.lake, storage=storage, rows=validation.rows, log=log) as store:
        loader = Loader(run_id=run_id, plan=compiled, validation=validation, store=store, storage=storage, log=log)
        loader.timings["session"] = time.monotonic() - opening
        report = loader.load()
    seconds = time.monotonic() - began
    summary = summary_document(report, run_id=run_id, engine=engine, plan=compiled, seconds=seconds)
    place = results.child(RUNS, run_id, TRANSFORMATION, SUMMARY)
    storage.put(place, as_json(summary, indent=1))
    _measure(log, report, validation, stage=stage, dataset=compiled.dataset)
    own = _stale_by(report, log)
    log.info("done", outcome=report.outcome, seconds=round(seconds, 3), **plain(report.rows))
    if own:
        raise StaleFiguresError(stale_sentence(run_id, own))


def _stale_by(report: LoadReport, log: JsonLog) -> Sequence[StaleDate]:
    """The stale dates that this run touched: it must not end well. Those of earlier runs are only told of."""
    touched = set(report.dates)
    for one in report.stale:
        log.warning("kpi-date-stale", ofThisRun=one.date in touched, **plain(one))
    return [one for one in report.stale if one.date in touched]


def _measure(log: JsonLog, report: LoadReport, validation: Validation, *, stage: str, dataset: str) -> None:
    rows = report.rows
    # Facts are never superseded, nor do they leave the table.
    reference: dict[MetricName, float] = {}
    if (superseded := given(rows.superseded, None)) is not None:
        reference = {"RowsSuperseded": superseded, "RowsRemoved": report.curated.deleted}
    emit_metrics(
        log,
        stage=stage,
        dataset=dataset,
        values={
            "RowsIn": rows.in_,
            "RowsAppended": rows.appended,
            "RowsDuplicate": rows.duplicates,
            "RowsConflict": rows.conflicts,
            "RowsUpdated": rows.updated,
            **reference,
            "KpiDatesStale": len(report.stale),
            "DatesTouched": len(report.dates),
            # From the newest file's arrival until its rows can be queried.
            "FreshnessSeconds": max(0.0, time.time() - validation.event_time),
        },
    )
