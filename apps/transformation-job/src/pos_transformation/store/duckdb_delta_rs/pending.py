"""A commit of the job: by delta-rs where it only adds rows, or replaces all of them, else as the log has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from pos_transformation.store.duckdb_delta_rs import commits
from pos_transformation.store.duckdb_delta_rs.adopting import adopted
from pos_transformation.store.duckdb_delta_rs.log_writer import APPEND, commit_actions, removal, rows_added
from pos_transformation.store.duckdb_delta_rs.merging import ROWS, merged
from pos_transformation.store.duckdb_delta_rs.sql import null_of, quoted
from pos_transformation.store.duckdb_delta_rs.staging import Staged
from pos_transformation.store.duckdb_delta_rs.tables import translated
from pos_transformation.store.protocol import Committed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pos_job_runtime.generated.documents import CommitNote
    from pos_job_runtime.generated.plan import Step
    from pos_job_runtime.storage import Storage
    from pos_transformation.store.duckdb_delta_rs.merging import Merged
    from pos_transformation.store.duckdb_delta_rs.session import Session
    from pos_transformation.store.duckdb_delta_rs.tables import Snapshot
    from pos_transformation.store.validated_files import Part

    Change = Callable[[Mapping[str, int], CommitNote], Committed]


class PendingCommit(Struct):
    """See `protocol.Commit`. A second commit through the same object builds on the first, unless that was a merge."""

    snapshot: Snapshot
    session: Session
    storage: Storage
    folder: Path
    changes: list[Change] = field(default_factory=list)
    adopted: list[Part] = field(default_factory=list)
    appended: list[tuple[str, int]] = field(default_factory=list)
    merges: list[tuple[Step, Sequence[str]]] = field(default_factory=list)

    def merge(self, step: Step, *, dates: Sequence[str]) -> None:
        """See `protocol.Commit.merge`."""
        self.merges.append((step, dates))

    def append(self, relation: str, *, rows: int, least: int = 0) -> None:
        """See `protocol.Commit.append`. Files are the same, however many rows a date has."""
        del least

        def change(transactions: Mapping[str, int], note: CommitNote) -> Committed:
            added = commits.append(
                self.snapshot,
                self.session.stream(self._without_extra(relation)),
                transactions=transactions,
                note=note,
                distinct_columns=self.snapshot.spec.distinct,
            )
            return Committed(self.snapshot.version, appended=added)

        self.appended.append((relation, rows))
        self.changes.append(change)

    def adopt(self, parts: Sequence[Part]) -> None:
        """See `protocol.Commit.adopt`."""
        self.adopted.extend(parts)

    def replace(self, relation: str, *, rows: int) -> None:
        """See `protocol.Commit.replace`."""

        def change(transactions: Mapping[str, int], note: CommitNote) -> Committed:
            stream = self.session.stream(self._with_extra(relation))
            commits.replace(self.snapshot, stream, transactions=transactions, note=note)
            return Committed(self.snapshot.version)

        self.changes.append(change)

    def _without_extra(self, relation: str) -> str:
        """The rows of `relation`, with nothing of what the plan does not know."""
        nothing = "".join(f", {null_of(column)}" for column in self.snapshot.fit.extra)
        return f"SELECT *{nothing} FROM {quoted(relation)}"

    def _with_extra(self, relation: str) -> str:
        """The rows of `relation`; what the plan does not know of those that stand in the table as they are."""
        extra = self.snapshot.fit.extra
        if not extra:
            return f"SELECT * FROM {quoted(relation)}"
        same = " AND ".join(
            f"n.{quoted(column.name)} IS NOT DISTINCT FROM e.{quoted(column.name)}"
            for column in self.snapshot.spec.columns
        )
        kept = ", ".join(f"e.{quoted(column.name)}" for column in extra)
        stored = self.session.stored(self.snapshot, self.snapshot.dates, extra=True)
        return f"SELECT n.*, {kept} FROM {quoted(relation)} AS n LEFT JOIN ({stored}) AS e ON {same}"

    def remove(self, date: str) -> None:
        """See `protocol.Commit.remove`."""

        def change(transactions: Mapping[str, int], note: CommitNote) -> Committed:
            commits.drop(self.snapshot, date=date, transactions=transactions, note=note)
            return Committed(self.snapshot.version)

        self.changes.append(change)

    def finish(self, *, transactions: Mapping[str, int], note: CommitNote) -> Committed:
        """See `protocol.Commit.finish`."""
        if self.adopted or self.merges or not self.changes:
            return self._at_once(transactions, note)
        done = Committed(self.snapshot.version)
        with translated(self.snapshot.spec.name):
            for number, change in enumerate(self.changes, start=1):
                done = _both(done, change(transactions if number == len(self.changes) else {}, note))
        return done

    def _at_once(self, transactions: Mapping[str, int], note: CommitNote) -> Committed:
        """Merges, parts and appended rows, in one commit. A merge that changes nothing makes none by itself."""
        snapshot = self.snapshot
        if len(self.changes) > len(self.appended) or len(self.merges) > 1:
            raise ValueError("A commit that merges once, or takes parts over, only appends beside.")
        staged = Staged(snapshot, self.session, self.storage, self.folder, wide=True)
        merges = [self._merged(staged, step, dates) for step, dates in self.merges]
        for relation, rows in self.appended:
            staged.append(self._without_extra(relation), rows=rows, distinct_columns=snapshot.spec.distinct)
        actions = [
            *(removal(snapshot, entry) for merge in merges for entry in merge.replaced),
            *adopted(snapshot, self.session, self.storage, self.adopted),
            *staged.moved(),
        ]
        if not actions and not transactions:
            return Committed(snapshot.version)
        commit_actions(
            snapshot,
            self.storage,
            actions,
            operation=merges[0].operation if merges else APPEND,
            transactions=transactions,
            note=note,
        )
        added = rows_added(actions)
        return Committed(
            snapshot.version + 1,
            appended=added - sum(merge.rows for merge in merges),
            inserted=sum(merge.inserted for merge in merges),
            updated=sum(merge.updated for merge in merges),
            deleted=sum(merge.deleted for merge in merges),
        )

    def _merged(self, staged: Staged, step: Step, dates: Sequence[str]) -> Merged:
        with merged(self.snapshot, self.session, step, dates=dates) as merge:
            if merge.rows:
                staged.append(f"SELECT * FROM {quoted(ROWS)}", rows=merge.rows)
        return merge


def _both(one: Committed, other: Committed) -> Committed:
    appended = None if one.appended is None or other.appended is None else one.appended + other.appended
    return Committed(version=other.version, appended=appended)
