"""Mending a lake: rows that today's contract would refuse are moved out of the tables, stale dates computed again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct, field

from pos_job_runtime.generated import documents
from pos_transformation.load.kpis import basis_of
from pos_transformation.load.loader import kpi_loader
from pos_transformation.load.references import References
from pos_transformation.load.report import plain_records
from pos_transformation.load.runner import Runner
from pos_transformation.load.staleness import stale_dates
from pos_transformation.steps import DEFINITIONS, read_statements
from pos_transformation.store.protocol import Store
from pos_transformation.store.retry import retry_on_conflict
from pos_transformation.store.table_specs import BASIS, REFLECTS, curated_spec, kpi_spec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import KpiTable, Plan
    from pos_job_runtime.storage import Location, Storage
    from pos_transformation.load.runner import Results
    from pos_transformation.load.staleness import Followed
    from pos_transformation.store.protocol import Snapshot

# What a report lists; it tells how many there are.
ROWS_LISTED = 20
DATES_LISTED = 366
DATES_AT_ONCE = 100


class ExportingStore(Store, Protocol):
    """A store that writes files too. Every engine's tables can be mended by one that has it."""

    def export(self, relation: str, target: Location) -> None:
        """Write the rows of `relation` to a Parquet file."""
        ...


class KpiState(Struct, frozen=True):
    """A KPI table. `stale` are its stale dates; `behind` tells that it does not reflect the newest curated version."""

    name: str
    stale: Sequence[str]
    behind: bool

    def state(self) -> documents.KpiState:
        """As the report has it."""
        dates = self.stale[:DATES_LISTED]
        return documents.KpiState(name=self.name, stale=dates, stale_dates=len(self.stale), behind=self.behind)


class Repaired(Struct):
    """What was found and done. `rows` are the first ones that are outside of the contract's bounds."""

    found: int = 0
    moved: int = 0
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    dates: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    before: list[KpiState] = field(default_factory=list)
    after: list[KpiState] = field(default_factory=list)

    def document(self, *, run_id: str, plan: Plan, apply: bool, seconds: float) -> documents.RepairReport:
        """`runs/<runId>/transformation/repair.json`."""
        return documents.RepairReport(
            run_id=run_id,
            mode="apply" if apply else "show",
            dataset=plan.dataset,
            contract=plan.contract,
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


class Repair(Struct, frozen=True):
    """Mends the tables of a store; without `apply` only finds out. What is moved goes into the folder `quarantine`."""

    run_id: str
    plan: Plan
    quarantine: Location
    apply: bool
    store: ExportingStore
    storage: Storage
    log: JsonLog

    def run(self) -> Repaired:
        """Do all steps. Looking at a lake makes no tables in it. What was done by the time of an error stays done."""
        repaired = Repaired()
        curated = self.store.table(curated_spec(self.plan.curated, self.plan.words))
        if not curated.exists():
            return repaired
        repaired.before = [self._state(kpi) for kpi in self.plan.kpis]
        snapshot = curated.snapshot()
        runner = Runner(self.store.session, read_statements(self.plan, self.store.dialect))
        groups = self.store.portions(snapshot, sorted(snapshot.dates), most_dates=DATES_AT_ONCE)
        for number, dates in enumerate(groups):
            retry_on_conflict(curated.spec.name, partial(self._portion, runner, repaired, dates, number))
        if self.apply:
            self.store.each(self.plan.kpis, self._catch_up)
            repaired.after = [self._state(kpi) for kpi in self.plan.kpis]
        return repaired

    def _portion(self, runner: Runner, repaired: Repaired, dates: Sequence[str], number: int) -> None:
        snapshot = self.store.table(curated_spec(self.plan.curated, self.plan.words)).snapshot()
        with self.store.passing():
            runner.read({"examined": (snapshot, dates)})
            results = runner.phase("repair")
            count = results.counts["strays"]
            if count == 0:
                return
            found = [str(row["date"]) for row in results.checks.get("dates", ())]
            if self.apply:
                self._move(runner, repaired, snapshot, results, found, number)
                repaired.moved += count
        self._note(runner, repaired, results, found)

    def _note(self, runner: Runner, repaired: Repaired, results: Results, dates: Sequence[str]) -> None:
        count = results.counts["strays"]
        repaired.found += count
        repaired.dates += dates
        for row in results.checks["columns"]:
            column = row["broken_column"]
            repaired.columns[column] = repaired.columns.get(column, 0) + int(row["line_count"])
        wanted = max(0, ROWS_LISTED - len(repaired.rows))
        repaired.rows += plain_records(results.checks["samples"][:wanted], personal=runner.statements.personal)
        self.log.info("rows-outside-bounds", dates=list(dates)[:20], rows=count, moved=self.apply)

    def _move(
        self,
        runner: Runner,
        repaired: Repaired,
        snapshot: Snapshot,
        results: Results,
        dates: Sequence[str],
        number: int,
    ) -> None:
        """First the copy, then the commit: whoever dies in between leaves the rows in both places."""
        target = self.quarantine.child(f"{snapshot.spec.name}-{number:05d}.parquet")
        self.store.export("strays", target)
        commit = self.store.commit(snapshot)
        if self.plan.is_reference:
            commit.replace("kept", rows=results.counts["kept"])
        else:
            runner.merge(commit, runner.statements.phase("repair"), dates=dates)
        commit.finish(transactions={}, note=documents.CommitNote(run_id=self.run_id, quarantine=str(target)))
        if str(target) not in repaired.files:
            repaired.files.append(str(target))

    def _state(self, kpi: KpiTable) -> KpiState:
        table = self.store.table(kpi_spec(kpi, self.plan.words))
        if not table.exists():
            return KpiState(kpi.name, (), behind=True)
        newest, curated = (
            table.snapshot(),
            self.store.table(curated_spec(self.plan.curated, self.plan.words)).snapshot(),
        )
        references = References.of(kpi, self.store)
        basis = basis_of(read_statements(self.plan, DEFINITIONS), kpi.name, curated, references)
        same = newest.transaction(REFLECTS) == curated.version and references.are_reflected(newest)
        behind = newest.transaction(BASIS) != basis or not same
        return KpiState(kpi.name, stale_dates(newest.transaction), behind)

    def _catch_up(self, store: Store, kpi: KpiTable) -> Followed:
        with store.passing():
            loader = kpi_loader(self.plan, run_id=self.run_id, store=store, storage=self.storage, log=self.log)
            return loader.catch_up(kpi, again=True)
