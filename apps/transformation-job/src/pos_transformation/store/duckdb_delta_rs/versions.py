"""What the newest libraries for Python 3.9 (DuckDB 1.4, delta-rs 1.2) do otherwise than those for newer Pythons.

Glue Python Shell has Python 3.9 and no other. The tables are the same to the bit either way; a test compares them.
Here is what needs code of its own. The rest is done in a way that suits both: marks without rows and amounts without
statistics (`commits.py`), silence on standard error (`__init__.py`), `pytz` beside DuckDB (`requirements-shell.in`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from pos_transformation.store.table_specs import WHOLE

if TYPE_CHECKING:
    from pathlib import Path

    from deltalake import DeltaTable

# DuckDB 1 computes a whole result in memory, beside its limit, before it hands out the first batch. (Its own batches
# come through pyarrow, whose wheel is five times as large as that of arro3-io.)
HANDS_OUT_BATCHES = int(duckdb.__version__.split(".")[0]) >= 2


def arrow_stream(connection: duckdb.DuckDBPyConnection, sql: str, *, folder: Path) -> Any:
    """The result of `sql` for a consumer that pulls it batch by batch through Arrow's C stream."""
    if HANDS_OUT_BATCHES:
        return connection.sql(sql)
    from arro3.io import read_parquet

    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "stream.parquet"
    connection.sql(sql).write_parquet(str(file))
    stream = read_parquet(str(file))
    # The stream has it open; without a name it is gone as soon as that ends.
    file.unlink()
    return stream


def add_actions(delta: DeltaTable, *columns: str, partition: str | None) -> list[list[Any]]:
    """The partition and these columns of a snapshot's files, each with a value for every file.

    `partition` is the partition column; in a table without one it is `WHOLE` for each file.
    """
    # delta-rs 1.2 panics when a table has no file yet. Of a long history the names alone take a while.
    if not HANDS_OUT_BATCHES and not delta.file_uris():
        return [[] for _ in (partition, *columns)]
    actions = delta.get_add_actions(flatten=True)
    found: list[Any] = [actions[column].to_pylist() for column in columns]
    dates: Any = [WHOLE] * len(found[0]) if partition is None else actions[f"partition.{partition}"].to_pylist()
    return [dates, *found]
