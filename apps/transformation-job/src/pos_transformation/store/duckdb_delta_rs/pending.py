"""A commit of the job as delta-rs makes it: one commit for each thing that is to be done."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb
from msgspec import Struct, field

from pos_job_runtime.document import given
from pos_transformation.errors import LakeError
from pos_transformation.store.duckdb_delta_rs import commits
from pos_transformation.store.duckdb_delta_rs.adopting import adopted
from pos_transformation.store.duckdb_delta_rs.log_writer import commit_actions
from pos_transformation.store.duckdb_delta_rs.sql import cast, null_of, quoted
from pos_transformation.store.duckdb_delta_rs.staging import Staged
from pos_transformation.store.duckdb_delta_rs.tables import Snapshot, translated
from pos_transformation.store.protocol import Committed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pos_job_runtime.generated.documents import CommitNote
    from pos_job_runtime.generated.plan import Merge, Step
    from pos_job_runtime.storage import Storage
    from pos_transformation.store.duckdb_delta_rs.session import Session
    from pos_transformation.store.validated_files import Part

    Change = Callable[[Mapping[str, int], CommitNote], Committed]


class PendingCommit(Struct):
    """See `protocol.Commit`. A second commit through the same object builds on the first."""

    snapshot: Snapshot
    session: Session
    storage: Storage
    folder: Path
    changes: list[Change] = field(default_factory=list)
    adopted: list[Part] = field(default_factory=list)
    appended: list[tuple[str, int]] = field(default_factory=list)

    def merge(self, step: Step, *, dates: Sequence[str]) -> None:
        """See `protocol.Commit.merge`. The step's own text names the dates."""
        # A merge looks for partners of every row, and where nothing stands there are none.
        alone = given(step.merge, None) is not None and not self.changes and not self.snapshot.files(set(dates))
        if alone and _merge_of(step).insert is not None:
            self.changes.append(lambda transactions, note: self._insert(step, transactions, note, dates=dates))
        else:
            self.changes.append(lambda transactions, note: self._merge(step, transactions, note))

    def append(self, relation: str, *, rows: int) -> None:
        """See `protocol.Commit.append`."""

        def change(transactions: Mapping[str, int], note: CommitNote) -> Committed:
            nothing = "".join(f", {null_of(column)}" for column in self.snapshot.fit.extra)
            added = commits.append(
                self.snapshot,
                self.session.stream(f"SELECT *{nothing} FROM {quoted(relation)}"),
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
        if self.adopted:
            return self._adopted(transactions, note)
        with translated(self.snapshot.spec.name):
            before = self.snapshot.version
            done = Committed(before)
            for number, change in enumerate(self.changes, start=1):
                before = self.snapshot.version
                one = change(transactions if number == len(self.changes) else {}, note)
                done = _both(done, one)
            # A merge that changes nothing makes no commit.
            if transactions and self.snapshot.version == before:
                commits.mark(self.snapshot, transactions=transactions, note=note)
            return _both(done, Committed(self.snapshot.version))

    def _adopted(self, transactions: Mapping[str, int], note: CommitNote) -> Committed:
        """Parts and appended rows, in one commit."""
        snapshot = self.snapshot
        if len(self.changes) > len(self.appended):
            raise ValueError("A commit that takes parts over only appends.")
        staged = Staged(snapshot, self.session, self.storage, self.folder)
        for relation, rows in self.appended:
            staged.append(relation, rows=rows, distinct_columns=snapshot.spec.distinct)
        actions = [*adopted(snapshot, self.session, self.storage, self.adopted), *staged.moved()]
        commit_actions(
            snapshot,
            self.storage,
            actions,
            operation=("WRITE", {"mode": "Append"}),
            transactions=transactions,
            note=note,
        )
        written = sum(json.loads(action["add"]["stats"])["numRecords"] for action in actions)
        return Committed(snapshot.version + 1, appended=written)

    def _merge(self, step: Step, transactions: Mapping[str, int], note: CommitNote) -> Committed:
        merge = _merge_of(step)
        with self._own_errors(step):
            inserted, updated, deleted = commits.merge(
                self.snapshot,
                self.session.stream(step.sql),
                statement=merge,
                transactions=transactions,
                note=note,
            )
        return Committed(self.snapshot.version, inserted=inserted, updated=updated, deleted=deleted)

    def _insert(
        self, step: Step, transactions: Mapping[str, int], note: CommitNote, *, dates: Sequence[str]
    ) -> Committed:
        """What a merge does where no row stands."""
        merge = _merge_of(step)
        columns = [
            cast(merge.set[column.name], column) if column.name in merge.set else null_of(column)
            for column in self.snapshot.shape.columns
        ]
        with self._own_errors(step):
            inserted = commits.append(
                self.snapshot,
                self.session.stream(f"SELECT {', '.join(columns)} FROM ({step.sql}) AS s WHERE {merge.insert}"),
                transactions=transactions,
                note=note,
                distinct_columns=(),
            )
        if inserted is None:
            newest = Snapshot(self.snapshot.location, self.snapshot.spec, self.snapshot.delta, self.storage)
            inserted = newest.rows_on(dates)
        return Committed(self.snapshot.version, inserted=inserted)

    @contextmanager
    def _own_errors(self, step: Step) -> Iterator[None]:
        """DuckDB computes while delta-rs asks for rows, and an error then comes out as delta-rs pleases."""
        try:
            yield
        except (LakeError, duckdb.Error):
            self.session.table(step.name, step.sql)
            self.session.drop(step.name)
            raise


def _merge_of(step: Step) -> Merge:
    merge = given(step.merge, None)
    if merge is None:
        raise ValueError(f"{step.name} is no merge.")
    return merge


def _both(one: Committed, other: Committed) -> Committed:
    appended = None if one.appended is None or other.appended is None else one.appended + other.appended
    return Committed(
        version=other.version,
        appended=appended,
        inserted=one.inserted + other.inserted,
        updated=one.updated + other.updated,
        deleted=one.deleted + other.deleted,
    )
