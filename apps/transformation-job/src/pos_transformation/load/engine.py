"""Puts the parts together: batch → curated table → KPI tables."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pos_transformation.errors import RunError, all_of
from pos_transformation.load.batch import Batch, prepare_batch
from pos_transformation.load.curated import CuratedLoader, Loaded
from pos_transformation.load.kpis import KpiLoader
from pos_transformation.load.report import LoadReport, Rows, TableChange
from pos_transformation.load.statements import read_statements
from pos_transformation.store.duckdb_delta_rs.local_files import LocalFiles
from pos_transformation.store.duckdb_delta_rs.session import Session
from pos_transformation.store.duckdb_delta_rs.tables import LakeTable
from pos_transformation.store.table_specs import curated_shape, kpi_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import KpiTable
    from pos_job_runtime.storage import Storage
    from pos_transformation.load.staleness import Followed
    from pos_transformation.load.statements import Statements
    from pos_transformation.store import LoadRequest

DIALECT = "duckdb"


class EmbeddedEngine:
    """Loads a run in this process."""

    def __init__(self, *, storage: Storage, log: JsonLog) -> None:
        self._storage = storage
        self._log = log

    def load(self, request: LoadRequest) -> LoadReport:
        """See `Engine.load`."""
        with tempfile.TemporaryDirectory(prefix="pos-transformation-") as name:
            folder = Path(name)
            session = Session(spill=folder / "spill")
            try:
                load = _Load(
                    request=request,
                    statements=read_statements(request.plan, DIALECT),
                    session=session,
                    local=LocalFiles(storage=self._storage, folder=folder / "files"),
                    curated=LakeTable(lake=request.lake, shape=curated_shape(request.plan.curated)),
                    storage=self._storage,
                    log=self._log,
                )
                return load.report()
            finally:
                session.close()


@dataclass(frozen=True)
class _Load:
    """One load, and what all its steps need."""

    request: LoadRequest
    statements: Statements
    session: Session
    local: LocalFiles
    curated: LakeTable
    storage: Storage
    log: JsonLog
    timings: dict[str, float] = field(default_factory=dict)

    def report(self) -> LoadReport:
        """Do all steps."""
        batch, loaded = Batch(rows=0, lost=0, dates=()), Loaded(Rows(0, 0, 0, 0, 0), ())
        if self.request.validation.files:
            with self._timed("batch"):
                batch = self._batch()
            with self._timed("curated"):
                loaded = self._append(batch)
        # Without new rows too: an earlier run may have died before its KPIs.
        followed = all_of(self.request.plan.kpis, self._catch_up)
        return LoadReport(
            rows=loaded.rows,
            dates=batch.dates,
            curated=self._curated_change(loaded.rows),
            kpis=[one.change for one in followed],
            conflicts=loaded.conflicts,
            timings=self.timings,
            stale=[date for one in followed for date in one.stale],
        )

    def _batch(self) -> Batch:
        validation = self.request.validation
        batch = prepare_batch(self.session, statements=self.statements, files=validation.files, local=self.local)
        if batch.rows != validation.rows:
            raise RunError(
                f"The validated files of run {self.request.run_id} hold {batch.rows} rows, its summary counts "
                f"{validation.rows}. Run the validation job for it again."
            )
        return batch

    def _append(self, batch: Batch) -> Loaded:
        loader = CuratedLoader(
            run_id=self.request.run_id,
            table=self.curated,
            key=self.request.plan.curated.key,
            statements=self.statements,
            session=self.session,
            local=self.local,
            storage=self.storage,
            log=self.log,
        )
        return loader.load(batch)

    def _catch_up(self, kpi: KpiTable) -> Followed:
        loader = KpiLoader(
            run_id=self.request.run_id,
            curated=self.curated,
            statements=self.statements,
            session=self.session,
            local=self.local,
            storage=self.storage,
            log=self.log,
        )
        with self._timed(f"kpi.{kpi.name}"):
            return loader.catch_up(
                LakeTable(lake=self.request.lake, shape=kpi_shape(kpi)), self.statements.kpi(kpi.name)
            )

    def _curated_change(self, rows: Rows) -> TableChange:
        after = self.curated.snapshot()
        return TableChange(
            name=after.shape.name,
            path=after.shape.path,
            version=after.version,
            rows=after.rows,
            inserted=rows.appended,
            updated=rows.updated,
            deleted=0,
        )

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.timings[name] = time.monotonic() - began
