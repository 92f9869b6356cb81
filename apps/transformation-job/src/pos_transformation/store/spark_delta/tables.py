"""The lake's Delta tables: made to the plan's shape, opened as snapshots.

Delta's own classes are used where its public interface falls short: a commit of this job must rest on the very snapshot
that it has read, and carry several application transactions. The versions are pinned on both sides (Glue 6.0 has
Delta 4.2.0), and the parity suite runs every one of these calls.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from pyspark.sql import types
from pyspark.sql.functions import expr

from pos_transformation.errors import LakeError, LostRaceError, TableMismatchError
from pos_transformation.store.shape import ADDED, Fit, Shape, StoredColumn, delta_fields, delta_schema, fit_of
from pos_transformation.store.spark_delta.scala import (
    DELTA,
    frame,
    items,
    java,
    listed,
    metadata,
    none,
    seq,
    some,
    texts,
    translated,
)
from pos_transformation.store.table_specs import KEY, WHOLE, partition_columns

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pyspark.sql import DataFrame, SparkSession

    from pos_job_runtime.storage import Location
    from pos_transformation.store.table_specs import TableSpec

# Files whose number of rows is asked for: each costs a call into the JVM.
FILES_ASKED = 2_000
# No deletion vectors, no column mapping: then delta-rs, DuckDB, Athena and Trino read the tables too.
PROTOCOL = {"delta.minReaderVersion": "1", "delta.minWriterVersion": "2"}


class Snapshot(Struct, frozen=True, dict=True):
    """One version of a table. Everything that is read and committed through it refers to that version."""

    session: SparkSession
    location: Location
    spec: TableSpec
    log: Any
    delta: Any

    @property
    def version(self) -> int:
        """The version in Delta's log."""
        return int(self.delta.version())

    @property
    def table_id(self) -> str:
        """What tells this table from another one at the same place."""
        return str(self.delta.metadata().id())

    @cached_property
    def shape(self) -> Shape:
        """What the table looks like."""
        return Shape(
            columns=[
                StoredColumn(field.name, field.dataType.simpleString(), field.nullable, ADDED in (field.metadata or {}))
                for field in types.StructType.fromJson(schema_document(self)).fields
            ],
            partitions=[str(name) for name in items(self.session, self.delta.metadata().partitionColumns())],
            key=self.configuration.get(KEY),
        )

    @cached_property
    def fit(self) -> Fit:
        """How the table and the plan go together. Raises `TableMismatchError` where they can't."""
        return fit_of(self.spec, self.shape, hadoop_uri(self.location))

    def read_log(self) -> None:
        """Read the log now, not when something of it is asked for."""
        with translated(self.session, self.spec.name):
            self.delta.numOfFiles()

    def transaction(self, application: str) -> int | None:
        """The last version that `application` committed to the table, `None` if it never did."""
        found = self._transactions.get(application)
        return int(found.get()) if found.isDefined() else None

    @property
    def dates(self) -> set[str]:
        """All partitions, as ISO dates."""
        if self._empty:
            return set()
        return {str(row[0]) for row in self._files.selectExpr(self._date).distinct().collect()}

    @property
    def rows(self) -> int | None:
        """The number of rows; `None` when a foreign writer left a file without statistics."""
        if self._empty:
            return 0
        row = self._files.selectExpr(
            "coalesce(sum(CAST(get_json_object(stats, '$.numRecords') AS BIGINT)), 0)",
            "count_if(get_json_object(stats, '$.numRecords') IS NULL)",
        ).first()
        return None if row is None or row[1] else int(row[0])

    @property
    def configuration(self) -> dict[str, str]:
        """The table's properties."""
        with translated(self.session, self.spec.name):
            return texts(self.session, self.delta.metadata().configuration())

    def crowded(self, *, smaller_than: int, at_least: int) -> list[tuple[str, int]]:
        """The dates with at least so many files that are smaller than so many bytes, and the bytes of these files."""
        small = self._files.where(f"size < {smaller_than}").selectExpr(f"{self._date} AS date", "size")
        dates = small.groupBy("date").agg(expr("count(*) AS files"), expr("sum(size) AS bytes"))
        crowded = dates.where(f"files >= {at_least}").orderBy("date")
        return [(str(row["date"]), int(row["bytes"])) for row in crowded.collect()]

    def paths(self, dates: Collection[str]) -> dict[str, str]:
        """See `protocol.Snapshot.paths`."""
        if not dates or self._empty:
            return {}
        wanted = set(dates)
        return {str(path): str(date) for path, date in self._paths if str(date) in wanted}

    def rows_on(self, dates: Collection[str]) -> int:
        """See `protocol.Snapshot.rows_on`."""
        if not dates or self._empty:
            return 0
        listed = ", ".join(f"'{date}'" for date in dates)
        rows = "coalesce(sum(CAST(get_json_object(stats, '$.numRecords') AS BIGINT)), 0)"
        found = self._files.where(f"{self._date} IN ({listed})").selectExpr(rows).first()
        return 0 if found is None else int(found[0])

    @cached_property
    def _paths(self) -> list[Any]:
        return list(self._files.selectExpr("path", self._date).collect())

    def files(self, dates: Collection[str]) -> list[Any]:
        """Delta's entries for the data files on `dates`."""
        if not dates or self._empty:
            return []
        chosen = ", ".join(f"'{date}'" for date in sorted(dates))
        # Whoever has read these dates may replace their files next.
        if chosen not in self._found:
            with translated(self.session, self.spec.name):
                found = self.delta.allFiles().where(f"{self._date} IN ({chosen})").collectAsList()
            self._found.clear()
            self._found[chosen] = listed(found)
        return self._found[chosen]

    def date_of(self, file: Any) -> str:
        """The partition of a data file, as an ISO date."""
        partition = self.shape.partition
        return str(file.partitionValues().apply(partition)) if partition else WHOLE

    def read(self, files: Iterable[Any]) -> DataFrame:
        """The rows of these data files."""
        chosen = seq(self.session, files)
        with translated(self.session, self.spec.name):
            data = self.log.createDataFrame(self.delta, chosen, False, none(self.session))
        return frame(self.session, data)

    @cached_property
    def _found(self) -> dict[str, list[Any]]:
        return {}

    @cached_property
    def _files(self) -> DataFrame:
        with translated(self.session, self.spec.name):
            return frame(self.session, self.delta.allFiles().toDF())

    @cached_property
    def _empty(self) -> bool:
        """A new table's files need not be asked for."""
        with translated(self.session, self.spec.name):
            return int(self.delta.numOfFiles()) == 0

    @cached_property
    def _transactions(self) -> Any:
        with translated(self.session, self.spec.name):
            return self.delta.transactions()

    @property
    def _date(self) -> str:
        partition = self.shape.partition
        return f"partitionValues['{partition}']" if partition else f"'{WHOLE}'"


class LakeTable:
    """A table that is created when it is first opened."""

    def __init__(self, *, session: SparkSession, lake: Location, spec: TableSpec) -> None:
        self.session = session
        self.spec = spec
        self.location = lake.child(spec.path)
        self.uri = hadoop_uri(self.location)

    def exists(self) -> bool:
        """Whether somebody has made the table."""
        with translated(self.session, self.spec.name):
            return int(self._newest()[1].version()) >= 0

    def snapshot(self) -> Snapshot:
        """The newest version. Raises `TableMismatchError` when the plan can't be loaded into it, else `LakeError`."""
        with translated(self.session, self.spec.name):
            log, delta = self._newest()
            if int(delta.version()) < 0:
                log, delta = self._created(log, delta)
        snapshot = Snapshot(self.session, self.location, self.spec, log, delta)
        _check(snapshot, self.uri)
        return snapshot

    def _created(self, log: Any, delta: Any) -> tuple[Any, Any]:
        """The table, made by whoever came first.

        Another process may create it in the same moment, and a commit whose answer got lost is sent again and meets
        itself: whatever keeps the creation from succeeding, a table that is there is one, and its shape is checked.
        """
        failure: Exception | None = None
        try:
            self._create(log, delta)
        except (LakeError, LostRaceError) as error:
            failure = error
        log, delta = self._newest()
        if failure is not None and int(delta.version()) < 0:
            raise failure
        return log, delta

    def _newest(self) -> tuple[Any, Any]:
        log = java(self.session, f"{DELTA}.DeltaLog").forTable(self.session._jsparkSession, self.uri)
        return log, log.update(False, none(self.session), none(self.session))

    def _create(self, log: Any, delta: Any) -> None:
        """Commit the first version.

        CREATE TABLE refuses a folder with an empty log in it, as another process leaves it that is about to commit, or
        was killed before it could.
        """
        spec, session, words = self.spec, self.session, self.spec.words()
        operations = java(session, f"{DELTA}.DeltaOperations")
        with translated(session, spec.name):
            wanted = metadata(
                session,
                delta.metadata(),
                name=spec.name,
                description=words.description,
                schema=delta_schema(delta_fields(spec.columns, words.comments)),
                partitions=partition_columns(spec),
                properties={**PROTOCOL, **spec.configuration},
            )
            transaction = log.startTransaction(none(session), some(session, delta))
            transaction.updateMetadata(wanted, False)
            operation = operations.CreateTable(wanted, False, False, none(session))
            transaction.commit(seq(session, []), operation)


def hadoop_uri(location: Location) -> str:
    """The location as Hadoop names it. S3 goes through S3A, whose conditional create guards Delta's log."""
    return f"s3a://{location.bucket}/{location.key}" if location.scheme == "s3" else f"file:{location.key}"


def rows_in(files: Sequence[Any]) -> int | None:
    """The number of rows in data files; `None` when one has no statistics, or when it is not worth asking so many."""
    if len(files) > FILES_ASKED:
        return None
    counts = [file.numPhysicalRecords() for file in files]
    return sum(int(count.get()) for count in counts) if all(count.isDefined() for count in counts) else None


def start(snapshot: Snapshot) -> Any:
    """A transaction that rests on this snapshot."""
    session = snapshot.session
    return snapshot.log.startTransaction(none(session), some(session, snapshot.delta))


def _check(snapshot: Snapshot, uri: str) -> None:
    spec = snapshot.spec
    protocol = snapshot.delta.protocol()
    if int(protocol.minReaderVersion()) > 1:
        # Deletion vectors or mapped columns: other readers of the lake would see other rows.
        raise TableMismatchError(
            f"The table {spec.name} at {uri} needs a reader of version {protocol.minReaderVersion()}, "
            "which this job does not promise to its readers: create the table anew without such features."
        )
    _ = snapshot.fit


def schema_document(snapshot: Snapshot) -> dict[str, Any]:
    """The table's schema as Delta's log has it."""
    document: dict[str, Any] = json.loads(snapshot.delta.metadata().schemaString())
    return document
