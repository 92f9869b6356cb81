"""KPI tables: derived from the curated table, and therefore healed by whoever comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from pos_job_runtime.document import UNSET
from pos_job_runtime.generated.documents import CommitNote, StaleDate, TableResult
from pos_transformation.load.periods import Periods
from pos_transformation.load.rebuilding import Rebuilding
from pos_transformation.load.references import References, kpi_references, same_contents
from pos_transformation.load.report import plain_records
from pos_transformation.load.staleness import (
    DATES_EXPLAINED,
    STALE_SINCE,
    Containment,
    Followed,
    stale_dates,
    stale_marks,
)
from pos_transformation.store.delta_log import touched_partitions
from pos_transformation.store.retry import retry_on_conflict
from pos_transformation.store.table_specs import BASIS, REFLECTS, TableSpec, kpi_spec, partition_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.generated.plan import Step
    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import KpiTable
    from pos_job_runtime.storage import Storage
    from pos_job_runtime.words import Words
    from pos_transformation.load.runner import Runner
    from pos_transformation.steps import Statements
    from pos_transformation.store.protocol import Snapshot, Store


class _Progress(Struct):
    """The KPI table as the commits so far leave it, and what they did to its rows.

    `snapshot` is the one that the last commit rested on, or the next one will.
    """

    snapshot: Snapshot
    version: int
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    versions: int = 0
    committed: bool = False

    def document(self) -> dict[str, int]:
        """For the log."""
        return {name: getattr(self, name) for name in ("versions", "inserted", "updated", "deleted")}


class KpiLoader(Struct, frozen=True):
    """Lets KPI tables catch up with the curated table. `definitions` has the texts that stand for the KPIs."""

    run_id: str
    curated: TableSpec
    words: Words
    store: Store
    runner: Runner
    definitions: Statements
    storage: Storage
    log: JsonLog

    def catch_up(self, kpi: KpiTable, *, again: bool = False) -> Followed:
        """Recompute what changed since the table's last commit and merge it, until it reflects the newest version.

        Dates that can't be computed keep their figures, and the table remembers them. With `again` they are tried
        again, whether their data have changed or not.
        """
        return retry_on_conflict(kpi.name, lambda: self._attempt(kpi, again=again))

    def _attempt(self, kpi: KpiTable, *, again: bool) -> Followed:
        target = self.store.table(kpi_spec(kpi, self.words)).snapshot()
        # Never one that is older than what another run has put into this table.
        curated = self.store.reading(self.curated, since=target.transaction(REFLECTS))
        references = References.of(kpi, self.store)
        basis = basis_of(self.definitions, kpi.name, curated, references)
        outdated = target.transaction(BASIS) != basis
        same_references = references.are_reflected(target)
        before = stale_dates(target.transaction)
        rows = target.rows
        progress = _Progress(target, target.version)
        periods = Periods.of(kpi, curated)
        up_to_date = not outdated and same_references and target.transaction(REFLECTS) == curated.version
        if up_to_date and not (again and before):
            self.log.info("kpi-up-to-date", table=kpi.name, curated=curated.version)
            explained = self._explained(kpi.name, curated, periods, before, {})
            return Followed(_result(progress, target.version, rows), explained)
        marks = {REFLECTS: curated.version, BASIS: basis}
        if references.tables:
            marks |= references.marks(self.runner, kpi_references(self.runner.statements, kpi.name))
            outdated = outdated or not same_contents(marks, target)
        if outdated and self._is_rebuilt(target, curated, periods):
            return self._rebuilt(kpi, target, curated, periods, marks=marks)
        touched = None if outdated else self._touched(target, curated)
        dates = set(periods.days) | target.dates if touched is None else periods.around(touched)
        if again:
            dates = dates | set(before)
        work = _Recomputation(
            loader=self,
            steps=self.runner.statements.kpi(kpi.name),
            curated=curated,
            periods=periods,
            progress=progress,
        )
        version = work.run(sorted(dates), marks=marks, stale=before)
        failed = work.containment.failed
        for date, problem in sorted(failed.items()):
            self.log.warning("kpi-date-failed", table=kpi.name, date=date, problem=problem)
        self.log.info(
            "kpi-caught-up",
            table=kpi.name,
            curated=curated.version,
            dates=len(dates),
            failed=len(failed),
            **progress.document(),
        )
        after = sorted(work.containment.stale_after(before, dates))
        return Followed(_result(progress, version, rows), self._explained(kpi.name, curated, periods, after, failed))

    def _is_rebuilt(self, target: Snapshot, curated: Snapshot, periods: Periods) -> bool:
        """Whether merging what differs would show something in between: another shape, or a part of the dates."""
        defined = target.transaction(BASIS) is not None
        several = len(periods.portions(self.store, curated, sorted(periods.days))) > 1
        return target.fit.rebuild or several or (defined and target.fit.unkeyed)

    def _rebuilt(
        self, kpi: KpiTable, target: Snapshot, curated: Snapshot, periods: Periods, *, marks: Mapping[str, int]
    ) -> Followed:
        """Compute the whole table anew, and put it in the place of what stands, columns and rows in one commit."""
        before, progress = stale_dates(target.transaction), _Progress(target, target.version)
        rebuild = self.store.rebuild(target)
        steps = self.runner.statements.kpi(kpi.name)
        failed = Rebuilding(rebuild, self.store, self.runner, steps, curated, periods).compute()
        done = rebuild.finish(
            # Figures of another shape can't stay beside the new ones.
            keep=() if target.fit.rebuild else failed.keys(),
            transactions={**marks, **stale_marks(before, failed.keys())},
            note=CommitNote(run_id=self.run_id),
        )
        progress.inserted, progress.deleted, progress.versions = done.inserted, done.deleted, 1
        for date, problem in sorted(failed.items()):
            self.log.warning("kpi-date-failed", table=kpi.name, date=date, problem=problem)
        self.log.info("kpi-rebuilt", table=kpi.name, curated=curated.version, failed=len(failed), **progress.document())
        return Followed(
            _result(progress, done.version, target.rows),
            self._explained(kpi.name, curated, periods, sorted(failed), failed),
        )

    def _explained(
        self, table: str, curated: Snapshot, periods: Periods, dates: Sequence[str], failed: Mapping[str, str]
    ) -> list[StaleDate]:
        """The stale dates, the first ones with rows that explain them."""
        found = []
        for number, date in enumerate(dates):
            rows: list[Mapping[str, Any]] = []
            if number < DATES_EXPLAINED:
                self.runner.read({"examined": (curated, periods.dates([date]))})
                strays = self.runner.phase("explain").checks["stray_samples"]
                rows = plain_records(strays, personal=self.runner.statements.personal)
            found.append(StaleDate(table=table, date=date, problem=failed.get(date, STALE_SINCE), rows=rows))
        return found

    def _touched(self, target: Snapshot, curated: Snapshot) -> set[str] | None:
        reflected = target.transaction(REFLECTS)
        if reflected is None or reflected > curated.version:
            return None
        return touched_partitions(
            self.storage,
            curated.location,
            column=partition_columns(curated.spec)[0],
            after=reflected,
            until=curated.version,
        )


class _Recomputation(Struct):
    """One attempt to compute some dates of a KPI table anew."""

    loader: KpiLoader
    steps: Sequence[Step]
    curated: Snapshot
    periods: Periods
    progress: _Progress
    containment: Containment = field(default_factory=Containment)

    def run(self, dates: Sequence[str], *, marks: Mapping[str, int], stale: Sequence[str]) -> int:
        """Merge what differs, with `marks` in the last commit. Returns the version by which that is done."""

        def all_marks() -> dict[str, int]:
            return {**marks, **stale_marks(stale, self.containment.stale_after(stale, dates))}

        *others, last = self.periods.portions(self.loader.store, self.curated, dates) or [[]]
        for portion in others:
            self.containment.each(portion, lambda some: self._merge(some, {}))
        failed = len(self.containment.failed)
        told = False

        def merge_last(some: Sequence[str]) -> None:
            nonlocal told
            whole = len(some) == len(last)
            self._merge(some, all_marks() if whole else {})
            told = whole

        if last:
            self.containment.each(last, merge_last)
        # What failed in the last portion must be among the marks too.
        if not told or len(self.containment.failed) > failed:
            self._commit([], all_marks())
        return self.progress.version

    def _newest(self) -> Snapshot:
        """What was committed a moment ago must be seen."""
        progress = self.progress
        if progress.committed:
            progress.snapshot = self.loader.store.following(progress.snapshot, version=progress.version)
            progress.committed = False
        return progress.snapshot

    def _merge(self, dates: Sequence[str], transactions: Mapping[str, int]) -> None:
        runner = self.loader.runner
        runner.read(
            {"touched": (self.curated, self.periods.dates(dates)), "current_rows": (self._newest(), dates)},
            grouped=("touched",),
        )
        runner.run(self.steps, dates=dates)
        self._commit(dates, transactions)

    def _commit(self, dates: Sequence[str], transactions: Mapping[str, int]) -> None:
        """One commit. Even without a change it tells that the table is up to date, if it is to tell anything."""
        progress = self.progress
        commit = self.loader.store.commit(self._newest())
        if dates:
            self.loader.runner.merge(commit, self.steps, dates=dates)
        done = commit.finish(transactions=transactions, note=CommitNote(run_id=self.loader.run_id))
        progress.inserted += done.inserted
        progress.updated += done.updated
        progress.deleted += done.deleted
        progress.committed = done.version > progress.version
        progress.versions += done.version - progress.version
        progress.version = done.version


def basis_of(definitions: Statements, kpi: str, curated: Snapshot, references: References) -> int:
    """What the KPI table is computed from and how: see `kpi_basis`."""
    return references.basis(definitions.kpi(kpi)[0].sql, curated)


def _result(progress: _Progress, version: int, rows: int | None) -> TableResult:
    """`rows` is how many the table had before, `None` where that is not known."""
    return TableResult(
        name=progress.snapshot.spec.name,
        path=progress.snapshot.spec.path,
        version=version,
        rows=UNSET if rows is None else rows + progress.inserted - progress.deleted,
        inserted=progress.inserted,
        updated=progress.updated,
        deleted=progress.deleted,
    )
