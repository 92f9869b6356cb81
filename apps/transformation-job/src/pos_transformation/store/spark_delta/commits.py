"""The ways this job writes to a Delta table. Each is one commit through one snapshot, or an error.

Every commit carries an application transaction that all writers of the table share, in either engine. Delta refuses
a commit when another one with the same application came in between, so that what was read from the snapshot still
holds when the commit succeeds, and two writers can't both append the same row.
"""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any

from pyspark.sql.functions import expr

from pos_transformation.errors import EngineError
from pos_transformation.store.spark_delta.scala import items, none, seq, some, translated
from pos_transformation.store.spark_delta.tables import start
from pos_transformation.store.table_specs import writer_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pyspark.sql import DataFrame

    from pos_transformation.load.statements import Merge
    from pos_transformation.store.spark_delta.tables import Snapshot
    from pos_transformation.store.spark_delta.views import Views

# Each costs a call into the JVM.
FILES_ASKED = 2_000
NOTE = "spark.databricks.delta.commitInfo.userMetadata"
FILE = "file_name"


@dataclass
class Commit:
    """What one commit will do to a table. Files are written as they are added; nothing counts before `finish`."""

    snapshot: Snapshot
    views: Views
    operation: Any = None
    actions: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        with translated(self._session, self.snapshot.shape.name):
            self._transaction = start(self.snapshot)
            # Asking for it makes the commit depend on it.
            self._transaction.txnVersion(writer_transaction(self.snapshot.shape.name))

    @property
    def _session(self) -> Any:
        return self.snapshot.session

    def append(self, rows: DataFrame, *, count: int) -> None:
        """Add `count` rows. Raises `EngineError` when they turn out to be more or fewer: then nothing is committed."""
        with translated(self._session, self.snapshot.shape.name):
            sized = self.views.sized(rows, partition=self.snapshot.shape.partition, count=count)
            written = self._transaction.writeFiles(sized._jdf)
            files = items(self._session, written)
        self.actions += files
        found = rows_in(files)
        if found not in (count, None):
            raise EngineError(
                f"{count} rows were to be written to {self.snapshot.shape.name}, but Spark wrote {found}. "
                "Nothing was committed; this is a defect of the job."
            )

    def remove(self, files: Sequence[Any]) -> None:
        """Remove data files, with all their rows."""
        session = self._session
        now = int(time.time() * 1000)
        with translated(session, self.snapshot.shape.name):
            self.actions += [file.removeWithTimestamp(now, True) for file in files]
            operations = session._jvm.org.apache.spark.sql.delta.DeltaOperations
            self.operation = operations.Delete(seq(session, []))

    def merge(self, rows: DataFrame, *, statement: Merge, replaced: Sequence[Any], growth: int) -> None:
        """Merge `rows`, a relation `s`, which must have been computed from this very snapshot.

        `replaced` are the files that hold every row which `rows` update or delete; they are written again. `growth` is
        the number of insertions less that of deletions. Delta's own MERGE would join twice more to learn what the rows
        say already: an insert has no partner in the table, an update or a deletion has one.
        """
        session, shape = self._session, self.snapshot.shape
        parts = []
        if replaced:
            table = self.snapshot.read(replaced)
            changed = _changed(rows, statement)
            parts.append(table.alias("t").join(changed, expr(statement.on), "left_anti").select(*table.columns))
        for clause in (statement.update, statement.insert):
            if clause is not None:
                parts.append(rows.alias("s").where(clause).selectExpr(*_values(statement)))
        if parts:
            written = reduce(lambda left, right: left.unionByName(right), parts)
            before = rows_in(replaced)
            if before is None:
                before = self.snapshot.read(replaced).count()
            self.append(written, count=before + growth)
        now = int(time.time() * 1000)
        with translated(session, shape.name):
            self.actions += [file.removeWithTimestamp(now, True) for file in replaced]
            parsed = session._jsparkSession.sessionState().sqlParser().parseExpression(statement.on)
            nothing = seq(session, [])
            self.operation = session._jvm.org.apache.spark.sql.delta.DeltaOperations.Merge(
                some(session, parsed),
                *(_option(session, clause) for clause in (statement.update, statement.delete, statement.insert)),
                nothing,
                nothing,
                nothing,
            )

    def finish(self, *, transactions: Mapping[str, int], note: Mapping[str, Any]) -> int:
        """Commit, and return the new version. Raises `LostRaceError` when another writer came in between."""
        session, shape = self._session, self.snapshot.shape
        java = session._jvm
        shared = writer_transaction(shape.name)
        now = int(time.time() * 1000)
        marks = {**transactions, shared: (self.snapshot.transaction(shared) or 0) + 1}
        with translated(session, shape.name), _noted(session, note):
            set_by = [
                java.org.apache.spark.sql.delta.actions.SetTransaction(name, version, some(session, now))
                for name, version in marks.items()
            ]
            operation = self.operation or java.org.apache.spark.sql.delta.DeltaOperations.Write(
                java.org.apache.spark.sql.SaveMode.Append,
                some(session, seq(session, [shape.partition])),
                *(none(session) for _ in range(5)),
            )
            return int(self._transaction.commit(seq(session, [*set_by, *self.actions]), operation))


def files_with(snapshot: Snapshot, rows: DataFrame, *, statement: Merge, dates: Sequence[str]) -> list[Any]:
    """The data files on `dates` that hold a row which `rows` update or delete. A file's name is unique in its table."""
    files = snapshot.files(dates)
    table = snapshot.read(files).selectExpr("*", f"_metadata.file_name AS {FILE}")
    found = table.alias("t").join(_changed(rows, statement), expr(statement.on), "left_semi").select(FILE).distinct()
    with translated(snapshot.session, snapshot.shape.name):
        names = {str(row[0]) for row in found.collect()}
    return [file for file in files if str(file.path()).rpartition("/")[2] in names]


def _changed(rows: DataFrame, statement: Merge) -> DataFrame:
    clauses = [f"({clause})" for clause in (statement.update, statement.delete) if clause is not None]
    return rows.alias("s").where(" OR ".join(clauses)).alias("s")


def _values(statement: Merge) -> list[str]:
    return [f"{value} AS `{name}`" for name, value in statement.set.items()]


def _option(session: Any, value: str | None) -> Any:
    return none(session) if value is None else some(session, value)


def rows_in(files: Sequence[Any]) -> int | None:
    """The number of rows in data files; `None` when one has no statistics, or when it is not worth asking so many."""
    if len(files) > FILES_ASKED:
        return None
    counts = [file.numPhysicalRecords() for file in files]
    return sum(int(count.get()) for count in counts) if all(count.isDefined() for count in counts) else None


@contextmanager
def _noted(session: Any, note: Mapping[str, Any]) -> Iterator[None]:
    session.conf.set(NOTE, json.dumps(note, ensure_ascii=False))
    try:
        yield
    finally:
        session.conf.unset(NOTE)
