"""The job's command line: arguments → plan → run → exit code."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos_job_runtime.args import parse_arguments
from pos_job_runtime.errors import JobError, ObjectMissingError
from pos_job_runtime.logs import JsonLog
from pos_job_runtime.metrics import emit_metrics
from pos_job_runtime.plan import parse_plan
from pos_job_runtime.storage import Location, Storage
from pos_validation.manifest import parse_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.plan import Plan

JOB = "validation"


def main(argv: Sequence[str]) -> int:
    """Run the job. Exit code 0: done, whatever the verdicts; 1: failed, with one line on stderr; 2: bad arguments."""
    try:
        given = parse_arguments(argv, required=("run_id", "manifest", "results", "rejected", "plan"))
        return _run(given)
    except JobError as error:
        print(f"validation: {error}", file=sys.stderr)
        return error.exit_code
    except Exception as error:
        # Glue shows the last line of stderr as the run's error message.
        JsonLog(job=JOB, run_id=_named(argv, "run_id")).error("failed", error=error)
        print(f"validation: failed unexpectedly ({type(error).__name__}: {error}).", file=sys.stderr)
        return 1


def _run(given: dict[str, str]) -> int:
    log = JsonLog(job=JOB, run_id=given["run_id"])
    storage = Storage()
    results, rejected = Location.parse(given["results"]), Location.parse(given["rejected"])
    plan = parse_plan(storage.get(Location.parse(given["plan"])), origin=f"The plan {given['plan']}")
    document = _finished(storage, results, given["run_id"], plan)
    if document is None:
        manifest_data = storage.get(Location.parse(given["manifest"]))
        manifest = parse_manifest(manifest_data, run_id=given["run_id"], origin=given["manifest"])
        log.info("started", files=len(manifest.entries), contract=plan.contract.hash)

        from pos_validation.run import Run

        with tempfile.TemporaryDirectory(prefix="pos-validation-") as folder:
            document = Run(
                plan=plan,
                manifest=manifest,
                storage=storage,
                results=results,
                rejected=rejected,
                folder=Path(folder),
                log=log,
            ).execute()
        _measure(log, document)
    else:
        log.info("finished-before")
    log.raw(document)
    return 0


def _finished(storage: Storage, results: Location, run_id: str, plan: Plan) -> dict[str, Any] | None:
    """The summary of this run by this plan, if it is complete: then there is nothing left to do."""
    try:
        found = json.loads(storage.get(results.child("runs", run_id, "validation", "summary.json")))
        same: bool = found["contract"]["hash"] == plan.contract.hash and found["runId"] == run_id
    except (ObjectMissingError, ValueError, KeyError, TypeError):
        return None
    return found if same else None


def _measure(log: JsonLog, document: dict[str, Any]) -> None:
    files, rows = document["files"], document["rows"]
    emit_metrics(
        log,
        values={
            "FilesValid": (files["valid"], "Count"),
            "FilesRejected": (files["rejected"], "Count"),
            "FilesSkipped": (files["skipped"], "Count"),
            "RowsValid": (rows["valid"], "Count"),
            "RowsInvalid": (rows["invalid"], "Count"),
            "RowsRepeated": (rows["repeated"], "Count"),
            "Duration": (document["timings"]["total"], "Seconds"),
        },
    )


def _named(argv: Sequence[str], name: str) -> str:
    values = [following for token, following in zip(argv, argv[1:]) if token == f"--{name}"]
    return values[-1] if values else ""
