"""KPI tables: derived from the curated table, and therefore healed by whoever comes next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pos_transformation.catalogue import BASIS, REFLECTS, kpi_basis
from pos_transformation.delta_log import touched_partitions
from pos_transformation.engines.spark.commits import Commit, rows_in
from pos_transformation.engines.spark.scala import LostRaceError
from pos_transformation.report import TableChange
from pos_transformation.retry import until_committed
from pos_transformation.statements import read_statements

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import Plan
    from pos_job_runtime.storage import Storage
    from pos_transformation.engines.spark.tables import LakeTable, Snapshot
    from pos_transformation.engines.spark.views import Views
    from pos_transformation.statements import KpiStatements, Statements

# The plan's words for a row that the table lacks, and for one that it has too many.
INSERT, DELETE = "insert", "delete"


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

    def catch_up(self, table: LakeTable, kpi: KpiStatements) -> TableChange:
        """Recompute what changed since the table's last commit and merge it, so that it reflects the newest version."""
        return until_committed(table.shape.name, lambda: self._attempt(table, kpi), lost=LostRaceError)

    def _attempt(self, table: LakeTable, kpi: KpiStatements) -> TableChange:
        target, curated = table.snapshot(), self.curated.snapshot()
        definition = read_statements(self.plan, "duckdb").kpis[kpi.name]
        basis = kpi_basis(definition.recomputed, curated_id=curated.table_id)
        stale = target.transaction(BASIS) != basis
        if not stale and target.transaction(REFLECTS) == curated.version:
            self.log.info("kpi-up-to-date", table=table.shape.name, curated=curated.version)
            return _change(target, target.version, {})
        dates = None if stale else self._touched(target, curated)
        if dates is None:
            dates = curated.dates | target.dates
        change = self._merge(target, curated, kpi, sorted(dates), {REFLECTS: curated.version, BASIS: basis})
        self.log.info(
            "kpi-caught-up",
            table=table.shape.name,
            curated=curated.version,
            dates=len(dates),
            inserted=change.inserted,
            updated=change.updated,
            deleted=change.deleted,
        )
        return change

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
        kpi: KpiStatements,
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
        updated=counts.get("update", 0),
        deleted=deleted,
    )
