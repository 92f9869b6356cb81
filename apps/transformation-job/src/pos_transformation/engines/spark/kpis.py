"""KPI tables: derived from the curated table, and therefore healed by whoever comes next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pos_job_runtime.generated.documents import StaleDate
from pos_transformation.load.report import TableChange, plain_records
from pos_transformation.load.staleness import (
    DATES_EXPLAINED,
    ROWS_SHOWN,
    STALE_SINCE,
    Containment,
    Followed,
    stale_dates,
    stale_marks,
)
from pos_transformation.load.statements import read_statements
from pos_transformation.store.delta_log import touched_partitions
from pos_transformation.store.retry import until_committed
from pos_transformation.store.spark_delta.commits import Commit, rows_in
from pos_transformation.store.spark_delta.scala import LostRaceError
from pos_transformation.store.table_specs import BASIS, REFLECTS, kpi_basis

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import Plan
    from pos_job_runtime.storage import Storage
    from pos_transformation.load.statements import KpiTransform, Statements
    from pos_transformation.store.spark_delta.tables import LakeTable, Snapshot
    from pos_transformation.store.spark_delta.views import Views

# The plan's words for a row that the table lacks, one that differs, and one that it has too many.
INSERT, UPDATE, DELETE = "insert", "update", "delete"


@dataclass(frozen=True)
class KpiLoader:
    """Lets KPI tables catch up with the curated table."""

    run_id: str
    plan: Plan
    curated: LakeTable
    statements: Statements
    views: Views
    storage: Storage
    log: JsonLog

    def catch_up(self, table: LakeTable, kpi: KpiTransform) -> Followed:
        """Recompute what changed since the table's last commit and merge it, so that it reflects the newest version.

        Dates that can't be computed keep their figures, and the table remembers them.
        """
        return until_committed(table.shape.name, lambda: self._attempt(table, kpi), lost=LostRaceError)

    def _attempt(self, table: LakeTable, kpi: KpiTransform) -> Followed:
        target, curated = table.snapshot(), self.curated.snapshot()
        definition = read_statements(self.plan, "duckdb").kpis[kpi.name]
        basis = kpi_basis(definition.recomputed, curated_id=curated.table_id)
        outdated = target.transaction(BASIS) != basis
        before = stale_dates(target.transaction)
        if not outdated and target.transaction(REFLECTS) == curated.version:
            self.log.info("kpi-up-to-date", table=table.shape.name, curated=curated.version)
            return Followed(_change(target, target.version, {}), self._explained(curated, table, before, {}))
        dates = None if outdated else self._touched(target, curated)
        if dates is None:
            dates = curated.dates | target.dates
        containment = Containment()

        def marks() -> dict[str, int]:
            stale = stale_marks(before, containment.stale_after(before, dates))
            return {REFLECTS: curated.version, BASIS: basis, **stale}

        change = self._contained(table, target, curated, kpi, sorted(dates), containment, marks)
        for date, problem in sorted(containment.failed.items()):
            self.log.warning("kpi-date-failed", table=table.shape.name, date=date, problem=problem)
        self.log.info(
            "kpi-caught-up",
            table=table.shape.name,
            curated=curated.version,
            dates=len(dates),
            failed=len(containment.failed),
            inserted=change.inserted,
            updated=change.updated,
            deleted=change.deleted,
        )
        after = sorted(containment.stale_after(before, dates))
        return Followed(change, self._explained(curated, table, after, containment.failed))

    def _contained(
        self,
        table: LakeTable,
        target: Snapshot,
        curated: Snapshot,
        kpi: KpiTransform,
        dates: list[str],
        containment: Containment,
        marks: Callable[[], Mapping[str, int]],
    ) -> TableChange:
        """Merge all dates in one commit; where something in them can't be computed, in as few as possible."""
        changes: list[TableChange] = []

        def merge(some: Sequence[str]) -> None:
            whole = len(some) == len(dates)
            # What was committed a moment ago must be seen.
            newest = target if not changes and whole else table.snapshot()
            changes.append(self._merge(newest, curated, kpi, list(some), marks() if whole else {}))

        containment.each(dates, merge)
        if len(changes) == 1 and not containment.failed:
            return changes[0]
        newest = table.snapshot()
        version = Commit(newest, self.views).finish(transactions=marks(), note={"runId": self.run_id})
        total: Counter[str] = Counter()
        for change in changes:
            total.update({INSERT: change.inserted, UPDATE: change.updated, DELETE: change.deleted})
        return _change(target, version, total)

    def _explained(
        self, curated: Snapshot, table: LakeTable, dates: Sequence[str], failed: Mapping[str, str]
    ) -> list[StaleDate]:
        """The stale dates, the first ones with rows that explain them."""
        found = []
        for number, date in enumerate(dates):
            rows: list[Mapping[str, Any]] = []
            if number < DATES_EXPLAINED:
                self.views.source("examined", curated.read(curated.files([date])))
                outside = self.statements.bounds.outside
                strays = self.views.records(f"SELECT * FROM ({outside}) AS strays LIMIT {ROWS_SHOWN}")
                rows = plain_records(strays, personal=self.statements.personal)
            problem = failed.get(date, STALE_SINCE)
            found.append(StaleDate(table=table.shape.name, date=date, problem=problem, rows=rows))
        return found

    def _touched(self, target: Snapshot, curated: Snapshot) -> set[str] | None:
        reflected = target.transaction(REFLECTS)
        if reflected is None or reflected > curated.version:
            return None
        return touched_partitions(
            self.storage, self.curated.location, column=curated.shape.partition, after=reflected, until=curated.version
        )

    def _merge(
        self,
        target: Snapshot,
        curated: Snapshot,
        kpi: KpiTransform,
        dates: list[str],
        transactions: Mapping[str, int],
    ) -> TableChange:
        files = target.files(dates)
        sources = curated.files(dates)
        self.views.expect(rows=rows_in(sources), files=len(sources) + len(files))
        self.views.source("touched", curated.read(sources))
        self.views.source("current_rows", target.read(files))
        self.views.view("recomputed", kpi.recomputed)
        changes = self.views.keep("changes", kpi.changes)
        counts: Counter[str] = Counter()
        rewritten: set[str] = set()
        date = f"`{target.shape.partition}`"
        for row in self.views.records(f"SELECT {date} AS date, change, count(*) AS n FROM changes GROUP BY 1, 2"):
            counts[row["change"]] += int(row["n"])
            if row["change"] != INSERT:
                rewritten.add(str(row["date"]))
        commit = Commit(target, self.views)
        if counts:
            # A date of a KPI is small: writing all of it again is cheaper than finding out which of its files changed,
            # and leaves one file where there were several.
            merge = replace(kpi.merge, on=self.statements.over(kpi.merge.on, dates))
            replaced = [file for file in files if target.date_of(file) in rewritten]
            commit.merge(changes, statement=merge, replaced=replaced, growth=counts[INSERT] - counts[DELETE])
        elif not transactions:
            return _change(target, target.version, {})
        # Even without a change the table tells that it is up to date.
        version = commit.finish(transactions=transactions, note={"runId": self.run_id})
        return _change(target, version, counts)


def _change(before: Snapshot, version: int, counts: Mapping[str, int]) -> TableChange:
    rows, inserted, deleted = before.rows, counts.get(INSERT, 0), counts.get(DELETE, 0)
    return TableChange(
        name=before.shape.name,
        path=before.shape.path,
        version=version,
        rows=None if rows is None else rows + inserted - deleted,
        inserted=inserted,
        updated=counts.get(UPDATE, 0),
        deleted=deleted,
    )
