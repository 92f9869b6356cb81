"""Maintenance by Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_transformation.engines.spark.scala import LostRaceError, translated
from pos_transformation.engines.spark.session import require_log_store, spark_session
from pos_transformation.engines.spark.tables import LakeTable
from pos_transformation.maintenance import LEAST_DAYS, SMALL_BYTES, SMALL_FILES, TARGET_BYTES, Kept
from pos_transformation.retry import until_committed

if TYPE_CHECKING:
    from datetime import timedelta

    from pos_job_runtime.storage import Location
    from pos_transformation.catalogue import TableShape

SETTINGS = {
    "spark.databricks.delta.optimize.maxFileSize": str(TARGET_BYTES),
    "spark.databricks.delta.optimize.minFileSize": str(SMALL_BYTES),
}
CHECK = "spark.databricks.delta.retentionDurationCheck.enabled"


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
        name = f"delta.`{table.uri}`"
        dates = table.snapshot().crowded(smaller_than=SMALL_BYTES, at_least=SMALL_FILES)
        removed = added = 0
        if dates:
            listed = ", ".join(f"DATE '{date}'" for date in dates)

            def compact() -> tuple[int, int]:
                with translated(session, shape.name):
                    (row,) = session.sql(f"OPTIMIZE {name} WHERE `{shape.partition}` IN ({listed})").collect()
                return int(row["metrics"]["numFilesRemoved"]), int(row["metrics"]["numFilesAdded"])

            removed, added = until_committed(shape.name, compact, lost=LostRaceError)
        hours = int(retention.total_seconds() // 3600)
        with translated(session, shape.name):
            before = table.stored_files()
            session.conf.set(CHECK, str(hours >= LEAST_DAYS * 24).lower())
            session.sql(f"VACUUM {name} RETAIN {hours} HOURS")
            after = table.stored_files()
        snapshot = table.snapshot()
        with translated(session, shape.name):
            # A checkpoint also cleans the log up.
            snapshot.log.checkpoint()
        return Kept(dates=len(dates), removed=removed, added=added, deleted=before - after)
