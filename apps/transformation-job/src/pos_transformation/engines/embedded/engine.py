"""Puts the parts together: batch → curated table → KPI tables."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pos_transformation.engines.embedded.batch import Batch, prepare_batch
from pos_transformation.engines.embedded.curated import CuratedLoader, Loaded
from pos_transformation.engines.embedded.kpis import KpiLoader
from pos_transformation.engines.embedded.local_files import LocalFiles
from pos_transformation.engines.embedded.session import Session
from pos_transformation.engines.embedded.specs import curated_spec, kpi_spec
from pos_transformation.engines.embedded.tables import LakeTable
from pos_transformation.report import LoadReport, Rows, TableChange
from pos_transformation.statements import Statements, read_statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Storage
    from pos_transformation.engines import LoadRequest

DIALECT = "duckdb"


class EmbeddedEngine:
    """Loads a run in this process."""

    def __init__(self, *, storage: Storage, log: JsonLog) -> None:
        self._storage = storage
        self._log = log

    def load(self, request: LoadRequest) -> LoadReport:
        """See `Engine.load`."""
        statements = read_statements(request.plan, DIALECT)
        with tempfile.TemporaryDirectory(prefix="pos-transformation-") as name:
            folder = Path(name)
            session = Session(spill=folder / "spill")
            try:
                return self._load(request, statements, session, folder)
            finally:
                session.close()

    def _load(self, request: LoadRequest, statements: Statements, session: Session, folder: Path) -> LoadReport:
        timings: dict[str, float] = {}
        local = LocalFiles(storage=self._storage, folder=folder / "files")
        curated = LakeTable(lake=request.lake, spec=curated_spec(request.plan.curated))
        batch = Batch(rows=0, lost=0, dates=())
        loaded = Loaded(Rows(0, 0, 0, 0, 0), ())
        if request.validation.files:
            with _timed(timings, "batch"):
                batch = prepare_batch(session, statements=statements, files=request.validation.files, local=local)
            loader = CuratedLoader(
                run_id=request.run_id,
                table=curated,
                key=request.plan.curated.key,
                statements=statements,
                session=session,
                local=local,
                storage=self._storage,
                log=self._log,
            )
            with _timed(timings, "curated"):
                loaded = loader.load(batch)
        kpis = KpiLoader(
            run_id=request.run_id,
            curated=curated,
            statements=statements,
            session=session,
            local=local,
            storage=self._storage,
            log=self._log,
        )
        changes = []
        for kpi in request.plan.kpis:
            with _timed(timings, f"kpi.{kpi.name}"):
                table = LakeTable(lake=request.lake, spec=kpi_spec(kpi))
                changes.append(kpis.catch_up(table, statements.kpis[kpi.name]))
        after = curated.snapshot()
        change = TableChange(
            name=curated.spec.name,
            path=curated.spec.path,
            version=after.version,
            rows=after.rows,
            inserted=loaded.rows.appended,
            updated=loaded.rows.updated,
            deleted=0,
        )
        return LoadReport(
            rows=loaded.rows,
            dates=batch.dates,
            curated=change,
            kpis=changes,
            conflicts=loaded.conflicts,
            timings=timings,
        )


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    finally:
        timings[name] = time.monotonic() - began
