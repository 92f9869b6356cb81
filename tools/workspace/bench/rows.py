"""Generated sales files for the benchmarks: deterministic, cached by shape."""

from __future__ import annotations

from pathlib import Path

import duckdb

FIRST_DAY = 1_483_228_800
"""2017-01-01 00:00 UTC, epoch seconds."""


def daily_files(*, folder: Path, files: int, rows: int, spread_days: int) -> list[Path]:
    """Write `files` CSV files of `rows` rows each and return their paths.

    File number i covers `spread_days` days from day i on: 1 gives one business day a file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"sales-{number:04d}.csv" for number in range(files)]
    with duckdb.connect() as connection:
        for number, path in enumerate(paths):
            if path.exists():
                continue
            start = FIRST_DAY + number * 86_400
            partial = path.with_suffix(".partial")
            connection.execute(f"""
                COPY (
                    SELECT printf('T{number:04d}-%09d', range) AS transaction_id,
                           1 + hash(range) % 500 AS store_id,
                           1 + hash(range * 7) % 70000 AS product_id,
                           1 + hash(range * 11) % 5 AS quantity,
                           (hash(range * 13) % 10000) / 100.0 AS revenue,
                           CASE WHEN hash(range * 17) % 3 = 0
                                THEN (hash(range * 19) % 200) / 100.0 END AS discount_applied,
                           {start} + hash(range * 23) % ({spread_days} * 86400)
                               + (hash(range * 29) % 1000) / 1000.0 AS "timestamp"
                    FROM range({rows})
                ) TO '{partial}' (FORMAT csv, HEADER)
            """)
            partial.rename(path)
    return paths
