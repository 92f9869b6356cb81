"""Maintenance by Spark: statements of Delta's on one table."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pos_transformation.store.maintained import SMALL_BYTES, TARGET_BYTES
from pos_transformation.store.retention import properties_to_set
from pos_transformation.store.spark_delta.scala import translated
from pos_transformation.store.spark_delta.session import is_own
from pos_transformation.store.spark_delta.views import INTERPRETED
from pos_transformation.store.table_specs import partition_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    from pos_transformation.store.spark_delta.tables import LakeTable

# Enough for a large cluster's executors to have work, little enough not to be lost to a load that gets in the way.
BYTES_AT_ONCE = 64 * 1024 * 1024 * 1024
SETTINGS = {
    "spark.databricks.delta.optimize.maxFileSize": str(TARGET_BYTES),
    "spark.databricks.delta.optimize.minFileSize": str(SMALL_BYTES),
    # S3A deletes file by file: by the driver alone, thousands take minutes.
    "spark.databricks.delta.vacuum.parallelDelete.enabled": "true",
}
# A vacuum spreads the list of a table's files over so many tasks; else over 10,000, most with nothing to do. On one
# machine each task costs more than what it lists.
LISTING = "spark.sql.sources.parallelPartitionDiscovery.parallelism"
LISTING_TASKS, LISTING_TASKS_ON_ONE_MACHINE = 64, 4


class MaintainedTable:
    """See `maintained.MaintainedTable`."""

    bytes_at_once = BYTES_AT_ONCE

    def __init__(self, table: LakeTable) -> None:
        self._table = table
        self._name = f"delta.`{table.uri}`"
        self._on_one_machine = is_own(table.session.sparkContext)
        tasks = LISTING_TASKS_ON_ONE_MACHINE if self._on_one_machine else LISTING_TASKS
        for name, value in {**SETTINGS, LISTING: str(tasks)}.items():
            table.session.conf.set(name, value)

    def exists(self) -> bool:
        """See `maintained.MaintainedTable.exists`."""
        return self._table.exists()

    def set_retention(self, retention: timedelta) -> None:
        """See `maintained.MaintainedTable.set_retention`."""
        wanted = properties_to_set(self._table.snapshot().configuration, retention)
        if wanted:
            listed = ", ".join(f"'{name}' = '{value}'" for name, value in wanted.items())
            with translated(self._table.session, self._table.spec.name):
                self._table.session.sql(f"ALTER TABLE {self._name} SET TBLPROPERTIES ({listed})")

    def small_files(self, *, smaller_than: int, at_least: int) -> list[tuple[str, int]]:
        """See `maintained.MaintainedTable.small_files`."""
        with self._about_files():
            return self._table.snapshot().crowded(smaller_than=smaller_than, at_least=at_least)

    def compact(self, dates: Sequence[str]) -> tuple[int, int]:
        """See `maintained.MaintainedTable.compact`."""
        listed = ", ".join(f"DATE '{date}'" for date in dates)
        where = "".join(f" WHERE `{name}` IN ({listed})" for name in partition_columns(self._table.spec))
        with translated(self._table.session, self._table.spec.name):
            (row,) = self._table.session.sql(f"OPTIMIZE {self._name}{where}").collect()
        return int(row["metrics"]["numFilesRemoved"]), int(row["metrics"]["numFilesAdded"])

    def vacuum(self, retention: timedelta) -> int:
        """See `maintained.MaintainedTable.vacuum`.

        By the table's own retention: Delta 4.2 ignores another one in the statement.
        """
        session = self._table.session
        with translated(session, self._table.spec.name), self._about_files():
            # The statement itself tells no number, and where it logs what it did it commits even for nothing.
            found = session.sql(f"VACUUM {self._name} DRY RUN").selectExpr("endswith(path, '.parquet') AS file")
            kinds = [bool(row["file"]) for row in found.collect()]
            if kinds:
                session.sql(f"VACUUM {self._name}")
        return sum(kinds)

    def checkpoint(self) -> None:
        """See `maintained.MaintainedTable.checkpoint`. A checkpoint also cleans the log up."""
        with translated(self._table.session, self._table.spec.name), self._about_files():
            self._table.snapshot().log.checkpoint()

    @contextmanager
    def _about_files(self) -> Iterator[None]:
        """For statements over the list of a table's files, which is short on one machine: they are interpreted."""
        conf = self._table.session.conf
        usual = {name: conf.get(name) for name in INTERPRETED}
        for name, value in (INTERPRETED if self._on_one_machine else usual).items():
            conf.set(name, value)
        try:
            yield
        finally:
            for name, value in usual.items():
                conf.set(name, str(value))
