"""Mending a lake: rows that today's contract would refuse are moved out of the tables, stale dates are computed again.

A mode of the transformation job, of which one run at a time is allowed: nobody loads meanwhile. It begins with showing
what it would do, and what it moves stays in the results.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pos_job_runtime.args import parse_arguments
from pos_job_runtime.document import as_json, plain
from pos_job_runtime.ending import exit_code, run_job
from pos_job_runtime.generated import documents
from pos_job_runtime.plan import parse_plan
from pos_job_runtime.storage import Location, Storage
from pos_transformation.errors import StaleFiguresError
from pos_transformation.store import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import Plan

JOB = "repair"
SHOW, APPLY = "show", "apply"
# What a report lists; it tells how many there are.
ROWS_LISTED = 20
DATES_LISTED = 366


@dataclass(frozen=True)
class RepairRequest:
    """Mend the tables below `lake`; without `apply` only find out. What is moved goes into the folder `quarantine`."""

    run_id: str
    plan: Plan
    lake: Location
    quarantine: Location
    apply: bool


@dataclass(frozen=True)
class KpiState:
    """A KPI table. `stale` are its stale dates; `behind` tells that it does not reflect the newest curated version."""

    name: str
    stale: Sequence[str]
    behind: bool

    def state(self) -> documents.KpiState:
        """As the report has it."""
        dates = self.stale[:DATES_LISTED]
        return documents.KpiState(name=self.name, stale=dates, stale_dates=len(self.stale), behind=self.behind)


@dataclass
class Repair:
    """What was found and done. `rows` are the first ones that are outside of the contract's bounds."""

    found: int = 0
    moved: int = 0
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    dates: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    before: list[KpiState] = field(default_factory=list)
    after: list[KpiState] = field(default_factory=list)

    def document(self, request: RepairRequest, *, seconds: float) -> documents.RepairReport:
        """`runs/<runId>/transformation/repair.json`."""
        return documents.RepairReport(
            run_id=request.run_id,
            mode="apply" if request.apply else "show",
            dataset=request.plan.dataset,
            contract=request.plan.contract,
            rows=documents.RepairedRows(found=self.found, moved=self.moved),
            columns=dict(sorted(self.columns.items())),
            dates=self.dates[:DATES_LISTED],
            dates_touched=len(self.dates),
            samples=self.rows[:ROWS_LISTED],
            quarantine=self.files,
            kpis=[one.state() for one in self.before],
            kpis_after=[one.state() for one in self.after],
            seconds=round(seconds, 3),
        )


def main(argv: Sequence[str]) -> int:
    """`--repair show|apply --run_id ID --results URI --lake URI --plan URI [--dataset ID]`. Exit codes as always."""
    return exit_code(run_job(JOB, work, argv))


def work(argv: Sequence[str], log: JsonLog) -> None:
    """Show or mend, and leave a report. Raises whatever keeps the job from that."""
    given = parse_arguments(
        argv,
        required=("repair", "run_id", "results", "lake", "plan"),
        optional={"engine": "embedded", "stage": "", "dataset": ""},
        choices={"engine": NAMES, "repair": (SHOW, APPLY)},
    )
    # Imported when it is asked for, as every engine is. Either engine's tables are mended by this one: it goes through
    # one portion of the dates after the other, and needs no cluster for that.
    from pos_transformation.load.repair import mend

    began = time.monotonic()
    storage = Storage()
    plan = Location.parse(given["plan"])
    folder = Location.parse(given["results"]).child("runs", given["run_id"], "transformation")
    request = RepairRequest(
        run_id=given["run_id"],
        plan=parse_plan(storage.get(plan), origin=str(plan)).dataset(given["dataset"]),
        lake=Location.parse(given["lake"]),
        quarantine=folder.child("quarantine"),
        apply=given["repair"] == APPLY,
    )
    repair = mend(request, storage=storage, log=log)
    document = repair.document(request, seconds=time.monotonic() - began)
    storage.put(folder.child("repair.json"), as_json(document, indent=1))
    log.info("done", mode=document.mode, **plain(document.rows), seconds=document.seconds)
    left = [f"{date} in {state.name}" for state in repair.after for date in state.stale]
    if left:
        raise StaleFiguresError(
            f"The figures of {left[0]} could still not be computed ({len(left)} in all), though no row is "
            "outside of the contract's bounds: the job's log has what the engine said."
        )
