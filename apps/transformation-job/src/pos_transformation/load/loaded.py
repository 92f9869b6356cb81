"""What became of a run in the curated table, and how the table itself remembers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from pos_job_runtime.document import given
from pos_transformation.store.delta_log import note_of
from pos_transformation.store.table_specs import run_transaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos_job_runtime.generated.documents import LoadedRows
    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Storage
    from pos_transformation.store.protocol import Snapshot


class Loaded(Struct, frozen=True):
    """What became of the batch. `conflicts` are the first few, both rows' values beside.

    `version` and `total` are the table's version and number of rows afterwards; `None` where a foreign writer left a
    file without statistics. `removed` are rows that a whole list no longer had.
    """

    rows: LoadedRows
    conflicts: Sequence[Mapping[str, Any]]
    version: int
    total: int | None
    removed: int = 0


def loaded_before(storage: Storage, log: JsonLog, snapshot: Snapshot, run_id: str) -> Loaded | None:
    """What the commit that loaded this run says of it; `None` when there was none, or when it is not found nearby."""
    application = run_transaction(run_id)
    if snapshot.transaction(application) is None:
        return None
    note = note_of(storage, snapshot.location, application=application, newest=snapshot.version)
    rows = None if note is None else given(note.rows, None)
    if note is None or rows is None:
        return None
    log.info("curated-has-run", version=snapshot.version)
    return Loaded(rows, given(note.conflicts, ()), snapshot.version, snapshot.rows, given(note.removed, 0))
