"""The engine `embedded`."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pos_transformation.store.duckdb_delta_rs.maintenance import MaintainedTable
from pos_transformation.store.duckdb_delta_rs.store import DuckDbStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pos_job_runtime.logs import JsonLog
    from pos_job_runtime.storage import Location, Storage
    from pos_transformation.store.table_specs import TableSpec


@contextmanager
def open_store(*, lake: Location, storage: Storage, rows: int, log: JsonLog) -> Iterator[DuckDbStore]:
    """See `EngineModule.open_store`."""
    with tempfile.TemporaryDirectory(prefix="pos-transformation-") as name:
        store = DuckDbStore(lake=lake, storage=storage, folder=Path(name), log=log)
        try:
            yield store
        finally:
            store.close()


def maintained_table(lake: Location, spec: TableSpec) -> MaintainedTable:
    """See `EngineModule.maintained_table`."""
    return MaintainedTable(lake, spec)
