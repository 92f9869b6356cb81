"""Puts the parts together: batch → curated table → KPI tables."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pos_transformation.engines.spark.batch import Batch, prepare_batch
from pos_transformation.engines.spark.curated import CuratedLoader, Loaded
from pos_transformation.engines.spark.kpis import KpiLoader
from pos_transformation.errors import all_of
from pos_transformation.load.report import LoadReport, Rows, TableChange
from pos_transformation.load.statements import read_statements
from pos_transformation.store.spark_delta.session import require_log_store, spark_session
from pos_transformation.store.spark_delta.tables import LakeTable
from pos_transformation.store.spark_delta.views import Views
from pos_transformation.store.table_specs import curated_shape, kpi_shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pyspark.sql import SparkSession

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import KpiTable
    from pos_job_runtime.storage import Storage
    from pos_transformation.load.staleness import Followed
    from pos_transformation.load.statements import Statements
    from pos_transformation.store import LoadRequest

DIALECT = "spark"
KPIS_AT_ONCE = 4


class SparkEngine:
    """Loads a run on Spark."""

    def __init__(self, *, storage: Storage, log: JsonLog, session: SparkSession | None = None) -> None:
        self._storage = storage
        self._log = log
        self._session = session

    def load(self, request: LoadRequest) -> LoadReport:
        """See `Engine.load`."""
        timings: dict[str, float] = {}
        with _timed(timings, "session"):
            session = self._session or spark_session(rows=request.validation.rows)
        if request.lake.scheme == "s3":
            require_log_store(session)
        views = Views(session)
        try:
            return self._load(request, views, timings)
        finally:
            views.release()

    def _load(self, request: LoadRequest, views: Views, timings: dict[str, float]) -> LoadReport:
        statements = read_statements(request.plan, DIALECT)
        curated = LakeTable(session=views.session, lake=request.lake, shape=curated_shape(request.plan.curated))
        tables = [
            LakeTable(session=views.session, lake=request.lake, shape=kpi_shape(kpi)) for kpi in request.plan.kpis
        ]
        batch = Batch(files=0, rows=0, lost=0, dates=())
        loaded: Loaded | None = None
        if request.validation.files:
            views.expect(rows=request.validation.rows, files=len(request.validation.files))
            with _timed(timings, "batch"), _opening(views, [curated, *tables]):
                batch = prepare_batch(
                    views,
                    statements=statements,
                    columns=request.plan.exact.columns,
                    validation=request.validation,
                )
            loader = CuratedLoader(
                run_id=request.run_id,
                table=curated,
                statements=statements,
                views=views,
                storage=self._storage,
                log=self._log,
            )
            with _timed(timings, "curated"):
                loaded = loader.load(batch)
        if loaded is None:
            snapshot = curated.snapshot()
            loaded = Loaded(Rows(0, 0, 0, 0, 0), (), snapshot.version, snapshot.rows)
        change = TableChange(
            name=curated.shape.name,
            path=curated.shape.path,
            version=loaded.version,
            rows=loaded.total,
            inserted=loaded.rows.appended,
            updated=loaded.rows.updated,
            deleted=0,
        )
        followed = self._catch_up(request, statements, curated, views, timings)
        return LoadReport(
            rows=loaded.rows,
            dates=batch.dates,
            curated=change,
            kpis=[one.change for one in followed],
            conflicts=loaded.conflicts,
            timings=timings,
            stale=[date for one in followed for date in one.stale],
        )

    def _catch_up(
        self,
        request: LoadRequest,
        statements: Statements,
        curated: LakeTable,
        views: Views,
        timings: dict[str, float],
    ) -> list[Followed]:
        """All KPI tables at once: each is mostly waiting for small jobs. An error of one comes after all others."""

        def one(kpi: KpiTable) -> Followed:
            own = views.beside()
            loader = KpiLoader(
                run_id=request.run_id,
                plan=request.plan,
                curated=curated.seen_from(own.session),
                statements=statements,
                views=own,
                storage=self._storage,
                log=self._log,
            )
            try:
                with _timed(timings, f"kpi.{kpi.name}"):
                    table = LakeTable(session=own.session, lake=request.lake, shape=kpi_shape(kpi))
                    return loader.catch_up(table, statements.kpis[kpi.name])
            finally:
                own.release()

        with ThreadPoolExecutor(max_workers=KPIS_AT_ONCE, thread_name_prefix="kpi") as pool:
            return all_of([pool.submit(one, kpi) for kpi in request.plan.kpis], lambda future: future.result())


@contextmanager
def _opening(views: Views, tables: Sequence[LakeTable]) -> Iterator[None]:
    """Make or open the tables and read their logs meanwhile, so that whoever needs them finds that done."""

    def open_all() -> None:
        session = views.beside().session
        for table in tables:
            table.seen_from(session).snapshot().read_log()

    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="tables") as pool:
        opened = pool.submit(open_all)
        yield
        opened.result()


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    finally:
        timings[name] = time.monotonic() - began
