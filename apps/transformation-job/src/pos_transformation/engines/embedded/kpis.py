"""KPI tables: derived from the curated table, and therefore healed by whoever comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deltalake.exceptions import CommitFailedError

from pos_transformation.catalogue import BASIS, REFLECTS, kpi_basis
from pos_transformation.delta_log import touched_partitions
from pos_transformation.engines.embedded import commits
from pos_transformation.engines.embedded.relations import register
from pos_transformation.portions import portions
from pos_transformation.report import TableChange
from pos_transformation.retry import until_committed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Storage
    from pos_transformation.engines.embedded.local_files import LocalFiles
    from pos_transformation.engines.embedded.session import Session
    from pos_transformation.engines.embedded.tables import LakeTable, Snapshot
    from pos_transformation.statements import KpiStatements, Statements

# Curated rows whose KPI is merged in one commit. More (a KPI that is new to a long history) take several commits, of
# which the last one tells that the table is up to date.
ROWS_AT_ONCE = 25_000_000


@dataclass(frozen=True)
class KpiLoader:
    """Lets KPI tables catch up with the curated table."""

    run_id: str
    curated: LakeTable
    statements: Statements
    session: Session
    local: LocalFiles
    storage: Storage
    log: JsonLog

    def catch_up(self, table: LakeTable, kpi: KpiStatements) -> TableChange:
        """Recompute what changed since the table's last commit and merge it, until it reflects the newest version."""
        inserted, updated, deleted = until_committed(
            table.shape.name, lambda: self._attempt(table, kpi), lost=CommitFailedError
        )
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
        basis = kpi_basis(kpi.recomputed, curated_id=str(curated.delta.metadata().id))
        stale = target.transaction(BASIS) != basis
        if not stale and target.transaction(REFLECTS) == curated.version:
            self.log.info("kpi-up-to-date", table=table.shape.name, curated=curated.version)
            return 0, 0, 0
        dates = None if stale else self._touched(target, curated)
        if dates is None:
            dates = curated.dates | target.dates
        done = {REFLECTS: curated.version, BASIS: basis}
        counts = (0, 0, 0)
        version = target.version
        groups = list(
            portions(sorted(dates), weigh=lambda date: curated.rows_by_date.get(date, 0), weight=ROWS_AT_ONCE)
        )
        for position, group in enumerate(groups):
            last = position == len(groups) - 1
            before = target.version
            some = self._merge(target, curated, kpi, group, done if last else {})
            counts = (counts[0] + some[0], counts[1] + some[1], counts[2] + some[2])
            committed = target.version > before
            if last and committed:
                done = {}
        if done:
            commits.mark(target, transactions=done, note=self._note)
        self.log.info(
            "kpi-caught-up",
            table=table.shape.name,
            curated=curated.version,
            dates=len(dates),
            versions=target.version - version,
            inserted=counts[0],
            updated=counts[1],
            deleted=counts[2],
        )
        return counts

    @property
    def _note(self) -> Mapping[str, str]:
        return {"runId": self.run_id}

    def _touched(self, target: Snapshot, curated: Snapshot) -> set[str] | None:
        reflected = target.transaction(REFLECTS)
        if reflected is None or reflected > curated.version:
            return None
        return touched_partitions(
            self.storage, curated.location, column=curated.shape.partition, after=reflected, until=curated.version
        )

    def _merge(
        self,
        target: Snapshot,
        curated: Snapshot,
        kpi: KpiStatements,
        dates: Sequence[str],
        transactions: Mapping[str, int],
    ) -> tuple[int, int, int]:
        register(self.session, "touched", snapshot=curated, dates=dates, local=self.local)
        register(self.session, "current_rows", snapshot=target, dates=dates, local=self.local)
        self.session.view("recomputed", kpi.recomputed)
        return commits.merge(
            target,
            self.session.stream(kpi.changes),
            statement=kpi.merge,
            on=self.statements.over(kpi.merge.on, dates),
            transactions=transactions,
            note=self._note,
        )
