"""A commit of the job: by delta-rs where it replaces all rows, or removes some, else as the log has it.

delta-rs' own append looks at every file of the table once it is committed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from pos_transformation.store.duckdb_delta_rs import commits
from pos_transformation.store.duckdb_delta_rs.adopting import adopted
from pos_transformation.store.duckdb_delta_rs.log_writer import APPEND, commit_actions, removal, rows_added
from pos_transformation.store.duckdb_delta_rs.merging import ROWS, merged
from pos_transformation.store.duckdb_delta_rs.sql import null_of, quoted
from pos_transformation.store.duckdb_delta_rs.staging import Staged
from pos_transformation.store.duckdb_delta_rs.translating import translated
from pos_transformation.store.protocol import Committed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pos_job_runtime.generated.documents import CommitNote
    from pos_job_runtime.generated.plan import Step
    from pos_job_runtime.storage import Storage
    from pos_transformation.store.duckdb_delta_rs.checkpoints import Checkpoints
    from pos_transformation.store.duckdb_delta_rs.merging import Merged
    from pos_transformation.store.duckdb_delta_rs.session import Session
    from pos_transformation.store.duckdb_delta_rs.tables import Snapshot
    from pos_transformation.store.validated_files import Part

    Change = Callable[[Mapping[str, int], CommitNote], Committed]


class PendingCommit(Struct):
    """See `protocol.Commit`."""

    snapshot: Snapshot
    session: Session
    storage: Storage
    folder: Path
    checkpoints: Checkpoints
    change: Change | None = None
    actions: Sequence[Any] | None = None
    adopted: list[Part] = field(default_factory=list)
    appended: list[tuple[str, int]] = field(default_factory=list)
    merges: list[tuple[Step, Sequence[str]]] = field(default_factory=list)

    def merge(self, step: Step, *, dates: Sequence[str]) -> None:
        """See `protocol.Commit.merge`."""
        self.merges.append((step, dates))

    def append(self, relation: str, *, rows: int, least: int = 0) -> None:
        """See `protocol.Commit.append`. Files are the same, however many rows a date has."""
        del least
        self.appended.append((relation, rows))

    def adopt(self, parts: Sequence[Part]) -> None:
        """See `protocol.Commit.adopt`."""
        self.adopted.extend(parts)

    def replace(self, relation: str, *, rows: int) -> None:
        """See `protocol.Commit.replace`."""

        def change(transactions: Mapping[str, int], note: CommitNote) -> Committed:
            stream = self.session.stream(self._with_extra(relation))
            commits.replace(self.snapshot, stream, transactions=transactions, note=note)
            return Committed(self.snapshot.version)

        self.change = change

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

        self.change = change

    def finish(self, *, transactions: Mapping[str, int], note: CommitNote) -> Committed:
        """See `protocol.Commit.finish`."""
        before, change = self.snapshot.version, self.change
        if change is None:
            done = self._at_once(transactions, note)
        elif self.adopted or self.merges or self.appended:
            raise ValueError("A commit that replaces or removes rows does nothing beside.")
        else:
            with translated(self.snapshot.spec.name):
                done = change(transactions, note)
        self.checkpoints.committed(self.snapshot, after=before, until=done.version)
        return done

    def following(self) -> Snapshot | None:
        """The version that this commit has made, where the job itself has written it."""
        return None if self.actions is None else self.snapshot.after(self.actions)

    def _at_once(self, transactions: Mapping[str, int], note: CommitNote) -> Committed:
        """Merges, parts and appended rows, in one commit. A merge that changes nothing makes none by itself."""
        snapshot = self.snapshot
        if len(self.merges) > 1:
            raise ValueError("A commit merges once.")
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
        self.actions = actions
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
