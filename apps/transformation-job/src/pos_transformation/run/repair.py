"""Mending a lake: a mode of the transformation job, of which one run at a time is allowed: nobody loads meanwhile.

It begins with showing what it would do, and what it moves stays in the results.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pos_job_runtime.document import as_json, plain
from pos_job_runtime.ending import exit_code, run_job
from pos_job_runtime.generated.constants import QUARANTINE, REPAIR, RUNS, TRANSFORMATION
from pos_job_runtime.storage import Storage
from pos_transformation.errors import StaleFiguresError
from pos_transformation.given import read_given
from pos_transformation.load.repair import Repair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.generated.documents import JobName
    from pos_job_runtime.logs import JsonLog

JOB: JobName = "repair"
SHOW, APPLY = "show", "apply"


def main(argv: Sequence[str]) -> int:
    """`--repair show|apply --run_id ID --results URI --lake URI --plan URI [--dataset ID]`. Exit codes as always."""
    return exit_code(run_job(JOB, work, argv))


def work(argv: Sequence[str], log: JsonLog) -> None:
    """Show or mend, and leave a report. Raises whatever keeps the job from that."""
    given = read_given(
        argv,
        required=("repair", "run_id", "results"),
        optional={"dataset": ""},
        choices={"repair": (SHOW, APPLY)},
    )
    run_id, apply = given.arguments["run_id"], given.arguments["repair"] == APPLY
    # Imported when it is asked for, as every engine is. Either engine's tables are mended by this one: it goes through
    # one portion of the dates after the other, and needs no cluster for that.
    from pos_transformation.store.duckdb_delta_rs.engine import open_store

    began = time.monotonic()
    storage = Storage()
    plan = given.dataset(storage)
    folder = given.location("results").child(RUNS, run_id, TRANSFORMATION)
    with open_store(lake=given.lake, storage=storage, rows=0, log=log) as store:
        repaired = Repair(
            run_id=run_id,
            plan=plan,
            quarantine=folder.child(QUARANTINE),
            apply=apply,
            store=store,
            storage=storage,
            log=log,
        ).run()
    document = repaired.document(run_id=run_id, plan=plan, apply=apply, seconds=time.monotonic() - began)
    storage.put(folder.child(REPAIR), as_json(document, indent=1))
    log.info("done", mode=document.mode, **plain(document.rows), seconds=document.seconds)
    left = [f"{date} in {state.name}" for state in repaired.after for date in state.stale]
    if left:
        raise StaleFiguresError(
            f"The figures of {left[0]} could still not be computed ({len(left)} in all), though no row is "
            "outside of the contract's bounds: the job's log has what the engine said."
        )
