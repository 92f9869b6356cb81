"""Checkpoints of a table's log, from which it is opened."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from deltalake import DeltaTable

from pos_transformation.errors import LakeError, LostRaceError
from pos_transformation.store.duckdb_delta_rs.options import storage_options, uri_of
from pos_transformation.store.duckdb_delta_rs.tables import translated

if TYPE_CHECKING:
    from pos_transformation.store.duckdb_delta_rs.tables import Snapshot

INTERVAL = "delta.checkpointInterval"
USUAL_INTERVAL = "10"


def tidy(delta: DeltaTable) -> None:
    """Write a checkpoint, and delete what is older than the table says it is to be kept."""
    delta.create_checkpoint()
    if delta.metadata().configuration.get("delta.enableExpiredLogCleanup", "true").lower() != "false":
        delta.cleanup_metadata()


def tidy_if_due(snapshot: Snapshot, *, version: int) -> None:
    """What delta-rs does after its own commits: every so many versions, `tidy`. The snapshot stays what it is."""
    interval = int(snapshot.delta.metadata().configuration.get(INTERVAL) or USUAL_INTERVAL)
    if (version + 1) % interval:
        return
    # The commit stands, whatever becomes of this: the next one that is due, or maintenance, makes up for it.
    with contextlib.suppress(LakeError, LostRaceError), translated(snapshot.spec.name):
        location = snapshot.location
        tidy(DeltaTable(uri_of(location), storage_options=storage_options(location)))
