"""Maintenance by delta-rs."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

import deltalake
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from pos_transformation.maintain.compaction import TARGET_BYTES, compact, crowds_of
from pos_transformation.maintain.maintenance import Kept
from pos_transformation.maintain.retention import properties_to_set
from pos_transformation.store.duckdb_delta_rs.commits import writer_properties
from pos_transformation.store.duckdb_delta_rs.tables import storage_options, translated, uri_of
from pos_transformation.store.duckdb_delta_rs.versions import add_actions
from pos_transformation.store.retry import until_committed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from pos_job_runtime.storage import Location
    from pos_transformation.store.table_specs import TableShape

T = TypeVar("T")

# Some ten seconds of work, which is all that a load can undo.
BYTES_AT_ONCE = 1024 * 1024 * 1024
# The first delta-rs whose full vacuum spares a file that was written long ago and replaced just now.
SPARES_THE_REPLACED = (1, 5, 1)


class EmbeddedKeeper:
    """See `Keeper`."""

    def keep(self, lake: Location, shape: TableShape, *, retention: timedelta) -> Kept:
        """See `Keeper.keep`."""
        table = _Table(lake.child(shape.path), shape)
        if not table.exists():
            return Kept()
        table.commit(lambda delta: _set_retention(delta, retention))

        def portion(dates: Sequence[str]) -> tuple[int, int]:
            return table.read(lambda delta: _compact(delta, shape, dates))

        crowds = table.read(lambda delta: crowds_of(_sizes(delta, shape.partition)))
        done = compact(shape.name, crowds, portion, bytes_at_once=BYTES_AT_ONCE, lost=CommitFailedError)
        deleted = table.commit(lambda delta: _vacuum(delta, retention))
        table.read(_tidy)
        return Kept(**asdict(done), deleted=deleted)


class _Table:
    """A table whose newest version is opened for each step."""

    def __init__(self, location: Location, shape: TableShape) -> None:
        self._uri = uri_of(location)
        self._location = location
        self._name = shape.name

    def exists(self) -> bool:
        """Whether somebody has made the table."""
        # delta-rs takes a folder that is not there for an error of its own.
        if self._location.scheme == "file" and not self._location.path.is_dir():
            return False
        with translated(self._name):
            return DeltaTable.is_deltatable(self._uri, storage_options(self._location))

    def read(self, step: Callable[[DeltaTable], T]) -> T:
        """`step`'s result; a race that it loses is `CommitFailedError`."""
        with translated(self._name):
            return step(DeltaTable(self._uri, storage_options=storage_options(self._location)))

    def commit(self, step: Callable[[DeltaTable], T]) -> T:
        """The same, again and again until `step` has won."""
        return until_committed(self._name, lambda: self.read(step), lost=CommitFailedError)


def _sizes(delta: DeltaTable, partition: str) -> list[tuple[str, int]]:
    return [(str(date), size) for date, size in add_actions(delta, f"partition.{partition}", "size_bytes")]


def _set_retention(delta: DeltaTable, retention: timedelta) -> None:
    wanted = properties_to_set(delta.metadata().configuration, retention)
    if wanted:
        delta.alter.set_table_properties(wanted)


def _compact(delta: DeltaTable, shape: TableShape, dates: Sequence[str]) -> tuple[int, int]:
    done = delta.optimize.compact(
        partition_filters=[(shape.partition, "in", list(dates))],
        target_size=TARGET_BYTES,
        # One file at a time: this job shares its machine with nobody, but its memory is bounded.
        max_concurrent_tasks=1,
        writer_properties=writer_properties(shape),
    )
    return int(done["numFilesRemoved"]), int(done["numFilesAdded"])


def _vacuum(delta: DeltaTable, retention: timedelta) -> int:
    hours = int(retention.total_seconds() // 3600)
    # Full: files of a load that died before its commit stand in no log.
    return len(delta.vacuum(hours, dry_run=False, full=True, keep_versions=_spared(delta, retention)))


def _spared(delta: DeltaTable, retention: timedelta) -> list[int] | None:
    """The versions that were the newest at some time within the retention, for a delta-rs that must be told."""
    release = tuple(int(part) for part in deltalake.__version__.split(".")[:3])
    if release >= SPARES_THE_REPLACED:
        return None
    since = (time.time() - retention.total_seconds()) * 1000
    spared = []
    # Newest first.
    for commit in delta.history():
        spared.append(int(commit["version"]))
        if commit["timestamp"] < since:
            break
    # In any other order it takes the first for the oldest.
    return sorted(spared)


def _tidy(delta: DeltaTable) -> None:
    delta.create_checkpoint()
    if delta.metadata().configuration.get("delta.enableExpiredLogCleanup", "true").lower() != "false":
        delta.cleanup_metadata()
