"""Mends the tables of either engine, a portion of the dates at a time."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deltalake.exceptions import CommitFailedError

from pos_transformation.errors import all_of
from pos_transformation.load.kpis import ROWS_AT_ONCE, KpiLoader
from pos_transformation.load.report import plain_records
from pos_transformation.load.staleness import stale_dates
from pos_transformation.load.statements import read_statements
from pos_transformation.run.repair import ROWS_LISTED, KpiState, Repair, RepairRequest
from pos_transformation.store.duckdb_delta_rs import commits
from pos_transformation.store.duckdb_delta_rs.local_files import LocalFiles
from pos_transformation.store.duckdb_delta_rs.relations import register
from pos_transformation.store.duckdb_delta_rs.session import Session, quoted, text
from pos_transformation.store.duckdb_delta_rs.tables import LakeTable
from pos_transformation.store.portions import portions
from pos_transformation.store.retry import until_committed
from pos_transformation.store.table_specs import BASIS, REFLECTS, curated_shape, kpi_basis, kpi_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import KpiTable
    from pos_job_runtime.storage import Storage
    from pos_transformation.load.statements import Statements
    from pos_transformation.store.duckdb_delta_rs.tables import Snapshot

DIALECT = "duckdb"


def mend(request: RepairRequest, *, storage: Storage, log: JsonLog) -> Repair:
    """Find what is wrong and, if that is asked for, mend it. Whatever was done by the time of an error stays done."""
    with tempfile.TemporaryDirectory(prefix="pos-repair-") as name:
        session = Session(spill=Path(name) / "spill")
        try:
            return _Mending(
                request=request,
                statements=read_statements(request.plan, DIALECT),
                session=session,
                folder=Path(name),
                curated=LakeTable(lake=request.lake, shape=curated_shape(request.plan.curated)),
                storage=storage,
                log=log,
                repair=Repair(),
            ).done()
        finally:
            session.close()


@dataclass(frozen=True)
class _Mending:
    """One repair, and what all its steps need."""

    request: RepairRequest
    statements: Statements
    session: Session
    folder: Path
    curated: LakeTable
    storage: Storage
    log: JsonLog
    repair: Repair

    def done(self) -> Repair:
        """Do all steps. Looking at a lake makes no tables in it."""
        if not self.curated.exists():
            return self.repair
        self.repair.before = [self._state(kpi) for kpi in self.request.plan.kpis]
        snapshot = self.curated.snapshot()
        weights = snapshot.rows_by_date
        groups = portions(sorted(weights), weigh=lambda date: weights[date], weight=ROWS_AT_ONCE, count=100)
        for number, dates in enumerate(groups):
            portion = partial(self._portion, dates, number)
            until_committed(self.curated.shape.name, portion, lost=CommitFailedError)
        if self.request.apply:
            all_of(self.request.plan.kpis, self._catch_up)
            self.repair.after = [self._state(kpi) for kpi in self.request.plan.kpis]
        return self.repair

    def _portion(self, dates: Sequence[str], number: int) -> None:
        snapshot = self.curated.snapshot()
        with tempfile.TemporaryDirectory(prefix="files-", dir=self.folder) as name:
            local = LocalFiles(storage=self.storage, folder=Path(name))
            register(self.session, "examined", snapshot=snapshot, dates=dates, local=local)
            count = self.session.table("strays", self.statements.bounds.outside)
            if count == 0:
                return
            found = [str(date) for (date,) in self.session.rows("SELECT DISTINCT date FROM strays ORDER BY date")]
            if self.request.apply:
                self._move(snapshot, found, number, folder=Path(name))
                self.repair.moved += count
        self._note(count, found)

    def _note(self, count: int, dates: Sequence[str]) -> None:
        repair = self.repair
        repair.found += count
        repair.dates += dates
        for column, times in self.session.rows("SELECT broken_column, count(*) FROM strays GROUP BY 1"):
            repair.columns[column] = repair.columns.get(column, 0) + int(times)
        wanted = max(0, ROWS_LISTED - len(repair.rows))
        rows = self.session.records(f"SELECT * FROM strays ORDER BY ALL LIMIT {wanted}")
        repair.rows += plain_records(rows, personal=self.statements.personal)
        self.log.info("rows-outside-bounds", dates=list(dates)[:20], rows=count, moved=self.request.apply)

    def _move(self, snapshot: Snapshot, dates: Sequence[str], number: int, *, folder: Path) -> None:
        """First the copy, then the commit: whoever dies in between leaves the rows in both places."""
        copy = folder / "quarantine.parquet"
        self.session.rows(f"COPY strays TO {text(str(copy))} (FORMAT parquet, COMPRESSION zstd)")
        target = self.request.quarantine.child(f"{snapshot.shape.name}-{number:05d}.parquet")
        self.storage.upload(target, copy)
        removal = self.statements.bounds.removal
        columns = ", ".join(quoted(column.name) for column in snapshot.shape.columns)
        commits.merge(
            snapshot,
            self.session.stream(f"SELECT {columns} FROM strays"),
            statement=removal,
            on=self.statements.over(removal.on, dates),
            transactions={},
            note={"runId": self.request.run_id, "quarantine": str(target)},
        )
        if str(target) not in self.repair.files:
            self.repair.files.append(str(target))

    def _state(self, kpi: KpiTable) -> KpiState:
        lake_table = LakeTable(lake=self.request.lake, shape=kpi_shape(kpi))
        if not lake_table.exists():
            return KpiState(kpi.name, (), behind=True)
        table, curated = lake_table.snapshot(), self.curated.snapshot()
        basis = kpi_basis(self.statements.kpi(kpi.name).recomputed, curated_id=str(curated.delta.metadata().id))
        behind = table.transaction(REFLECTS) != curated.version or table.transaction(BASIS) != basis
        return KpiState(kpi.name, stale_dates(table.transaction), behind)

    def _catch_up(self, kpi: KpiTable) -> None:
        with tempfile.TemporaryDirectory(prefix="kpi-", dir=self.folder) as name:
            KpiLoader(
                run_id=self.request.run_id,
                curated=self.curated,
                statements=self.statements,
                session=self.session,
                local=LocalFiles(storage=self.storage, folder=Path(name)),
                storage=self.storage,
                log=self.log,
            ).catch_up(
                LakeTable(lake=self.request.lake, shape=kpi_shape(kpi)), self.statements.kpi(kpi.name), again=True
            )
