"""Maintenance by delta-rs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

import deltalake
from deltalake import DeltaTable

from pos_job_runtime.storage import Storage
from pos_transformation.store.duckdb_delta_rs.checkpoints import tidy
from pos_transformation.store.duckdb_delta_rs.commits import writer_properties
from pos_transformation.store.duckdb_delta_rs.options import storage_options, uri_of
from pos_transformation.store.duckdb_delta_rs.tables import LakeTable, Snapshot
from pos_transformation.store.duckdb_delta_rs.translating import translated
from pos_transformation.store.duckdb_delta_rs.versions import add_actions
from pos_transformation.store.maintained import TARGET_BYTES
from pos_transformation.store.retention import properties_to_set

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from pos_job_runtime.storage import Location
    from pos_transformation.store.shape import Shape
    from pos_transformation.store.table_specs import TableSpec

T = TypeVar("T")

# Some ten seconds of work, which is all that a load can undo.
BYTES_AT_ONCE = 1024 * 1024 * 1024
# The first delta-rs whose full vacuum spares a file that was written long ago and replaced just now.
SPARES_THE_REPLACED = (1, 5, 1)


class MaintainedTable:
    """See `maintained.MaintainedTable`."""

    bytes_at_once = BYTES_AT_ONCE

    def __init__(self, lake: Location, spec: TableSpec) -> None:
        self._storage = Storage()
        self._table = LakeTable(lake=lake, spec=spec, storage=self._storage)
        self._spec = spec

    def exists(self) -> bool:
        """See `maintained.MaintainedTable.exists`."""
        return self._table.exists()

    def set_retention(self, retention: timedelta) -> None:
        """See `maintained.MaintainedTable.set_retention`."""

        def step(delta: DeltaTable) -> None:
            wanted = properties_to_set(delta.metadata().configuration, retention)
            if wanted:
                delta.alter.set_table_properties(wanted)

        self._on_newest(step)

    def small_files(self, *, smaller_than: int, at_least: int) -> list[tuple[str, int]]:
        """See `maintained.MaintainedTable.small_files`."""
        small: dict[str, list[int]] = {}
        for date, size in self._on_newest(self._sizes):
            if size < smaller_than:
                small.setdefault(str(date), []).append(size)
        return [(date, sum(sizes)) for date, sizes in sorted(small.items()) if len(sizes) >= at_least]

    def compact(self, dates: Sequence[str]) -> tuple[int, int]:
        """See `maintained.MaintainedTable.compact`."""
        return self._on_newest(lambda delta: _compact(delta, self._shape(delta), dates))

    def vacuum(self, retention: timedelta) -> int:
        """See `maintained.MaintainedTable.vacuum`."""
        return self._on_newest(lambda delta: _vacuum(delta, retention))

    def checkpoint(self) -> None:
        """See `maintained.MaintainedTable.checkpoint`."""
        self._on_newest(tidy)

    def _sizes(self, delta: DeltaTable) -> list[tuple[Any, ...]]:
        return list(zip(*add_actions(delta, "size_bytes", partition=self._shape(delta).partition)))

    def _shape(self, delta: DeltaTable) -> Shape:
        # The table's own: it may have more columns than the plan, or be rebuilt by the next load.
        return Snapshot(self._table.location, self._spec, delta, self._storage).shape

    def _on_newest(self, step: Callable[[DeltaTable], T]) -> T:
        with translated(self._spec.name):
            location = self._table.location
            return step(DeltaTable(uri_of(location), storage_options=storage_options(location)))


def _compact(delta: DeltaTable, shape: Shape, dates: Sequence[str]) -> tuple[int, int]:
    done = delta.optimize.compact(
        partition_filters=[(name, "in", list(dates)) for name in shape.partitions] or None,
        target_size=TARGET_BYTES,
        # One file at a time: this job shares its machine with nobody, but its memory is bounded.
        max_concurrent_tasks=1,
        writer_properties=writer_properties(shape.columns),
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
