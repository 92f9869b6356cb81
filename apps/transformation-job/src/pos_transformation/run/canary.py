"""Taking the canary out again: the rows by which a deployment was tried out, and the figures that came of them.

The contract says which rows these are. A date on which anything else stands is not touched.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pos_job_runtime.document import plain
from pos_job_runtime.ending import exit_code, run_job
from pos_job_runtime.errors import PlanError
from pos_job_runtime.generated.documents import CanaryReport
from pos_job_runtime.storage import Storage
from pos_transformation.given import read_given
from pos_transformation.load.canary import CanaryDrop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.generated.documents import JobName
    from pos_job_runtime.logs import JsonLog

JOB: JobName = "maintenance"


def main(argv: Sequence[str]) -> int:
    """See `work`. Exit codes as in every job."""
    return exit_code(run_job(JOB, work, argv))


def work(argv: Sequence[str], log: JsonLog) -> None:
    """`--drop_canary yes --lake URI --plan URI [--dataset ID] [--engine NAME] [--run_id ID]`.

    Raises what keeps the job from it.
    """
    given = read_given(
        argv,
        required=("drop_canary",),
        optional={"run_id": "canary", "dataset": ""},
        choices={"drop_canary": ("yes",)},
    )
    began = time.monotonic()
    storage = Storage()
    plan = given.dataset(storage)
    if plan.canary is None:
        raise PlanError(f"{given.plan} says of no rows that they are the canary's, so that none can be dropped.")
    with given.engine.open_store(lake=given.lake, storage=storage, rows=0, log=log) as store:
        rows = CanaryDrop(
            run_id=given.arguments["run_id"], plan=plan, canary=plan.canary, store=store, storage=storage, log=log
        ).drop()
    report = CanaryReport(date=plan.canary.date, rows=rows, seconds=round(time.monotonic() - began, 3))
    log.info("canary-dropped", **plain(report))
