"""Taking the canary out again: the rows by which a deployment was tried out, and the figures that came of them.

The contract says which rows these are. Their date is dropped by a commit, in the curated table and then, as after any
change of it, in the KPI tables. A date on which anything else stands is not touched.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pos_job_runtime.args import parse_arguments
from pos_job_runtime.ending import exit_code, run_job
from pos_job_runtime.errors import PlanError
from pos_job_runtime.plan import parse_plan
from pos_job_runtime.storage import Location, Storage
from pos_transformation.errors import NotTheCanaryError
from pos_transformation.store import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import Canary, Plan

JOB = "maintenance"


@dataclass(frozen=True)
class DropRequest:
    """Drop `canary` from the tables below `lake`. `run_id` names who does it, in the commits."""

    run_id: str
    plan: Plan
    canary: Canary
    lake: Location


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
        optional={"engine": "embedded", "run_id": "canary", "dataset": ""},
        choices={"engine": NAMES, "drop_canary": ("yes",)},
    )
    began = time.monotonic()
    storage = Storage()
    place = Location.parse(given["plan"])
    plan = parse_plan(storage.get(place), origin=str(place)).dataset(given["dataset"])
    if plan.canary is None:
        raise PlanError(f"{place} says of no rows that they are the canary's, so that none can be dropped.")
    request = DropRequest(run_id=given["run_id"], plan=plan, canary=plan.canary, lake=Location.parse(given["lake"]))
    if given["engine"] == "embedded":
        from pos_transformation.load.canary import drop
    else:
        from pos_transformation.engines.spark.canary import drop
    rows = drop(request, storage=storage, log=log)
    log.info("done", date=plan.canary.date, rows=rows, seconds=round(time.monotonic() - began, 3))


def others(canary: Canary, *, quote: str) -> str:
    """A condition that is true of every row that is not the canary's; `quote` is what a name stands in."""
    own = " AND ".join(f"{quote}{name}{quote} = {value}" for name, value in canary.where.items())
    return f"NOT coalesce({own}, false)"


def refuse_others(count: int, canary: Canary, table: str) -> None:
    """Raises `NotTheCanaryError` unless `count`, that of other rows on the date, is none."""
    if count:
        rows = "1 row" if count == 1 else f"{count} rows"
        own = " and ".join(f"{name} {value}" for name, value in canary.where.items())
        raise NotTheCanaryError(
            f"Nothing was dropped: beside the canary's rows ({own}), {table} has {rows} on {canary.date}. "
            "Find out who sent that, and correct or remove it first."
        )
