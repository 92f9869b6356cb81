"""Commits that delta-rs can't make: of metadata, of files as they are, of a table of which rows and columns change.

delta-rs 1.2 adds columns and sets properties in commits of their own, makes no column nullable again, and forgets the
name and the comments of a table whose columns it replaces; for merges see `merging`. So these are written as Delta's
log has them, by a put that succeeds where there is no such version yet, as delta-rs' own commits are
(https://github.com/delta-io/delta/blob/master/PROTOCOL.md#actions). They rest on the very version that was read:
whoever came in between wins.
"""

from __future__ import annotations

import json
import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from pos_job_runtime.document import as_json
from pos_transformation.errors import LostRaceError
from pos_transformation.store.duckdb_delta_rs.sql import quoted
from pos_transformation.store.protocol import Committed
from pos_transformation.store.shape import delta_fields, delta_schema, key_text
from pos_transformation.store.table_specs import KEY, partition_columns, writer_transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from pos_job_runtime.generated.documents import CommitNote
    from pos_job_runtime.storage import Storage
    from pos_transformation.store.duckdb_delta_rs.checkpoints import Checkpoints
    from pos_transformation.store.duckdb_delta_rs.staging import Staged
    from pos_transformation.store.duckdb_delta_rs.table_files import Entry
    from pos_transformation.store.duckdb_delta_rs.tables import Snapshot


def extend(snapshot: Snapshot, storage: Storage, note: CommitNote) -> None:
    """Commit metadata by which the table has all that it lacks. Raises `LostRaceError`."""
    fit, fields = snapshot.fit, _fields(snapshot)
    for one in fields:
        one["nullable"] = one["nullable"] or one["name"] in fit.relaxed
    fields += delta_fields(fit.missing, snapshot.spec.words().comments, added=True)
    names = [column.name for column in fit.missing]
    added, changed = ("ADD COLUMNS", {"columns": json.dumps(names)}), ("SET TBLPROPERTIES", {"properties": "{}"})
    operation = Operation(*(added if names else changed))
    commit_actions(snapshot, storage, [_metadata(snapshot, fields)], operation=operation, transactions={}, note=note)


class Operation(NamedTuple):
    """What the table's history calls a commit."""

    name: str
    parameters: Mapping[str, str]
    metrics: Mapping[str, str] = MappingProxyType({})


APPEND = Operation("WRITE", {"mode": "Append"})


class Rebuild(Struct):
    """See `protocol.Rebuild`."""

    staged: Staged
    checkpoints: Checkpoints

    def append(self, relation: str, *, rows: int) -> None:
        """See `protocol.Rebuild.append`."""
        self.staged.append(f"SELECT * FROM {quoted(relation)}", rows=rows)

    def finish(self, *, keep: Collection[str], transactions: Mapping[str, int], note: CommitNote) -> Committed:
        """See `protocol.Rebuild.finish`."""
        snapshot = self.staged.snapshot
        spec = snapshot.spec
        metadata = _metadata(snapshot, delta_fields(spec.columns, spec.words().comments))
        metadata["metaData"]["partitionColumns"] = list(partition_columns(spec))
        added = self.staged.moved()
        replaced = snapshot.entries_on(snapshot.dates.difference(keep))
        commit_actions(
            snapshot,
            self.staged.storage,
            [metadata, *(removal(snapshot, entry) for entry in replaced), *added],
            operation=Operation("WRITE", {"mode": "Overwrite"}),
            transactions=transactions,
            note=note,
        )
        self.checkpoints.committed(snapshot, after=snapshot.version, until=snapshot.version + 1)
        gone = sum(entry.rows or 0 for entry in replaced)
        return Committed(snapshot.version + 1, inserted=self.staged.rows, deleted=gone)


def removal(snapshot: Snapshot, entry: Entry) -> dict[str, Any]:
    """The action that removes a file with all its rows."""
    partition = snapshot.shape.partition
    return {
        "remove": {
            "path": entry.path,
            "deletionTimestamp": int(time.time() * 1000),
            "dataChange": True,
            "extendedFileMetadata": True,
            "partitionValues": {} if partition is None else {partition: entry.date},
            "size": entry.size,
        }
    }


def rows_added(actions: Iterable[Mapping[str, Any]]) -> int:
    """How many rows the files have that these actions add."""
    return sum(json.loads(action["add"]["stats"])["numRecords"] for action in actions if "add" in action)


def _fields(snapshot: Snapshot) -> list[Any]:
    fields: list[Any] = json.loads(snapshot.delta.schema().to_json())["fields"]
    return fields


def _metadata(snapshot: Snapshot, fields: Sequence[Any]) -> Any:
    found = snapshot.delta.metadata()
    return {
        "metaData": {
            "id": found.id,
            "name": found.name,
            "description": found.description,
            "format": {"provider": "parquet", "options": {}},
            "schemaString": delta_schema(fields),
            "partitionColumns": found.partition_columns,
            "createdTime": found.created_time,
            "configuration": {**found.configuration, KEY: key_text(snapshot.spec)},
        }
    }


def commit_actions(
    snapshot: Snapshot,
    storage: Storage,
    actions: Sequence[Any],
    *,
    operation: Operation,
    transactions: Mapping[str, int],
    note: CommitNote,
) -> None:
    """Commit `actions` as the version after the snapshot's. Raises `LostRaceError` where there is one already.

    The snapshot stays what it is.
    """
    now = int(time.time() * 1000)
    shared = writer_transaction(snapshot.spec.name)
    marks = {**transactions, shared: (snapshot.transaction(shared) or 0) + 1}
    info = {
        "timestamp": now,
        "operation": operation.name,
        "operationParameters": operation.parameters,
        "operationMetrics": dict(operation.metrics),
        "userMetadata": as_json(note).decode(),
    }
    lines = [
        {"commitInfo": info},
        *actions,
        *({"txn": {"appId": name, "version": version, "lastUpdated": now}} for name, version in marks.items()),
    ]
    version = snapshot.version + 1
    place = snapshot.location.child("_delta_log", f"{version:020d}.json")
    if not storage.create(place, "".join(f"{json.dumps(line)}\n" for line in lines).encode()):
        raise LostRaceError(f"{place} is there already.")
