"""The ways this job writes to a Delta table. Each is one commit through one snapshot, or an error.

Every commit carries an application transaction that all writers of the table share, in either engine. Delta refuses
a commit when another one with the same application came in between, so that what was read from the snapshot still
holds when the commit succeeds, and two writers can't both append the same row.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import contextmanager
from functools import reduce
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from pyspark.sql.functions import expr

from pos_job_runtime.document import as_json, given
from pos_transformation.errors import EngineError
from pos_transformation.store.protocol import Committed
from pos_transformation.store.spark_delta.adopting import adopted
from pos_transformation.store.spark_delta.footers import statistics
from pos_transformation.store.spark_delta.scala import DELTA, items, java, none, seq, some, translated
from pos_transformation.store.spark_delta.tables import rows_in, start
from pos_transformation.store.spark_delta.views import evaluated, null_of
from pos_transformation.store.table_specs import partition_columns, writer_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pyspark.sql import DataFrame

    from pos_job_runtime.generated.documents import CommitNote
    from pos_job_runtime.generated.plan import Merge, Step
    from pos_transformation.store.spark_delta.tables import Snapshot
    from pos_transformation.store.spark_delta.views import Views
    from pos_transformation.store.validated_files import Part

NOTE = "spark.databricks.delta.commitInfo.userMetadata"
FILE = "file_name"
# Of so many rows the footers are read once they are written; of fewer a job of its own would take longer.
MANY = 1_000_000
COLLECTING = "spark.databricks.delta.stats.collect"
# What Delta's history calls a commit.
OPERATIONS = f"{DELTA}.DeltaOperations"


class PendingCommit(Struct):
    """See `protocol.Commit`. Files are written as they are added."""

    snapshot: Snapshot
    views: Views
    transaction: Any = None
    operation: Any = None
    actions: list[Any] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        with translated(self._session, self.snapshot.spec.name):
            self.transaction = start(self.snapshot)
            # Asking for it makes the commit depend on it.
            self.transaction.txnVersion(writer_transaction(self.snapshot.spec.name))

    @property
    def _session(self) -> Any:
        return self.snapshot.session

    def append(self, relation: str, *, rows: int, least: int = 0) -> None:
        """See `protocol.Commit.append`."""
        self.write(self._plain(relation), count=rows, least=least)
        self.counts["appended"] += rows

    def adopt(self, parts: Sequence[Part]) -> None:
        """See `protocol.Commit.adopt`."""
        self.actions += adopted(self.snapshot, self.views, parts)
        self.counts["appended"] += sum(part.rows for part in parts)

    def replace(self, relation: str, *, rows: int) -> None:
        """See `protocol.Commit.replace`."""
        stored = self.snapshot.files(self.snapshot.dates)
        self.remove_files(stored)
        self.write(self._with_extra(relation, stored), count=rows)
        self.operation = self.write_operation("Overwrite")

    def _plain(self, relation: str) -> DataFrame:
        """The rows of `relation`; of what the plan does not know they have nothing."""
        return self.views.session.table(relation).select("*", *map(null_of, self.snapshot.fit.extra))

    def _with_extra(self, relation: str, stored: Sequence[Any]) -> DataFrame:
        """The rows of `relation`; what the plan does not know of those that stand in the table as they are."""
        extra = [column.name for column in self.snapshot.fit.extra]
        if not extra:
            return self._plain(relation)
        names = [column.name for column in self.snapshot.spec.columns]
        same = " AND ".join(f"n.`{name}` <=> e.`{name}`" for name in names)
        rows, table = self.views.session.table(relation).alias("n"), self.snapshot.read(stored).alias("e")
        return rows.join(table, expr(same), "left").selectExpr("n.*", *(f"e.`{name}`" for name in extra))

    def remove(self, date: str) -> None:
        """See `protocol.Commit.remove`."""
        session = self._session
        self.remove_files(self.snapshot.files([date]))
        with translated(session, self.snapshot.spec.name):
            self.operation = java(session, OPERATIONS).Delete(seq(session, []))

    def merge(self, step: Step, *, dates: Sequence[str]) -> None:
        """See `protocol.Commit.merge`.

        Delta's own MERGE would join twice more to learn what the rows say already: an insert has no partner in the
        table, an update or a deletion has one.
        """
        spec, merge = self.snapshot.spec, given(step.merge, None)
        if merge is None:
            raise ValueError(f"{step.name} is no merge.")
        rows = self.views.kept(step)
        rewritten = self._count(rows, merge)
        if not rewritten and not self.counts["inserted"]:
            return
        if spec.small_dates:
            replaced = [file for file in self.snapshot.files(dates) if self.snapshot.date_of(file) in rewritten]
        else:
            replaced = _files_with(self.snapshot, rows, merge=merge, dates=sorted(rewritten))
        self._rewrite(rows, merge=merge, replaced=replaced)
        self.remove_files(replaced)
        self._be_a_merge(merge)

    def finish(self, *, transactions: Mapping[str, int], note: CommitNote, metadata: bool = False) -> Committed:
        """See `protocol.Commit.finish`. `metadata` tells that the table's columns change."""
        if not (self.actions or transactions or metadata):
            return self._committed(self.snapshot.version)
        session, spec = self._session, self.snapshot.spec
        shared = writer_transaction(spec.name)
        now = int(time.time() * 1000)
        marks = {**transactions, shared: (self.snapshot.transaction(shared) or 0) + 1}
        with translated(session, spec.name), _noted(session, note):
            mark = java(session, f"{DELTA}.actions.SetTransaction")
            set_by = [mark(name, version, some(session, now)) for name, version in marks.items()]
            operation = self.operation or self.write_operation("Append")
            version = int(self.transaction.commit(seq(session, [*set_by, *self.actions]), operation))
        return self._committed(version)

    def write_operation(self, mode: str) -> Any:
        """What Delta's history calls a commit that writes rows."""
        session = self._session
        return java(session, OPERATIONS).Write(
            getattr(java(session, "org.apache.spark.sql.SaveMode"), mode),
            some(session, seq(session, partition_columns(self.snapshot.spec))),
            *(none(session) for _ in range(5)),
        )

    def _committed(self, version: int) -> Committed:
        names = ("appended", "inserted", "updated", "deleted")
        return Committed(version, **{name: self.counts[name] for name in names})

    def _count(self, rows: DataFrame, merge: Merge) -> set[str]:
        """Count what the rows do. Returns the dates on which rows that stand already are changed."""
        clauses = {"inserted": merge.insert, "updated": merge.update, "deleted": merge.delete}
        counted = [f"count_if({clause or 'false'}) AS {name}" for name, clause in clauses.items()]
        date = f"s.`{self.snapshot.spec.partition}`"
        by_date = rows.alias("s").groupBy(expr(date).alias("date"))
        with evaluated("changes"):
            found = by_date.agg(*(expr(count) for count in counted)).collect()
        for row in found:
            self.counts.update({name: int(row[name]) for name in clauses})
        return {str(row["date"]) for row in found if row["updated"] or row["deleted"]}

    def _rewrite(self, rows: DataFrame, *, merge: Merge, replaced: Sequence[Any]) -> None:
        """Write what is to stand in the place of the replaced files, which hold every row that is changed."""
        parts = []
        if replaced:
            table = self.snapshot.read(replaced)
            changed = _changed(rows, merge)
            parts.append(table.alias("t").join(changed, expr(merge.on), "left_anti").select(*table.columns))
        nothing = [null_of(column) for column in self.snapshot.fit.extra]
        for clause in (merge.update, merge.insert):
            if clause is not None:
                parts.append(rows.alias("s").where(clause).selectExpr(*_values(merge)).select("*", *nothing))
        if parts:
            before = rows_in(replaced)
            if before is None:
                before = self.snapshot.read(replaced).count()
            growth = self.counts["inserted"] - self.counts["deleted"]
            self.write(reduce(lambda left, right: left.unionByName(right), parts), count=before + growth)

    def write(self, rows: DataFrame, *, count: int, least: int = 0) -> None:
        """Add `count` rows. `least`: see `Batch.least`.

        Raises `EngineError` when they turn out to be more or fewer: then nothing is committed.
        """
        name = self.snapshot.spec.name
        with translated(self._session, name), self._writing(count):
            sized = self.views.sized(rows, partition=self.snapshot.spec.partition, count=count, least=least)
            files = items(self._session, self.transaction.writeFiles(sized._jdf))
            files = files if count < MANY else self._with_statistics(files)
        self.actions += files
        found = rows_in(files)
        if found not in (count, None):
            raise EngineError(
                f"{count} rows were to be written to {name}, but Spark wrote {found}. "
                "Nothing was committed; this is a defect of the job."
            )

    @contextmanager
    def _writing(self, count: int) -> Iterator[None]:
        """With the settings for so many rows of the table."""
        settings = {f"parquet.enable.dictionary#{name}": "false" for name in self.snapshot.spec.distinct}
        if count >= MANY:
            settings[COLLECTING] = "false"
        for name, value in settings.items():
            self._session.conf.set(name, value)
        try:
            yield
        finally:
            for name in settings:
                self._session.conf.unset(name)

    def _with_statistics(self, files: Sequence[Any]) -> list[Any]:
        """The files with what their footers say: to learn it row by row is a fifth of what writing costs."""
        session, snapshot = self._session, self.snapshot
        told = statistics(session, log=snapshot.log, table=snapshot.delta, files=files)
        action = java(session, f"{DELTA}.actions.Action")
        added = [json.loads(file.json())["add"] for file in files]
        return [action.fromJson(json.dumps({"add": {**file, "stats": told[file["path"]]}})) for file in added]

    def remove_files(self, files: Sequence[Any]) -> None:
        """Remove data files with all their rows."""
        now = int(time.time() * 1000)
        with translated(self._session, self.snapshot.spec.name):
            self.actions += [file.removeWithTimestamp(now, True) for file in files]

    def _be_a_merge(self, merge: Merge) -> None:
        session = self._session
        with translated(session, self.snapshot.spec.name):
            parsed = session._jsparkSession.sessionState().sqlParser().parseExpression(merge.on)
            nothing = seq(session, [])
            self.operation = java(session, OPERATIONS).Merge(
                some(session, parsed),
                *(_option(session, clause) for clause in (merge.update, merge.delete, merge.insert)),
                nothing,
                nothing,
                nothing,
            )


def _files_with(snapshot: Snapshot, rows: DataFrame, *, merge: Merge, dates: Sequence[str]) -> list[Any]:
    """The data files on `dates` that hold a row which `rows` update or delete. A file's name is unique in its table."""
    files = snapshot.files(dates)
    table = snapshot.read(files).selectExpr("*", f"_metadata.file_name AS {FILE}")
    found = table.alias("t").join(_changed(rows, merge), expr(merge.on), "left_semi").select(FILE).distinct()
    with translated(snapshot.session, snapshot.spec.name):
        names = {str(row[0]) for row in found.collect()}
    return [file for file in files if str(file.path()).rpartition("/")[2] in names]


def _changed(rows: DataFrame, merge: Merge) -> DataFrame:
    clauses = [f"({clause})" for clause in (merge.update, merge.delete) if clause is not None]
    return rows.alias("s").where(" OR ".join(clauses)).alias("s")


def _values(merge: Merge) -> list[str]:
    return [f"{value} AS `{name}`" for name, value in merge.set.items()]


def _option(session: Any, value: str | None) -> Any:
    return none(session) if value is None else some(session, value)


@contextmanager
def _noted(session: Any, note: CommitNote) -> Iterator[None]:
    session.conf.set(NOTE, as_json(note).decode())
    try:
        yield
    finally:
        session.conf.unset(NOTE)
