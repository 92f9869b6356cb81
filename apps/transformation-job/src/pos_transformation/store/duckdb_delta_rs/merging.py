"""A merge as DuckDB computes it: the rows that are to stand in the place of the files that it changes.

delta-rs' own MERGE looks at every file of the table, and takes the longer the more days there are.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from pos_job_runtime.document import given
from pos_transformation.errors import EngineError
from pos_transformation.store.duckdb_delta_rs.log_writer import Operation
from pos_transformation.store.duckdb_delta_rs.sql import cast, null_of, parquet, quoted
from pos_transformation.store.table_specs import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pos_job_runtime.generated.plan import Merge, Step
    from pos_transformation.store.duckdb_delta_rs.session import Session
    from pos_transformation.store.duckdb_delta_rs.table_files import Entry
    from pos_transformation.store.duckdb_delta_rs.tables import Snapshot

ROWS = "rows_by_merge"
# The rows that are changed, each with its place among `ROWS` and whether it stays there as another. No column of a
# table has a dot in its name.
PAIRS, PLACE, UPDATES = "rows_changed_by_merge", '"merge.place"', '"merge.updates"'
# The rows of the files that may have to change, and of those where a new row may have a partner. Views: in a join
# DuckDB 2 takes the types that `read_parquet` is given for columns of the other side.
CHANGED, STANDING = "rows_to_merge", "rows_beside_merge"
FILE_INDEX = "file_number"


class Merged(Struct, frozen=True):
    """What a merge does: `replaced` files are removed, and the `rows` under the name `ROWS` are added.

    `rows` are those that were `copied` from these files as they are, the `updated` and the `inserted` ones.
    """

    statement: Merge
    replaced: Sequence[Entry] = ()
    copied: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0

    @property
    def rows(self) -> int:
        """How many are to be written."""
        return self.copied + self.updated + self.inserted

    @property
    def operation(self) -> Operation:
        """As the table's history tells it, in Spark's words."""
        merge = self.statement
        matched = {"update": merge.update, "delete": merge.delete}
        metrics = {"Inserted": self.inserted, "Updated": self.updated, "Deleted": self.deleted, "Copied": self.copied}
        return Operation(
            "MERGE",
            {
                "predicate": merge.on,
                "matchedPredicates": _clauses(matched),
                "notMatchedPredicates": _clauses({"insert": merge.insert}),
            },
            {f"numTargetRows{name}": str(count) for name, count in metrics.items()},
        )


def _clauses(clauses: Mapping[str, str | None]) -> str:
    given_ones = [{"predicate": text, "actionType": name} for name, text in clauses.items() if text is not None]
    return json.dumps(given_ones)


def merge_of(step: Step) -> Merge:
    """What a `merge` step says."""
    merge = given(step.merge, None)
    if merge is None:
        raise ValueError(f"{step.name} is no merge.")
    return merge


@contextmanager
def merged(snapshot: Snapshot, session: Session, step: Step, *, dates: Sequence[str]) -> Iterator[Merged]:
    """Compute what a `merge` step does to the rows of the snapshot on `dates`. Within, they are there."""
    session.table(step.name, step.sql)
    try:
        yield _Computation(snapshot, session, step.name, merge_of(step), dates).run()
    finally:
        for name in (step.name, ROWS, PAIRS, CHANGED, STANDING):
            session.drop(name)


class _Computation(Struct, frozen=True):
    """One merge of the rows under the name `source`: `s` in the statement, as the table is `t`.

    All joins are inner ones. The statement's condition names the dates, which DuckDB 1 filters by in no other join:
    it would compare each row with each.
    """

    snapshot: Snapshot
    session: Session
    source: str
    merge: Merge
    dates: Sequence[str]

    def run(self) -> Merged:
        changed, with_new = self._dates()
        replaced = self._replaced(changed)
        copied, updated, deleted = self._changed(replaced)
        if replaced and not updated + deleted:
            # No row has the partner that it names: the files stay.
            replaced = []
            copied, updated, deleted = self._changed(replaced)
        inserted = self._inserted(with_new, before=copied + updated)
        return Merged(self.merge, replaced, copied=copied, inserted=inserted, updated=updated, deleted=deleted)

    def _dates(self) -> tuple[set[str], set[str]]:
        """The dates on which rows may be changed, and those on which there may be new ones."""
        partition, insert = self.snapshot.shape.partition, self.merge.insert or "false"
        day = "''" if partition is None else f"s.{quoted(partition)}"
        found = self.session.rows(
            f"SELECT CAST(day AS VARCHAR), changes, inserts FROM ("
            f"SELECT {day} AS day, bool_or({self._changing or 'false'}) AS changes, bool_or({insert}) AS inserts "
            f"FROM {quoted(self.source)} AS s GROUP BY ALL) AS days"
        )
        changed, with_new = ({row[0] for row in found if row[place]} for place in (1, 2))
        return changed & self._among, with_new

    @property
    def _among(self) -> set[str]:
        """The dates that the statement's condition names."""
        return {WHOLE} if self.snapshot.shape.partition is None else set(self.dates)

    def _replaced(self, wanted: set[str]) -> list[Entry]:
        """The files on these dates that hold a row which is changed."""
        clause, partition = self._changing, self.snapshot.shape.partition
        if clause is None:
            return []
        entries = self.snapshot.entries_on(wanted)
        if self.snapshot.spec.small_dates or not entries:
            return entries
        paths = self.session.local.paths(self.snapshot.files_of(entries))
        self.session.view(CHANGED, parquet(paths, partition=partition, file_column=FILE_INDEX, by_name=True))
        found = self.session.rows(f"SELECT DISTINCT {FILE_INDEX} FROM {self._pairs(CHANGED, clause)}")
        return [entries[number] for (number,) in sorted(found)]

    def _changed(self, replaced: Sequence[Entry]) -> tuple[int, int, int]:
        """Evaluate what becomes of the rows of these files: how many are copied, updated and deleted."""
        session, clause = self.session, self._changing
        stored = session.stored_in(self.snapshot, replaced, extra=True)
        columns = ", ".join(cast(quoted(column.name), column) for column in self.snapshot.shape.columns)
        count = session.table(ROWS, f"SELECT {columns} FROM ({stored}) AS stored")
        if clause is None or not replaced:
            return count, 0, 0
        updates = f"coalesce({self.merge.update or 'false'}, false) AS {UPDATES}"
        session.table(PAIRS, f"SELECT t.rowid AS {PLACE}, {updates}, {self._values} FROM {self._pairs(ROWS, clause)}")
        ((pairs, changed, updated),) = session.rows(
            f"SELECT count(*), count(DISTINCT {PLACE}), count_if({UPDATES}) FROM {PAIRS}"
        )
        if pairs != changed:
            raise EngineError(
                f"{changed} rows of {self.snapshot.spec.name} were to be changed by {self.source}, but some of them in "
                "two ways. Nothing was committed; this is a defect of the job."
            )
        session.rows(f"DELETE FROM {ROWS} WHERE rowid IN (SELECT {PLACE} FROM {PAIRS})")
        session.insert(ROWS, f"SELECT * EXCLUDE ({PLACE}, {UPDATES}) FROM {PAIRS} WHERE {UPDATES}")
        return count - changed, updated, changed - updated

    def _inserted(self, dates: set[str], *, before: int) -> int:
        """Add the rows on these dates that stand nowhere. Returns how many there are."""
        clause = self.merge.insert
        if clause is None or not dates:
            return 0
        new = f"{quoted(self.source)} AS s WHERE ({clause})"
        files = self.snapshot.entries_on(dates & self._among)
        if files:
            self.session.view(STANDING, self.session.stored_in(self.snapshot, files))
            new += f" AND s.rowid NOT IN (SELECT s.rowid FROM {self._pairs(STANDING, clause)})"
        return self.session.insert(ROWS, f"SELECT {self._values} FROM {new}") - before

    @property
    def _changing(self) -> str | None:
        clauses = [f"({clause})" for clause in (self.merge.update, self.merge.delete) if clause is not None]
        return " OR ".join(clauses) or None

    def _pairs(self, table: str, clause: str) -> str:
        """The rows for which this clause holds, each with its partners in the table."""
        return f"{quoted(self.source)} AS s JOIN {table} AS t ON {self.merge.on} WHERE ({clause})"

    @property
    def _values(self) -> str:
        """The columns of a row that is written. It has nothing of what the plan does not know."""
        values = self.merge.set
        return ", ".join(
            cast(values[column.name], column) if column.name in values else null_of(column)
            for column in self.snapshot.shape.columns
        )
