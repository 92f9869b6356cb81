"""The table of reference data: replaced as a whole, in one commit, by what was sent last.

The rows are chosen from those that stand and those that came, by the order in which they were sent. So it makes no
difference in which order, how often, and by which runs they are loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pos_job_runtime.document import UNSET
from pos_job_runtime.generated.documents import CommitNote, LoadedRows
from pos_transformation.load.loaded import Loaded, loaded_before
from pos_transformation.store.retry import retry_on_conflict
from pos_transformation.store.table_specs import WHOLE, run_transaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.plan import ValidatedColumn
    from pos_job_runtime.storage import Storage
    from pos_transformation.load.results import Validation
    from pos_transformation.load.runner import Runner
    from pos_transformation.store.protocol import Store, Table


class ReferenceLoader(Struct, frozen=True):
    """Loads one run's rows into a table of reference data."""

    run_id: str
    table: Table
    store: Store
    runner: Runner
    storage: Storage
    log: JsonLog

    def read(self, validation: Validation, columns: Sequence[ValidatedColumn], *, complete: bool) -> None:
        """Register the run's rows. Raises `RunError` when they are not those that its summary counts.

        `complete`: see `protocol.Session.read_run`.
        """
        self.runner.session.read_run(validation.files, columns, complete=complete)
        (arrived,) = self.runner.phase("read").checks["arrived"]
        validation.check_rows(self.run_id, int(arrived["line_count"]))

    def load(self, rows: int) -> Loaded:
        """Let the table follow the `rows` rows that were read. A run that is repeated changes nothing."""
        return retry_on_conflict(self.table.spec.name, lambda: self._attempt(rows))

    def _attempt(self, incoming: int) -> Loaded:
        snapshot = self.table.snapshot()
        before = loaded_before(self.storage, self.log, snapshot, self.run_id)
        if before is not None:
            return before
        snapshot = self.store.extended(snapshot, note=CommitNote(run_id=self.run_id))
        self.runner.read({"existing": (snapshot, [WHOLE])})
        results = self.runner.phase("newest")
        (tally,) = results.checks["tally"]
        rows, removed = _rows(incoming, tally), int(tally["removed"])
        # A row that was sent again with the same values is no update, but makes the one that stands newer.
        if not (rows.appended or rows.updated or removed or tally["confirmed"]):
            return Loaded(rows, (), snapshot.version, snapshot.rows)
        total = results.counts["newest"]
        commit = self.store.commit(snapshot)
        commit.replace("newest", rows=total)
        note = CommitNote(run_id=self.run_id, rows=rows, removed=removed or UNSET)
        done = commit.finish(transactions={run_transaction(self.run_id): 1}, note=note)
        self.log.info("curated-committed", version=done.version, appended=rows.appended, removed=removed)
        return Loaded(rows, (), done.version, total, removed)


def _rows(incoming: int, tally: Mapping[str, Any]) -> LoadedRows:
    appended, updated, superseded = (int(tally[name]) for name in ("appended", "updated", "superseded"))
    return LoadedRows(
        in_=incoming,
        appended=appended,
        duplicates=incoming - appended - updated - superseded,
        conflicts=0,
        updated=updated,
        superseded=superseded,
    )
