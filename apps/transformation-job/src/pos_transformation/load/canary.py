"""Drops the canary's date, in the curated table and then, as after any change of it, in the KPI tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from pos_job_runtime.generated.documents import CommitNote
from pos_transformation.errors import NotTheCanaryError
from pos_transformation.load.loader import kpi_loader
from pos_transformation.load.runner import Runner
from pos_transformation.steps import read_statements
from pos_transformation.store.retry import retry_on_conflict
from pos_transformation.store.table_specs import curated_spec

if TYPE_CHECKING:
    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import Canary, KpiTable, Plan
    from pos_job_runtime.storage import Storage
    from pos_transformation.load.staleness import Followed
    from pos_transformation.store.protocol import Store, Table


class CanaryDrop(Struct, frozen=True):
    """Drops `canary` from the tables of a store. `run_id` names who does it, in the commits."""

    run_id: str
    plan: Plan
    canary: Canary
    store: Store
    storage: Storage
    log: JsonLog

    def drop(self) -> int:
        """Drop it; returns how many curated rows there were. Raises `NotTheCanaryError` when there are others."""
        curated = self.store.table(curated_spec(self.plan.curated, self.plan.words))
        if not curated.exists():
            return 0
        runner = Runner(self.store.session, read_statements(self.plan, self.store.dialect))
        rows = retry_on_conflict(curated.spec.name, lambda: self._drop_date(curated, runner))

        def catch_up(store: Store, kpi: KpiTable) -> Followed:
            loader = kpi_loader(self.plan, run_id=self.run_id, store=store, storage=self.storage, log=self.log)
            return loader.catch_up(kpi)

        self.store.each(self.plan.kpis, catch_up)
        return rows

    def _drop_date(self, curated: Table, runner: Runner) -> int:
        snapshot, date = curated.snapshot(), self.canary.date
        if date not in snapshot.dates:
            return 0
        runner.read({"examined": (snapshot, [date])})
        (found,) = runner.phase("canary").checks["canary"]
        _refuse_others(int(found["strange_rows"]), self.canary, curated.spec.name)
        commit = self.store.commit(snapshot)
        commit.remove(date)
        commit.finish(transactions={}, note=CommitNote(run_id=self.run_id))
        return int(found["all_rows"])


def _refuse_others(count: int, canary: Canary, table: str) -> None:
    """Raises `NotTheCanaryError` unless `count`, that of other rows on the date, is none."""
    if count:
        rows = "1 row" if count == 1 else f"{count} rows"
        own = " and ".join(f"{name} {value}" for name, value in canary.where.items())
        raise NotTheCanaryError(
            f"Nothing was dropped: beside the canary's rows ({own}), {table} has {rows} on {canary.date}. "
            "Find out who sent that, and correct or remove it first."
        )
