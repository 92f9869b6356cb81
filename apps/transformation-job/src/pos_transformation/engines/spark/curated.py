"""The curated table: append what is new, from one snapshot, in one commit that carries the run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pos_transformation.load.report import Rows, plain_records
from pos_transformation.store.delta_log import note_of
from pos_transformation.store.retry import until_committed
from pos_transformation.store.spark_delta.commits import Commit, files_with, rows_in
from pos_transformation.store.spark_delta.scala import LostRaceError
from pos_transformation.store.table_specs import run_transaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Storage
    from pos_transformation.engines.spark.batch import Batch
    from pos_transformation.load.statements import Statements
    from pos_transformation.store.spark_delta.tables import LakeTable, Snapshot
    from pos_transformation.store.spark_delta.views import Views

# The commit's note must stay small too.
SAMPLES_NOTED = 20


@dataclass(frozen=True)
class Loaded:
    """What became of the batch. `conflicts` are the first few, both rows' values beside.

    `version` and `total` are the table's version and number of rows afterwards; `None` where a foreign writer left a
    file without statistics.
    """

    rows: Rows
    conflicts: Sequence[Mapping[str, Any]]
    version: int
    total: int | None


@dataclass(frozen=True)
class CuratedLoader:
    """Loads one run's batch into the curated table."""

    run_id: str
    table: LakeTable
    statements: Statements
    views: Views
    storage: Storage
    log: JsonLog

    def load(self, batch: Batch) -> Loaded:
        """Append the new rows and replace the superseded ones. A run that is repeated changes nothing."""
        return until_committed(self.table.shape.name, lambda: self._attempt(batch), lost=LostRaceError)

    def _attempt(self, batch: Batch) -> Loaded:
        snapshot = self.table.snapshot()
        if snapshot.transaction(run_transaction(self.run_id)) is not None:
            earlier = self._noted(snapshot)
            if earlier is not None:
                self.log.info("curated-has-run", version=snapshot.version)
                return earlier
        matched = self._compare(snapshot, batch)
        tally = {"duplicates": 0, "conflicts": 0, "updated": 0}
        if matched or batch.lost:
            (tally,) = self.views.records(self.statements.tally)
        conflicts = self._samples() if tally["conflicts"] else []
        rows = Rows(
            incoming=batch.rows,
            appended=batch.rows - batch.lost - matched,
            duplicates=int(tally["duplicates"]),
            conflicts=int(tally["conflicts"]),
            updated=int(tally["updated"]),
        )
        note = {"runId": self.run_id, "rows": rows.document(), "conflicts": conflicts}
        version = self._commit(snapshot, rows, note, batch)
        before = snapshot.rows
        return Loaded(rows, conflicts, version, None if before is None else before + rows.appended)

    def _compare(self, snapshot: Snapshot, batch: Batch) -> int:
        """Register the batch beside the rows that stand. Returns how many rows of the batch have their key there."""
        existing = self.statements.existing
        files = snapshot.files(batch.dates)
        stand = rows_in(files)
        self.views.expect(rows=None if stand is None else stand + batch.rows, files=len(files) + batch.files)
        self.views.source("existing", snapshot.read(files))
        matched = self.views.table("matched_keys", existing.matched_keys) if files else 0
        if not matched:
            self.views.empty("matched_keys", existing.matched_keys)
        self.views.view("matched", existing.matched)
        self.views.view("compared", existing.compared)
        self.views.view("fresh", existing.fresh)
        return matched

    def _commit(self, snapshot: Snapshot, rows: Rows, note: Mapping[str, Any], batch: Batch) -> int:
        existing = self.statements.existing
        replacing = rows.updated > 0 and existing.updates is not None and existing.merge is not None
        if not rows.appended and not replacing:
            return snapshot.version
        commit = Commit(snapshot, self.views)
        if replacing and existing.updates is not None and existing.merge is not None:
            self.views.table("updates", existing.updates)
            column = f"`{self.table.shape.partition}`"
            found = self.views.records(f"SELECT DISTINCT {column} AS date FROM updates ORDER BY 1")
            dates = [str(row["date"]) for row in found]
            on = self.statements.over(existing.merge.on, dates)
            updates, merge = self.views.session.table("updates"), replace(existing.merge, on=on)
            replaced = files_with(snapshot, updates, statement=merge, dates=dates)
            commit.merge(updates, statement=merge, replaced=replaced, growth=0)
        if rows.appended:
            commit.append(self.views.session.table("fresh"), count=rows.appended)
        version = commit.finish(transactions={run_transaction(self.run_id): 1}, note=note)
        self.log.info("curated-committed", version=version, appended=rows.appended, replaced=rows.updated)
        return version

    def _samples(self) -> list[Mapping[str, Any]]:
        records = self.views.records(self.statements.conflict_samples)
        return plain_records(records[:SAMPLES_NOTED], personal=self.statements.personal)

    def _noted(self, snapshot: Snapshot) -> Loaded | None:
        note = note_of(
            self.storage,
            self.table.location,
            application=run_transaction(self.run_id),
            newest=snapshot.version,
        )
        if note is None:
            return None
        try:
            return Loaded(Rows.parse(note["rows"]), note["conflicts"], snapshot.version, snapshot.rows)
        except (KeyError, TypeError, ValueError):
            return None
