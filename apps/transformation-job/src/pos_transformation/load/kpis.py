"""KPI tables: derived from the curated table, and therefore healed by whoever comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
from deltalake.exceptions import CommitFailedError

from pos_job_runtime.generated.documents import StaleDate
from pos_transformation.errors import LakeError
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
from pos_transformation.store.delta_log import touched_partitions
from pos_transformation.store.duckdb_delta_rs import commits
from pos_transformation.store.duckdb_delta_rs.relations import register
from pos_transformation.store.portions import portions
from pos_transformation.store.retry import until_committed
from pos_transformation.store.table_specs import BASIS, REFLECTS, kpi_basis

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Storage
    from pos_transformation.load.statements import KpiTransform, Statements
    from pos_transformation.store.duckdb_delta_rs.local_files import LocalFiles
    from pos_transformation.store.duckdb_delta_rs.session import Session
    from pos_transformation.store.duckdb_delta_rs.tables import LakeTable, Snapshot

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

    def catch_up(self, table: LakeTable, kpi: KpiTransform, *, again: bool = False) -> Followed:
        """Recompute what changed since the table's last commit and merge it, until it reflects the newest version.

        Dates that can't be computed keep their figures, and the table remembers them. With `again` they are tried
        again, whether their data have changed or not.
        """
        (inserted, updated, deleted), failed = until_committed(
            table.shape.name, lambda: self._attempt(table, kpi, again=again), lost=CommitFailedError
        )
        after = table.snapshot()
        change = TableChange(
            name=table.shape.name,
            path=table.shape.path,
            version=after.version,
            rows=after.rows,
            inserted=inserted,
            updated=updated,
            deleted=deleted,
        )
        return Followed(change, self._explained(table.shape.name, stale_dates(after.transaction), failed))

    def _attempt(
        self, table: LakeTable, kpi: KpiTransform, *, again: bool
    ) -> tuple[tuple[int, int, int], Mapping[str, str]]:
        target, curated = table.snapshot(), self.curated.snapshot()
        basis = kpi_basis(kpi.recomputed, curated_id=str(curated.delta.metadata().id))
        outdated = target.transaction(BASIS) != basis
        before = stale_dates(target.transaction)
        if not outdated and target.transaction(REFLECTS) == curated.version and not (again and before):
            self.log.info("kpi-up-to-date", table=table.shape.name, curated=curated.version)
            return (0, 0, 0), {}
        dates = None if outdated else self._touched(target, curated)
        if dates is None:
            dates = curated.dates | target.dates
        if again:
            dates = dates | set(before)
        containment = Containment()
        counts = [0, 0, 0]
        version = target.version
        groups = list(
            portions(sorted(dates), weigh=lambda date: curated.rows_by_date.get(date, 0), weight=ROWS_AT_ONCE)
        )

        def marks() -> dict[str, int]:
            stale = stale_marks(before, containment.stale_after(before, dates))
            return {REFLECTS: curated.version, BASIS: basis, **stale}

        def compute(group: Sequence[str], transactions: Mapping[str, int]) -> bool:
            """Whether all of the group was merged in one commit, which carries the transactions."""
            since = target.version

            def merge(some: Sequence[str]) -> None:
                whole = len(some) == len(group)
                for position, count in enumerate(
                    self._merge(target, curated, kpi, some, transactions if whole else {})
                ):
                    counts[position] += count

            failed = len(containment.failed)
            containment.each(group, merge)
            return target.version > since and len(containment.failed) == failed

        *others, last = groups or [[]]
        for group in others:
            compute(group, {})
        # The last commit tells that the table is up to date, if nothing fails in it.
        if not last or not compute(last, marks()):
            commits.mark(target, transactions=marks(), note=self._note)
        for date, problem in sorted(containment.failed.items()):
            self.log.warning("kpi-date-failed", table=table.shape.name, date=date, problem=problem)
        self.log.info(
            "kpi-caught-up",
            table=table.shape.name,
            curated=curated.version,
            dates=len(dates),
            failed=len(containment.failed),
            versions=target.version - version,
            inserted=counts[0],
            updated=counts[1],
            deleted=counts[2],
        )
        return (counts[0], counts[1], counts[2]), containment.failed

    @property
    def _note(self) -> Mapping[str, str]:
        return {"runId": self.run_id}

    def _explained(self, table: str, dates: Sequence[str], failed: Mapping[str, str]) -> list[StaleDate]:
        """The stale dates, the first ones with rows that explain them."""
        if not dates:
            return []
        curated = self.curated.snapshot()
        found = []
        for number, date in enumerate(dates):
            rows: list[Mapping[str, Any]] = []
            if number < DATES_EXPLAINED:
                register(self.session, "examined", snapshot=curated, dates=[date], local=self.local)
                outside = self.statements.bounds.outside
                strays = self.session.records(f"SELECT * FROM ({outside}) AS strays LIMIT {ROWS_SHOWN}")
                rows = plain_records(strays, personal=self.statements.personal)
            found.append(StaleDate(table=table, date=date, problem=failed.get(date, STALE_SINCE), rows=rows))
        return found

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
        kpi: KpiTransform,
        dates: Sequence[str],
        transactions: Mapping[str, int],
    ) -> tuple[int, int, int]:
        register(self.session, "touched", snapshot=curated, dates=dates, local=self.local)
        register(self.session, "current_rows", snapshot=target, dates=dates, local=self.local)
        self.session.view("recomputed", kpi.recomputed)
        try:
            return commits.merge(
                target,
                self.session.stream(kpi.changes),
                statement=kpi.merge,
                on=self.statements.over(kpi.merge.on, dates),
                transactions=transactions,
                note=self._note,
            )
        except (LakeError, duckdb.Error):
            # DuckDB computes while delta-rs asks for rows, and an error then comes out as delta-rs pleases.
            self.session.table("changes", kpi.changes)
            self.session.drop("changes")
            raise
