"""What the validation job leaves for a run, written by DuckDB: validated Parquet, verdicts, a manifest."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

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
    verdicts, sources = [], []
    for number, select in enumerate(files):
        path = validated / f"{number:05d}.parquet"
        copied = connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)").fetchall()
        rows += int(copied[0][0])
        source = {"bucket": "source", "versionId": f"v{number}"}
        key = f"incoming/{run}-{number}.csv"
        verdicts.append({**source, "file": key, "verdict": "valid", "validated": path.as_uri()})
        sources.append({**source, "key": key, "size": 1, "eventTime": _arrival(number)})
    event_time = _arrival(len(files))
    summary = {
        "runId": run,
        "eventTime": event_time,
        "contract": {"name": "pos-sales", "version": "1.0.0", "hash": plan["hash"]},
        "validated": {"files": len(files), "rows": rows, "bytes": 0},
    }
    (folder / "manifest.json").write_text(json.dumps({"runId": run, "eventTime": event_time, "files": sources}))
    (folder / "validation" / "files.jsonl").write_text("\n".join(map(json.dumps, verdicts)))
    (folder / "validation" / "summary.json").write_text(json.dumps(summary))
    return rows


def _arrival(minute: int) -> str:
    return (FIRST_ARRIVAL + timedelta(minutes=minute)).isoformat()
