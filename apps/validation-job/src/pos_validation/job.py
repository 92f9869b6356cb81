"""The job's command line: arguments → plan → run → exit code."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from pos_job_runtime.args import parse_arguments
from pos_job_runtime.document import plain
from pos_job_runtime.ending import exit_code, run_job
from pos_job_runtime.errors import UsageError
from pos_job_runtime.metrics import emit_metrics
from pos_job_runtime.plan import read_run_plan
from pos_job_runtime.storage import Location, Storage
from pos_validation.run.manifest import parse_manifest
from pos_validation.run.results import Results
from pos_validation.workers.budget import Limits
from pos_validation.workers.handles import ForkServer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.generated.constants import ArgumentName
    from pos_job_runtime.generated.documents import JobName, ValidationSummary
    from pos_job_runtime.logs import JsonLog
    from pos_validation.run.manifest import Manifest, Shard

JOB: JobName = "validation"


def main(argv: Sequence[str]) -> int:
    """Run the job. Exit code 0: done, whatever the verdicts; 1: failed, with one line on stderr; 2: bad arguments."""
    return exit_code(run_job(JOB, work, argv))


def work(argv: Sequence[str], log: JsonLog) -> None:
    """Validate the shard that the arguments name, and write what was found. Raises whatever keeps the job from that."""
    given = parse_arguments(
        argv,
        required=("run_id", "manifest", "results", "rejected", "plan"),
        # Without them the whole manifest is validated, however it was split.
        optional={
            "run_plan": "",
            "shard": "0",
            "shards": "",
            "stage": "",
            "file_seconds": "",
            "file_megabytes": "",
            # For tests, which hold the fast path to the exact one.
            "always_exact": "",
        },
    )
    # Importing what reads files takes as long as learning which ones to read: they go side by side.
    with tempfile.TemporaryDirectory(prefix="pos-validation-") as folder, closing(ForkServer(Path(folder))) as server:
        _work(given, log, Path(folder), server)


def _work(given: dict[ArgumentName, str], log: JsonLog, folder: Path, server: ForkServer) -> None:
    storage = Storage()
    place = Location.parse(given["results"])
    manifest_data = storage.get(Location.parse(given["manifest"]))
    manifest = parse_manifest(manifest_data, run_id=given["run_id"], origin=given["manifest"])
    plan = read_run_plan(storage, run=given["run_plan"], own=given["plan"], dataset=manifest.dataset, log=log)
    shard = _shard(manifest, given)
    results = Results(storage, place, plan=plan, manifest=manifest)

    def validated(part: Shard) -> ValidationSummary:
        """What was found in this part of the manifest."""
        log.info(
            "started",
            dataset=plan.dataset,
            files=len(part.entries),
            shard=part.index,
            shards=part.count,
            contract=plan.contract.hash,
        )

        from pos_validation.run.run import Run

        with tempfile.TemporaryDirectory(prefix="run-", dir=folder) as own:
            found = Run(
                plan=plan,
                manifest=manifest,
                shard=part,
                storage=storage,
                results=results,
                rejected=Location.parse(given["rejected"]),
                folder=Path(own),
                log=log,
                # Another run than the first starts one of its own.
                server=None if server.closed else server,
                limits=_limits(given),
                always_exact=given["always_exact"] == "true",
            ).execute()
        _measure(log, found, stage=given["stage"], dataset=plan.dataset)
        return found

    summary = results.finished(shard)
    if summary is None:
        summary = validated(shard)
    else:
        log.info("finished-before", shard=shard.index, shards=shard.count)
    if not shard.alone:
        for other in results.by_another_plan(shard):
            validated(other)
        log.info("summed-up" if results.conclude() else "other-shards-run", shard=shard.index, shards=shard.count)
    log.raw(plain(summary))


def _shard(manifest: Manifest, given: dict[ArgumentName, str]) -> Shard:
    """What this run of the job shall validate."""
    if not given["shards"]:
        return manifest.whole
    try:
        index, count = int(given["shard"]), int(given["shards"])
    except ValueError:
        raise UsageError("--shard and --shards must be whole numbers, such as --shard 0 --shards 4.") from None
    return manifest.shard(index, of=count)


def _limits(given: dict[ArgumentName, str]) -> Limits:
    """What an operator allows a file, instead of a budget by its size."""
    try:
        seconds, megabytes = (
            float(text) if text else None for text in (given["file_seconds"], given["file_megabytes"])
        )
    except ValueError:
        raise UsageError("--file_seconds and --file_megabytes must be numbers, such as --file_seconds 600.") from None
    return Limits(seconds=seconds, memory=None if megabytes is None else int(megabytes * (1 << 20)))


def _measure(log: JsonLog, summary: ValidationSummary, *, stage: str, dataset: str) -> None:
    files, rows = summary.files, summary.rows
    emit_metrics(
        log,
        values={
            "FilesValid": files.valid,
            "FilesRejected": files.rejected,
            "FilesSkipped": files.skipped,
            "RowsValid": rows.valid,
            "RowsInvalid": rows.invalid,
            "RowsRepeated": rows.repeated,
            "Duration": summary.timings["total"],
        },
        stage=stage,
        dataset=dataset,
    )
