"""What the validation job leaves for a run, written by DuckDB: validated Parquet, verdicts, a manifest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from validated import leave

from pos_job_runtime.generated.documents import ManifestFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

VALIDATED = "transaction_id, store_id, product_id, quantity, revenue, discount_applied, event_time_us"
FIRST_ARRIVAL = datetime(2025, 1, 5, tzinfo=UTC)


def deliver(
    connection: duckdb.DuckDBPyConnection, *, results: Path, run: str, files: Sequence[str], plan: Mapping[str, Any]
) -> int:
    """Write run `run`, whose files hold the rows of these SELECTs, each a minute younger than the one before it.

    Returns the number of rows.
    """
    folder = results / "runs" / run
    validated = folder / "validation" / "validated"
    validated.mkdir(parents=True)
    rows = 0
    paths, sources = [], []
    for number, select in enumerate(files):
        path = validated / f"{number:05d}.parquet"
        copied = connection.execute(
            f"COPY ({complete(connection, select, plan=plan)}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
        ).fetchall()
        rows += int(copied[0][0])
        paths.append(path)
        key = f"incoming/{run}-{number}.csv"
        sources.append(
            ManifestFile(bucket="source", key=key, version_id=f"v{number}", size=1, event_time=_arrival(number))
        )
    leave(folder, files=sources, paths=paths, rows=rows, when=_arrival(len(files)), hash=plan["hash"])
    return rows


def complete(connection: duckdb.DuckDBPyConnection, select: str, *, plan: Mapping[str, Any]) -> str:
    """The SELECT with all columns that the plan has validated files have; it gives no value to those that it lacks."""
    given = {column[0] for column in connection.execute(f"DESCRIBE {select}").fetchall()}
    columns = plan["validation"]["exact"]["columns"]
    absent = [f", NULL::{column['type']} AS {column['name']}" for column in columns if column["name"] not in given]
    return f"SELECT *{''.join(absent)} FROM ({select})"


def _arrival(minute: int) -> str:
    return (FIRST_ARRIVAL + timedelta(minutes=minute)).isoformat().replace("+00:00", "Z")
