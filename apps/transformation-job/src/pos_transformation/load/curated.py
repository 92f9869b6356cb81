"""The curated table: append what is new, from one snapshot, with a mark that names the run."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pos_job_runtime.generated.documents import CommitNote, LoadedRows
from pos_transformation.load.keys import BatchKeys
from pos_transformation.load.loaded import Loaded, loaded_before
from pos_transformation.load.report import plain_records
from pos_transformation.store.retry import retry_on_conflict
from pos_transformation.store.table_specs import run_transaction
from pos_transformation.store.validated_files import Part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Location, Storage
    from pos_transformation.load.batch import Batch
    from pos_transformation.load.runner import Runner
    from pos_transformation.store.protocol import Snapshot, Store, Table

# The commit's note must stay small too.
SAMPLES_NOTED = 20
# The checks that find parts with a key which another row may have.
DOUBTS = ("parts_of_suspects", "parts_of_matched")


class CuratedLoader(Struct, frozen=True):
    """Loads one run's batch into the curated table."""

    run_id: str
    table: Table
    store: Store
    runner: Runner
    storage: Storage
    log: JsonLog
    # How many days apart the dates of two rows with one key may be that are the same row.
    days: int = 0
    # Of the batch, in their order.
    parts: Sequence[Location] = ()

    def load(self, batch: Batch) -> Loaded:
        """Append the new rows and replace the superseded ones. A run that is repeated changes nothing."""
        return retry_on_conflict(self.table.spec.name, lambda: self._attempt(batch))

    def _attempt(self, batch: Batch) -> Loaded:
        snapshot = self.table.snapshot()
        known = loaded_before(self.storage, self.log, snapshot, self.run_id)
        if known is not None:
            return known
        snapshot = self.store.extended(snapshot, note=CommitNote(run_id=self.run_id))
        self.runner.added = snapshot.fit.predated
        with BatchKeys(self.runner, batch, days=self.days, storage=self.storage, log=self.log) as keys:
            return self._compared(snapshot, batch, keys)

    def _compared(self, snapshot: Snapshot, batch: Batch, keys: BatchKeys) -> Loaded:
        keys.read_existing(snapshot)
        matched, tally = self._compare(batch)
        conflicts = self._samples(tally)
        rows = LoadedRows(
            in_=batch.rows,
            appended=batch.rows - batch.lost - matched,
            **{name: sum(int(row[name]) for row in tally) for name in ("duplicates", "conflicts", "updated")},
        )
        before, began = snapshot.rows, snapshot.version
        note = CommitNote(run_id=self.run_id, rows=rows, conflicts=conflicts)
        version, growth = self._commit(snapshot, rows, note, least=batch.least)
        if version > began:
            keys.committed(snapshot, run_id=self.run_id, after=began, until=version)
        return Loaded(rows, conflicts, version, None if before is None else before + growth)

    def _compare(self, batch: Batch) -> tuple[int, Sequence[Mapping[str, Any]]]:
        """Compare the batch with the rows that stand. Returns how many keys stand, and each date's tally."""
        matched = self.runner.phase("match").counts.get("matched_keys", 0)
        # Where most rows stand already, finding out which of them do costs more than it saves.
        most = matched > 0 and 4 * matched >= batch.rows
        checks = self.runner.phase("compare", instead={"matched": "existing"} if most else None).checks
        return matched, checks.get("tally", ())

    def _commit(self, snapshot: Snapshot, rows: LoadedRows, note: CommitNote, *, least: int) -> tuple[int, int]:
        """The version by which the rows are in the table, and by how many rows it has grown."""
        steps = self.runner.statements.phase("replace")
        # A newer row with the same values is no update, but makes the one that stands newer.
        results = self.runner.run(steps)
        replacing = results.counts.get("updates", 0) > 0
        if not rows.appended and not replacing:
            return snapshot.version, 0
        commit = self.store.commit(snapshot)
        if replacing:
            self.runner.merge(commit, steps, dates=[str(row["date"]) for row in results.checks["dates"]])
        parts = self._adoptable(snapshot) if rows.appended and not replacing else []
        written = rows.appended - sum(part.rows for part in parts)
        with self.runner.session.without_parts({part.location for part in parts}) if parts else nullcontext():
            if parts:
                commit.adopt(parts)
                self.log.info("parts-adopted", table=self.table.spec.name, parts=len(parts), written=written)
            if written:
                commit.append("fresh", rows=written, least=0 if parts else least)
            done = commit.finish(transactions={run_transaction(self.run_id): 1}, note=note)
        if done.appended != rows.appended:
            # Keys that stand twice in the table can't come from this job.
            self.log.warning(
                "keys-not-unique", table=self.table.spec.name, appended=done.appended, expected=rows.appended
            )
        self.log.info("curated-committed", version=done.version, appended=rows.appended, replaced=done.updated)
        # A row that moves is deleted on one date and inserted on another.
        return done.version, done.appended + done.inserted - done.deleted

    def _adoptable(self, snapshot: Snapshot) -> list[Part]:
        """The parts of which every row is new and on one date, in the table's own form."""
        fitting = set(self.store.adoptable(snapshot, self.parts)) if self.parts else set()
        if not fitting:
            return []
        checks = self.runner.phase("adopt").checks
        doubtful = {row["source_part"] for name in DOUBTS for row in checks.get(name, ())}
        found = [
            Part(self.parts[row["source_part"]], str(row["first_date"]), int(row["line_count"]))
            for row in checks.get("parts", ())
            if row["first_date"] == row["last_date"] and row["source_part"] not in doubtful
        ]
        return [part for part in found if part.location in fitting]

    def _samples(self, tally: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The first conflicts by date and key, from the first dates that have enough of them."""
        dates: list[str] = []
        found = 0
        for row in tally:
            if row["conflicts"] and found < SAMPLES_NOTED:
                dates.append(str(row["date"]))
                found += int(row["conflicts"])
        if not dates:
            return []
        records = self.runner.phase("conflicts", dates=dates).checks["conflict_samples"]
        return plain_records(records[:SAMPLES_NOTED], personal=self.runner.statements.personal)
