"""Taking the canary out again: the rows by which a deployment was tried out, and the figures that came of them.

The contract says which rows these are. A date on which anything else stands is not touched.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pos_job_runtime.args import parse_arguments
from pos_job_runtime.document import plain
from pos_job_runtime.ending import exit_code, run_job
from pos_job_runtime.errors import PlanError
from pos_job_runtime.generated.documents import CanaryReport
from pos_job_runtime.plan import read_plans
from pos_job_runtime.storage import Location, Storage
from pos_transformation.load.canary import CanaryDrop
from pos_transformation.store import DEFAULT_ENGINE, engine_named, engine_names

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
    given = parse_arguments(
        argv,
        required=("drop_canary", "lake", "plan"),
        optional={"engine": DEFAULT_ENGINE, "run_id": "canary", "dataset": ""},
        choices={"engine": engine_names(), "drop_canary": ("yes",)},
    )
    began = time.monotonic()
    storage = Storage()
    place = Location.parse(given["plan"])
    plan = read_plans(storage, place).dataset(given["dataset"])
    if plan.canary is None:
        raise PlanError(f"{place} says of no rows that they are the canary's, so that none can be dropped.")
    with engine_named(given["engine"]).open_store(lake=Location.parse(given["lake"]), storage=storage, rows=0) as store:
        rows = CanaryDrop(
            run_id=given["run_id"], plan=plan, canary=plan.canary, store=store, storage=storage, log=log
        ).drop()
    report = CanaryReport(date=plan.canary.date, rows=rows, seconds=round(time.monotonic() - began, 3))
    log.info("canary-dropped", **plain(report))
