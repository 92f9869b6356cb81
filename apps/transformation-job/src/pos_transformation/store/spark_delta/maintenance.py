"""Maintenance by Spark."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from pos_transformation.maintain.compaction import SMALL_BYTES, SMALL_FILES, TARGET_BYTES, Crowd, compact
from pos_transformation.maintain.maintenance import Kept
from pos_transformation.maintain.retention import properties_to_set
from pos_transformation.store.retry import until_committed
from pos_transformation.store.spark_delta.scala import LostRaceError, translated
from pos_transformation.store.spark_delta.session import require_log_store, spark_session
from pos_transformation.store.spark_delta.tables import LakeTable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta
    from typing import TypeVar

    from pos_job_runtime.storage import Location
    from pos_transformation.store.table_specs import TableShape

    T = TypeVar("T")

# Enough for a large cluster's executors to have work, little enough not to be lost to a load that gets in the way.
BYTES_AT_ONCE = 64 * 1024 * 1024 * 1024
SETTINGS = {
    "spark.databricks.delta.optimize.maxFileSize": str(TARGET_BYTES),
    "spark.databricks.delta.optimize.minFileSize": str(SMALL_BYTES),
    # A vacuum spreads the list of a table's files over so many tasks; else over 10,000, most with nothing to do.
    "spark.sql.sources.parallelPartitionDiscovery.parallelism": "64",
    # S3A deletes file by file: by the driver alone, thousands take minutes.
    "spark.databricks.delta.vacuum.parallelDelete.enabled": "true",
}


class SparkKeeper:
    """See `Keeper`."""

    def keep(self, lake: Location, shape: TableShape, *, retention: timedelta) -> Kept:
        """See `Keeper.keep`."""
        session = spark_session()
        if lake.scheme == "s3":
            require_log_store(session)
        table = LakeTable(session=session, lake=lake, shape=shape)
        if not table.exists():
            return Kept()
        for name, value in SETTINGS.items():
            session.conf.set(name, value)
        return _Upkeep(table).keep(retention)


class _Upkeep:
    """The steps, each a statement of Delta's on one table."""

    def __init__(self, table: LakeTable) -> None:
        self._table = table
        self._name = f"delta.`{table.uri}`"

    def keep(self, retention: timedelta) -> Kept:
        shape = self._table.shape
        self._commit(lambda: self._set_retention(retention))
        crowded = self._table.snapshot().crowded(smaller_than=SMALL_BYTES, at_least=SMALL_FILES)
        crowds = [Crowd(date, size) for date, size in crowded]
        done = compact(shape.name, crowds, self._compact, bytes_at_once=BYTES_AT_ONCE, lost=LostRaceError)
        deleted = self._commit(self._vacuum)
        snapshot = self._table.snapshot()
        with translated(self._table.session, shape.name):
            # A checkpoint also cleans the log up.
            snapshot.log.checkpoint()
        return Kept(**asdict(done), deleted=deleted)

    def _commit(self, step: Callable[[], T]) -> T:
        return until_committed(self._table.shape.name, step, lost=LostRaceError)

    def _set_retention(self, retention: timedelta) -> None:
        wanted = properties_to_set(self._table.snapshot().configuration, retention)
        if wanted:
            listed = ", ".join(f"'{name}' = '{value}'" for name, value in wanted.items())
            with translated(self._table.session, self._table.shape.name):
                self._table.session.sql(f"ALTER TABLE {self._name} SET TBLPROPERTIES ({listed})")

    def _compact(self, dates: Sequence[str]) -> tuple[int, int]:
        listed = ", ".join(f"DATE '{date}'" for date in dates)
        where = f"`{self._table.shape.partition}` IN ({listed})"
        with translated(self._table.session, self._table.shape.name):
            (row,) = self._table.session.sql(f"OPTIMIZE {self._name} WHERE {where}").collect()
        return int(row["metrics"]["numFilesRemoved"]), int(row["metrics"]["numFilesAdded"])

    def _vacuum(self) -> int:
        """Delete what is older than the table's own retention: Delta 4.2 ignores another one in the statement."""
        session = self._table.session
        with translated(session, self._table.shape.name):
            # The statement itself tells no number, and where it logs what it did it commits even for nothing.
            found = session.sql(f"VACUUM {self._name} DRY RUN").selectExpr("endswith(path, '.parquet') AS file")
            kinds = [bool(row["file"]) for row in found.collect()]
            if kinds:
                session.sql(f"VACUUM {self._name}")
        return sum(kinds)
