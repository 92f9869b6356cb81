"""The curated table: append what is new, from one snapshot, in one commit that carries the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deltalake.exceptions import CommitFailedError

from pos_transformation.load.report import Rows, plain_records
from pos_transformation.store.delta_log import note_of
from pos_transformation.store.duckdb_delta_rs import commits
from pos_transformation.store.duckdb_delta_rs.relations import register
from pos_transformation.store.duckdb_delta_rs.session import quoted
from pos_transformation.store.retry import until_committed
from pos_transformation.store.table_specs import run_transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Storage
    from pos_transformation.load.batch import Batch
    from pos_transformation.load.statements import Statements
    from pos_transformation.store.duckdb_delta_rs.local_files import LocalFiles
    from pos_transformation.store.duckdb_delta_rs.session import Session
    from pos_transformation.store.duckdb_delta_rs.tables import LakeTable, Snapshot

# The commit's note must stay small too.
SAMPLES_NOTED = 20


@dataclass(frozen=True)
class Loaded:
    """What became of the batch. `conflicts` are the first few, both rows' values beside."""

    rows: Rows
    conflicts: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class CuratedLoader:
    """Loads one run's batch into the curated table."""

    run_id: str
    table: LakeTable
    key: Collection[str]
    statements: Statements
    session: Session
    local: LocalFiles
    storage: Storage
    log: JsonLog

    def load(self, batch: Batch) -> Loaded:
        """Append the new rows and replace the superseded ones. A run that is repeated changes nothing."""
        return until_committed(self.table.shape.name, lambda: self._attempt(batch), lost=CommitFailedError)

    @property
    def _application(self) -> str:
        return run_transaction(self.run_id)

    def _attempt(self, batch: Batch) -> Loaded:
        snapshot = self.table.snapshot()
        if snapshot.transaction(self._application) is not None:
            before = self._noted(snapshot)
            if before is not None:
                self.log.info("curated-has-run", version=snapshot.version)
                return before
        matched = self._compare(snapshot, batch)
        (tally,) = self.session.records(self.statements.tally)
        conflicts = self._samples() if tally["conflicts"] else []
        rows = Rows(
            incoming=batch.rows,
            appended=batch.rows - batch.lost - matched,
            duplicates=int(tally["duplicates"]),
            conflicts=int(tally["conflicts"]),
            updated=int(tally["updated"]),
        )
        self._commit(snapshot, rows, {"runId": self.run_id, "rows": rows.document(), "conflicts": conflicts}, batch)
        return Loaded(rows, conflicts)

    def _compare(self, snapshot: Snapshot, batch: Batch) -> int:
        """Register the batch beside the rows that stand. Returns how many rows of the batch have their key there."""
        register(self.session, "existing", snapshot=snapshot, dates=batch.dates, local=self.local)
        existing = self.statements.existing
        matched = self.session.table("matched_keys", existing.matched_keys)
        most = 4 * matched >= batch.rows
        self.session.view("matched", "SELECT * FROM existing" if most else existing.matched)
        self.session.view("compared", existing.compared)
        self.session.view("fresh", existing.fresh)
        return matched

    def _commit(self, snapshot: Snapshot, rows: Rows, note: Mapping[str, Any], batch: Batch) -> None:
        run = {self._application: 1}
        replaced = self._replace(snapshot, note, batch, {} if rows.appended else run)
        if not rows.appended:
            return
        # A second commit through the same object builds on the first.
        added = commits.append(
            snapshot,
            self.session.stream("SELECT * FROM fresh"),
            transactions=run,
            note=note,
            distinct_columns=self.key,
        )
        if added is not None and added != rows.appended:
            # Keys that stand twice in the table can't come from this job.
            self.log.warning("keys-not-unique", table=self.table.shape.name, appended=added, expected=rows.appended)
        self.log.info("curated-committed", version=snapshot.version, appended=rows.appended, replaced=replaced)

    def _replace(
        self, snapshot: Snapshot, note: Mapping[str, Any], batch: Batch, transactions: Mapping[str, int]
    ) -> int:
        """Where the latest row wins: put newer rows into the places of older ones."""
        existing = self.statements.existing
        if existing.updates is None or existing.merge is None:
            return 0
        if self.session.table("updates", existing.updates) == 0:
            return 0
        column = quoted(self.table.shape.partition)
        dates = [str(date) for (date,) in self.session.rows(f"SELECT DISTINCT {column} FROM updates ORDER BY 1")]
        _, updated, _ = commits.merge(
            snapshot,
            self.session.stream("SELECT * FROM updates"),
            statement=existing.merge,
            on=self.statements.over(existing.merge.on, dates),
            transactions=transactions,
            note=note,
        )
        return updated

    def _samples(self) -> list[Mapping[str, Any]]:
        records = self.session.records(self.statements.conflict_samples)
        return plain_records(records[:SAMPLES_NOTED], personal=self.statements.personal)

    def _noted(self, snapshot: Snapshot) -> Loaded | None:
        note = note_of(self.storage, snapshot.location, application=self._application, newest=snapshot.version)
        try:
            return None if note is None else Loaded(Rows.parse(note["rows"]), note["conflicts"])
        except (KeyError, TypeError, ValueError):
            return None
