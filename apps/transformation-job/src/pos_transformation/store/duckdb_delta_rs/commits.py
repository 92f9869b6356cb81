"""The ways this job writes to a Delta table. Each is one commit through one snapshot, or an error.

Every commit carries an application transaction that all writers of the table share. delta-rs refuses a commit when
another one with the same application came in between, so that what was read from the snapshot still holds when the
commit succeeds, and two writers can't both append the same row.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from deltalake import ColumnProperties, CommitProperties, WriterProperties, write_deltalake
from deltalake.transaction import Transaction

from pos_job_runtime.document import as_json
from pos_transformation.store.duckdb_delta_rs.checkpoints import LEFT_TO_US
from pos_transformation.store.duckdb_delta_rs.translating import translated
from pos_transformation.store.table_specs import writer_transaction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from arro3.core.types import ArrowStreamExportable

    from pos_job_runtime.generated.documents import CommitNote
    from pos_job_runtime.plan import TableColumn
    from pos_transformation.store.duckdb_delta_rs.tables import Snapshot
    from pos_transformation.store.shape import StoredColumn


def replace(
    snapshot: Snapshot, rows: ArrowStreamExportable, *, transactions: Mapping[str, int], note: CommitNote
) -> None:
    """Put `rows` in the place of all that the table holds, in one commit."""
    with translated(snapshot.spec.name):
        write_deltalake(
            snapshot.delta,
            rows,
            mode="overwrite",
            writer_properties=writer_properties(snapshot.shape.columns, snapshot.spec.distinct),
            post_commithook_properties=LEFT_TO_US,
            commit_properties=_commit(snapshot, transactions, note),
        )


def drop(snapshot: Snapshot, *, date: str, transactions: Mapping[str, int], note: CommitNote) -> None:
    """Remove all that stands on `date`, an ISO date."""
    properties = _commit(snapshot, transactions, note)
    with translated(snapshot.spec.name):
        snapshot.delta.delete(
            f"{snapshot.spec.partition} = '{date}'",
            commit_properties=properties,
            post_commithook_properties=LEFT_TO_US,
        )


def _commit(snapshot: Snapshot, transactions: Mapping[str, int], note: CommitNote) -> CommitProperties:
    now = int(time.time() * 1000)
    shared = writer_transaction(snapshot.spec.name)
    all_of_them = {**transactions, shared: (snapshot.transaction(shared) or 0) + 1}
    return CommitProperties(
        app_transactions=[Transaction(name, version, now) for name, version in all_of_them.items()],
        custom_metadata={"userMetadata": _text(note)},
    )


def _text(note: CommitNote) -> str:
    return as_json(note).decode()


def writer_properties(
    columns: Iterable[StoredColumn | TableColumn], distinct_columns: Collection[str] = ()
) -> WriterProperties:
    """How every Parquet file of the table is written, by loads and maintenance alike."""
    # delta-rs writes the least and the largest decimal of a file into the log as doubles. Large amounts come out
    # rounded, so that a reader would skip files that hold what it looks for, and some can't be parsed again.
    amounts = {
        column.name: ColumnProperties(statistics_enabled="NONE")
        for column in columns
        if column.type.startswith("decimal")
    }
    distinct = {name: ColumnProperties(dictionary_enabled=False) for name in distinct_columns}
    # zstd's lowest level writes as fast as snappy here and makes files a third smaller.
    return WriterProperties(compression="ZSTD", compression_level=1, column_properties={**amounts, **distinct})
