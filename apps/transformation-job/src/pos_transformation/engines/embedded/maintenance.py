"""Maintenance by delta-rs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from deltalake import DeltaTable, WriterProperties
from deltalake.exceptions import CommitFailedError, TableNotFoundError

from pos_transformation.engines.embedded.tables import storage_options, translated
from pos_transformation.maintenance import LEAST_DAYS, SMALL_BYTES, SMALL_FILES, TARGET_BYTES, Kept
from pos_transformation.retry import until_committed

if TYPE_CHECKING:
    from datetime import timedelta

    from pos_job_runtime.storage import Location
    from pos_transformation.catalogue import TableShape


class EmbeddedKeeper:
    """See `Keeper`."""

    def keep(self, lake: Location, shape: TableShape, *, retention: timedelta) -> Kept:
        """See `Keeper.keep`."""
        location = lake.child(shape.path)
        uri = str(location.path) if location.scheme == "file" else str(location)
        options = storage_options(location)
        try:
            with translated(shape.name):
                dates = _crowded(DeltaTable(uri, storage_options=options), shape.partition)
        except TableNotFoundError:
            return Kept()
        removed = added = 0
        for date in dates:

            def compact(date: str = date) -> dict[str, int]:
                with translated(shape.name):
                    done: dict[str, int] = DeltaTable(uri, storage_options=options).optimize.compact(
                        partition_filters=[(shape.partition, "=", date)],
                        target_size=TARGET_BYTES,
                        # One file at a time: this job shares its machine with nobody, but its memory is bounded.
                        max_concurrent_tasks=1,
                        writer_properties=WriterProperties(compression="ZSTD", compression_level=1),
                    )
                return done

            metrics = until_committed(shape.name, compact, lost=CommitFailedError)
            removed += metrics["numFilesRemoved"]
            added += metrics["numFilesAdded"]
        with translated(shape.name):
            table = DeltaTable(uri, storage_options=options)
            hours = int(retention.total_seconds() // 3600)
            deleted = table.vacuum(hours, dry_run=False, full=True, enforce_retention_duration=hours >= LEAST_DAYS * 24)
            table = DeltaTable(uri, storage_options=options)
            table.create_checkpoint()
            table.cleanup_metadata()
        return Kept(dates=len(dates), removed=removed, added=added, deleted=len(deleted))


def _crowded(table: DeltaTable, partition: str) -> list[str]:
    """The dates with many small files."""
    actions = table.get_add_actions(flatten=True)
    columns = (actions[name].to_pylist() for name in (f"partition.{partition}", "size_bytes"))
    small = Counter(str(date) for date, size in zip(*columns, strict=True) if size < SMALL_BYTES)
    return sorted(date for date, count in small.items() if count >= SMALL_FILES)
