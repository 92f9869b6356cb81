"""Drops the canary with Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_transformation.engines.spark.kpis import KpiLoader
from pos_transformation.errors import all_of
from pos_transformation.load.statements import read_statements
from pos_transformation.run.canary import others, refuse_others
from pos_transformation.store.retry import until_committed
from pos_transformation.store.spark_delta.commits import Commit
from pos_transformation.store.spark_delta.scala import LostRaceError
from pos_transformation.store.spark_delta.session import require_log_store, spark_session
from pos_transformation.store.spark_delta.tables import LakeTable
from pos_transformation.store.spark_delta.views import Views
from pos_transformation.store.table_specs import curated_shape, kpi_shape

if TYPE_CHECKING:
    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Storage
    from pos_transformation.run.canary import DropRequest

DIALECT = "spark"


def drop(request: DropRequest, *, storage: Storage, log: JsonLog) -> int:
    """Drop it; returns how many curated rows there were. Raises `NotTheCanaryError` when there are others."""
    session = spark_session()
    if request.lake.scheme == "s3":
        require_log_store(session)
    curated = LakeTable(session=session, lake=request.lake, shape=curated_shape(request.plan.curated))
    if not curated.exists():
        return 0
    views = Views(session)
    try:
        rows = until_committed(curated.shape.name, lambda: _drop_date(request, curated, views), lost=LostRaceError)
        statements = read_statements(request.plan, DIALECT)
        loader = KpiLoader(
            run_id=request.run_id,
            plan=request.plan,
            curated=curated,
            statements=statements,
            views=views,
            storage=storage,
            log=log,
        )
        all_of(
            request.plan.kpis,
            lambda kpi: loader.catch_up(
                LakeTable(session=session, lake=request.lake, shape=kpi_shape(kpi)), statements.kpi(kpi.name)
            ),
        )
    finally:
        views.release()
    return rows


def _drop_date(request: DropRequest, curated: LakeTable, views: Views) -> int:
    canary, snapshot = request.canary, curated.snapshot()
    files = snapshot.files([canary.date])
    if not files:
        return 0
    views.source("examined", snapshot.read(files))
    condition = others(canary, quote="`")
    (found,) = views.records(f"SELECT count(*) AS all_rows, count_if({condition}) AS strange FROM examined")
    refuse_others(int(found["strange"]), canary, snapshot.shape.name)
    commit = Commit(snapshot, views)
    commit.remove(files)
    commit.finish(transactions={}, note={"runId": request.run_id})
    return int(found["all_rows"])
