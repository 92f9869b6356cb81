"""Drops the canary with DuckDB and delta-rs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from deltalake.exceptions import CommitFailedError

from pos_transformation.errors import all_of
from pos_transformation.load.kpis import KpiLoader
from pos_transformation.load.statements import read_statements
from pos_transformation.run.canary import others, refuse_others
from pos_transformation.store.duckdb_delta_rs import commits
from pos_transformation.store.duckdb_delta_rs.local_files import LocalFiles
from pos_transformation.store.duckdb_delta_rs.relations import register
from pos_transformation.store.duckdb_delta_rs.session import Session
from pos_transformation.store.duckdb_delta_rs.tables import LakeTable
from pos_transformation.store.retry import until_committed
from pos_transformation.store.table_specs import curated_shape, kpi_shape

if TYPE_CHECKING:
    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Storage
    from pos_transformation.run.canary import DropRequest

DIALECT = "duckdb"


def drop(request: DropRequest, *, storage: Storage, log: JsonLog) -> int:
    """Drop it; returns how many curated rows there were. Raises `NotTheCanaryError` when there are others."""
    curated = LakeTable(lake=request.lake, shape=curated_shape(request.plan.curated))
    if not curated.exists():
        return 0
    statements = read_statements(request.plan, DIALECT)
    with tempfile.TemporaryDirectory(prefix="pos-canary-") as name:
        session = Session(spill=Path(name) / "spill")
        local = LocalFiles(storage=storage, folder=Path(name) / "files")
        try:
            rows = until_committed(
                curated.shape.name, lambda: _drop_date(request, curated, session, local), lost=CommitFailedError
            )
            loader = KpiLoader(
                run_id=request.run_id,
                curated=curated,
                statements=statements,
                session=session,
                local=local,
                storage=storage,
                log=log,
            )
            all_of(
                request.plan.kpis,
                lambda kpi: loader.catch_up(
                    LakeTable(lake=request.lake, shape=kpi_shape(kpi)), statements.kpi(kpi.name)
                ),
            )
        finally:
            session.close()
    return rows


def _drop_date(request: DropRequest, curated: LakeTable, session: Session, local: LocalFiles) -> int:
    canary, snapshot = request.canary, curated.snapshot()
    if canary.date not in snapshot.dates:
        return 0
    register(session, "examined", snapshot=snapshot, dates=[canary.date], local=local)
    condition = others(canary, quote='"')
    ((rows, strange),) = session.rows(f"SELECT count(*), count(*) FILTER ({condition}) FROM examined")
    refuse_others(int(strange), canary, snapshot.shape.name)
    commits.drop(snapshot, date=canary.date, note={"runId": request.run_id})
    return int(rows)
