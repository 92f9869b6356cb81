"""Puts the parts together: batch → curated table → KPI tables.

Repeating a load, or dying in one at any point, leads to the same tables.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct, field

from pos_job_runtime.document import UNSET, given
from pos_job_runtime.generated.documents import LoadedRows, TableResult
from pos_transformation.load.batch import Batch, prepare_batch
from pos_transformation.load.curated import CuratedLoader
from pos_transformation.load.kpis import KpiLoader
from pos_transformation.load.loaded import Loaded
from pos_transformation.load.reference import ReferenceLoader
from pos_transformation.load.report import LoadReport
from pos_transformation.load.runner import Runner
from pos_transformation.steps import DEFINITIONS, read_statements
from pos_transformation.store.table_specs import curated_spec, kpi_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import KpiTable, Plan
    from pos_job_runtime.storage import Storage
    from pos_transformation.load.results import Validation
    from pos_transformation.load.staleness import Followed
    from pos_transformation.store.protocol import Store, Table


class Loader(Struct, frozen=True):
    """Loads `validation`'s files, as run `run_id`, into the tables of a store."""

    run_id: str
    plan: Plan
    validation: Validation
    store: Store
    storage: Storage
    log: JsonLog
    timings: dict[str, float] = field(default_factory=dict)

    def load(self) -> LoadReport:
        """Append to the curated table and let the KPI tables catch up. Raises `JobError`."""
        runner = Runner(self.store.session, read_statements(self.plan, self.store.dialect))
        batch, loaded = self._load_curated(runner)
        # Without new rows too: an earlier run may have died before its KPIs.
        followed = self.store.each(self.plan.kpis, self._catch_up)
        return LoadReport(
            rows=loaded.rows,
            dates=batch.dates,
            curated=TableResult(
                name=self.plan.curated.name,
                path=self.plan.curated.path,
                version=loaded.version,
                rows=UNSET if loaded.total is None else loaded.total,
                inserted=loaded.rows.appended,
                updated=loaded.rows.updated,
                deleted=loaded.removed,
                appended=loaded.rows.appended,
            ),
            kpis=[one.result for one in followed],
            conflicts=loaded.conflicts,
            timings=self.timings,
            stale=[date for one in followed for date in one.stale],
        )

    def _load_curated(self, runner: Runner) -> tuple[Batch, Loaded]:
        spec = curated_spec(self.plan.curated, self.plan.words)
        kpis = [kpi_spec(kpi, self.plan.words) for kpi in self.plan.kpis]
        table = self.store.table(spec)
        if not self.validation.files:
            snapshot = table.snapshot()
            none = LoadedRows(in_=0, appended=0, duplicates=0, conflicts=0, updated=0)
            nothing = Loaded(none, (), snapshot.version, snapshot.rows)
            return Batch(rows=0, lost=0, dates=()), nothing
        if self.plan.is_reference:
            return Batch(rows=self.validation.rows, lost=0, dates=()), self._load_reference(runner, table)
        with self._timed("batch"), self.store.opening([spec, *kpis]):
            batch = prepare_batch(
                runner,
                run_id=self.run_id,
                validation=self.validation,
                columns=self.plan.exact.columns,
                complete=self._complete,
                instants=self._instants,
                lead=self.plan.key[0],
                moment=self._moment,
                predated=lambda: table.snapshot().fit.predated,
            )
        loader = CuratedLoader(
            run_id=self.run_id,
            table=table,
            store=self.store,
            runner=runner,
            storage=self.storage,
            log=self.log,
            days=given(self.plan.curated.key_days, 0),
            parts=self.validation.parts if self._complete else [],
        )
        with self._timed("curated"):
            return batch, loader.load(batch)

    def _load_reference(self, runner: Runner, table: Table) -> Loaded:
        loader = ReferenceLoader(
            run_id=self.run_id, table=table, store=self.store, runner=runner, storage=self.storage, log=self.log
        )
        with self._timed("batch"):
            loader.read(self.validation, self.plan.exact.columns, complete=self._complete)
        with self._timed("curated"):
            return loader.load(self.validation.rows)

    @property
    def _complete(self) -> bool:
        """Whether this very plan validated the files. Another one, deployed since, may have other columns."""
        return self.validation.plan_hash == self.plan.contract.hash

    @property
    def _instants(self) -> dict[str, str]:
        """The names of instants in the parts, and in the other validated files."""
        parts = given(self.plan.content.validation.parts, None)
        return {} if parts is None else {instant.name: instant.validated for instant in parts.instants}

    @property
    def _moment(self) -> str | None:
        """The instant that says on which date a row is, by its name in the validated files."""
        parts = given(self.plan.content.validation.parts, None)
        return None if parts is None else parts.event_time

    def _catch_up(self, store: Store, kpi: KpiTable) -> Followed:
        loader = kpi_loader(self.plan, run_id=self.run_id, store=store, storage=self.storage, log=self.log)
        with self._timed(f"kpi.{kpi.name}"):
            return loader.catch_up(kpi)

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.timings[name] = time.monotonic() - began


def kpi_loader(plan: Plan, *, run_id: str, store: Store, storage: Storage, log: JsonLog) -> KpiLoader:
    """What lets the plan's KPI tables catch up."""
    return KpiLoader(
        run_id=run_id,
        curated=curated_spec(plan.curated, plan.words),
        words=plan.words,
        store=store,
        runner=Runner(store.session, read_statements(plan, store.dialect)),
        definitions=read_statements(plan, DEFINITIONS),
        storage=storage,
        log=log,
    )
