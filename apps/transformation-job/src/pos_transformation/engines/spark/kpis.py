"""KPI tables: derived from the curated table, and therefore healed by whoever comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pos_transformation.catalogue import BASIS, REFLECTS, kpi_basis
from pos_transformation.engines.embedded.delta_log import touched_partitions
from pos_transformation.engines.spark.commits import Commit, until_committed
from pos_transformation.report import TableChange

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import Plan
    from pos_job_runtime.storage import Storage

    from pos_transformation.engines.spark.tables import LakeTable, Snapshot
    from pos_transformation.engines.spark.views import Views
    from pos_transformation.statements import KpiStatements, Statements


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
        inserted, updated, deleted = until_committed(table.shape.name, lambda: self._attempt(table, kpi))
        after = table.snapshot()
        return TableChange(
            name=table.shape.name,
            path=table.shape.path,
            version=after.version,
            rows=after.rows,
            inserted=inserted,
            updated=updated,
            deleted=deleted,
        )

    def _attempt(self, table: LakeTable, kpi: KpiStatements) -> tuple[int, int, int]:
        target, curated = table.snapshot(), self.curated.snapshot()
        basis = kpi_basis(self.plan, kpi.name, curated_id=curated.table_id)
        stale = target.transaction(BASIS) != basis
        if not stale and target.transaction(REFLECTS) == curated.version:
            self.log.info("kpi-up-to-date", table=table.shape.name, curated=curated.version)
            return 0, 0, 0
        dates = None if stale else self._touched(target, curated)
        if dates is None:
            dates = curated.dates | target.dates
        counts = self._merge(target, curated, kpi, sorted(dates), {REFLECTS: curated.version, BASIS: basis})
        self.log.info(
            "kpi-caught-up",
            table=table.shape.name,
            curated=curated.version,
            dates=len(dates),
            inserted=counts[0],
            updated=counts[1],
            deleted=counts[2],
        )
        return counts

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
    ) -> tuple[int, int, int]:
        self.views.register("touched", curated.read(curated.files(dates)))
        self.views.register("current_rows", target.read(target.files(dates)))
        self.views.view("recomputed", kpi.recomputed)
        name = "changes"
        changed = self.views.table(name, kpi.changes)
        kinds = "SELECT change, count(*) AS line_count FROM changes GROUP BY change"
        counts = {row["change"]: int(row["line_count"]) for row in self.views.records(kinds)} if changed else {}
        commit = Commit(target)
        if changed:
            on = self.statements.over(kpi.merge.on, dates)
            commit.merge(
                self.views.session.table(name), statement=replace(kpi.merge, on=on), dates=dates, count=changed
            )
        # Even without a change the table tells that it is up to date.
        commit.finish(transactions=transactions, note={"runId": self.run_id})
        return counts.get("insert", 0), counts.get("update", 0), counts.get("delete", 0)
