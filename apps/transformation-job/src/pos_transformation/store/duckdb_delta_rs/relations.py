"""A snapshot's rows under a name in the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_transformation.store.duckdb_delta_rs.session import parquet, quoted

if TYPE_CHECKING:
    from collections.abc import Collection

    from pos_transformation.store.duckdb_delta_rs.local_files import LocalFiles
    from pos_transformation.store.duckdb_delta_rs.session import Session
    from pos_transformation.store.duckdb_delta_rs.tables import Snapshot
    from pos_transformation.store.table_specs import TableShape

SQL_TYPES = {"string": "VARCHAR", "timestamp": "TIMESTAMPTZ"}


def register(session: Session, name: str, *, snapshot: Snapshot, dates: Collection[str], local: LocalFiles) -> None:
    """Give the snapshot's rows on `dates` a name. Reads the data files of these dates and no others."""
    files = snapshot.files(set(dates))
    columns = ", ".join(quoted(column.name) for column in snapshot.shape.columns)
    source = parquet(local.paths(files), partition=snapshot.shape.partition) if files else _nothing(snapshot.shape)
    session.view(name, f"SELECT {columns} FROM ({source}) AS files")


def _nothing(shape: TableShape) -> str:
    columns = (
        f"CAST(NULL AS {SQL_TYPES.get(column.type, column.type)}) AS {quoted(column.name)}" for column in shape.columns
    )
    return f"SELECT {', '.join(columns)} WHERE false"
