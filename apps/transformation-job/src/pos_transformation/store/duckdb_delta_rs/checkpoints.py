"""Checkpoints of a table's log, from which it is opened."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from deltalake import DeltaTable, PostCommitHookProperties

from pos_transformation.errors import LakeError, LostRaceError
from pos_transformation.store.duckdb_delta_rs.options import storage_options, uri_of
from pos_transformation.store.duckdb_delta_rs.translating import translated

if TYPE_CHECKING:
    from pos_job_runtime.logs import JsonLog
    from pos_transformation.store.duckdb_delta_rs.tables import Snapshot

INTERVAL = "delta.checkpointInterval"
USUAL_INTERVAL = "10"
# What keeps delta-rs from writing one itself, while its caller waits.
LEFT_TO_US = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)


def tidy(delta: DeltaTable) -> None:
    """Write a checkpoint, and delete what is older than the table says it is to be kept."""
    delta.create_checkpoint()
    if delta.metadata().configuration.get("delta.enableExpiredLogCleanup", "true").lower() != "false":
        delta.cleanup_metadata()


class Checkpoints:
    """Those that a store's commits make due, one every so many versions of a table.

    They are written beside what the load does next: the longer a history, the longer each takes.
    """

    def __init__(self, log: JsonLog) -> None:
        self._log = log
        # One at a time: there are other things to do.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checkpoints")
        self._begun: list[Future[None]] = []

    def committed(self, snapshot: Snapshot, *, after: int, until: int) -> None:
        """The table got the versions `after` + 1 to `until`, by commits that began with this snapshot."""
        interval = int(snapshot.delta.metadata().configuration.get(INTERVAL) or USUAL_INTERVAL)
        if (until + 1) // interval > (after + 1) // interval:
            self._begun.append(self._thread.submit(self._written, snapshot))

    def close(self) -> None:
        """Wait until all are written, or passed over."""
        self._thread.shutdown()
        for one in self._begun:
            one.result()

    def _written(self, snapshot: Snapshot) -> None:
        location, name = snapshot.location, snapshot.spec.name
        try:
            with translated(name):
                # An object of its own: the load goes on with the snapshot's.
                tidy(DeltaTable(uri_of(location), storage_options=storage_options(location)))
        except (LakeError, LostRaceError) as error:
            # The commit stands: the next checkpoint that is due, or maintenance, makes up for it.
            self._log.warning("checkpoint-not-written", table=name, problem=str(error))
