"""Rows that are written to a table on this machine, whose files then move to their places in the lake's table."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deltalake import DeltaTable, write_deltalake
from msgspec import Struct

from pos_job_runtime.storage import Storage, prefetch
from pos_transformation.store.duckdb_delta_rs.commits import writer_properties
from pos_transformation.store.duckdb_delta_rs.tables import Snapshot, schema_of
from pos_transformation.store.duckdb_delta_rs.translating import translated
from pos_transformation.store.table_specs import partition_columns

if TYPE_CHECKING:
    from collections.abc import Collection

    from pos_transformation.store.duckdb_delta_rs.session import Session

THREADS = 8


class Staged(Struct):
    """Rows for the snapshot's table. None of them counts before a commit names their files.

    They have the plan's columns, or with `wide` the table's own, of which the plan need not know all.
    """

    snapshot: Snapshot
    session: Session
    storage: Storage
    folder: Path
    wide: bool = False
    rows: int = 0
    _table: DeltaTable | None = None

    def append(self, sql: str, *, rows: int, distinct_columns: Collection[str] = ()) -> None:
        """Add the rows of a SELECT, of which there must be so many."""
        spec, shape = self.snapshot.spec, self.snapshot.shape
        with translated(spec.name):
            if self._table is None:
                self._table = DeltaTable.create(
                    tempfile.mkdtemp(prefix="staged-", dir=self.folder),
                    schema=self.snapshot.delta.schema() if self.wide else schema_of(spec, {}),
                    partition_by=list(partition_columns(spec)),
                )
            write_deltalake(
                self._table,
                self.session.stream(sql),
                mode="append",
                writer_properties=writer_properties(shape.columns if self.wide else spec.columns, distinct_columns),
            )
        self.rows += rows

    def moved(self) -> list[Any]:
        """Move the files to the lake. Returns the actions that add them to the table."""
        if self._table is None:
            return []
        staged = Path(self._table.table_uri.removeprefix("file://"))
        actions = [
            json.loads(line)
            for log in sorted((staged / "_delta_log").glob("*.json"))
            for line in log.read_text().splitlines()
        ]
        added = [action for action in actions if "add" in action]

        def move(action: Any) -> None:
            path = str(action["add"]["path"])
            self.storage.publish(self.snapshot.location.child(*path.split("/")), staged / path)

        with prefetch(added, move, threads=THREADS, depth=4 * THREADS) as moved:
            for _, done in moved:
                done.result()
        return added
