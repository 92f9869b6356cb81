"""Many small files, one huge one, and a day that holds nearly everything."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb
from rows import VALIDATED, Sale, at
from twins import Twins
from world import CURATED, Delivery

FILES = 200
# More than one task is given, and more than are interpreted.
HUGE = 400_000


def test_many_small_files_and_a_huge_skewed_one(twins: Twins, tmp_path: Path) -> None:
    small = [
        Delivery([Sale(f"s{file}-{line}", store=file, product=line, at=at(file % 3, line)) for line in range(4)])
        for file in range(FILES)
    ]
    twins.deliver("small", *small)
    twins.load_both("small")
    huge = tmp_path / "huge.parquet"
    write_skewed(huge)
    twins.deliver_file("huge", huge, rows=HUGE)
    twins.load_both("huge")
    twins.assert_equal()
    assert twins.count("spark") == FILES * 4 + HUGE
    # One task a date would have made one file of the skewed one; one file a task hundreds.
    files = twins.files("spark", CURATED)
    assert len(files) <= 20, files


def write_skewed(path: Path) -> None:
    """95 of 100 rows on one day, half of them of one product."""
    first = at(0)
    columns = ", ".join(field.name for field in VALIDATED)
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            COPY (
                SELECT {columns} FROM (
                    SELECT 'h' || n AS transaction_id, n % 400 AS store_id,
                        CASE WHEN n % 2 = 0 THEN 1 ELSE n % 20000 END AS product_id, 1 + n % 3 AS quantity,
                        CAST((n % 1000003) AS DECIMAL(18,4)) AS revenue,
                        CASE WHEN n % 5 = 0 THEN CAST({Decimal("0.0001")} AS DECIMAL(18,4)) END AS discount_applied,
                        {first} + CASE WHEN n % 100 < 95 THEN 0 ELSE 86400000000 * (n % 7) END + n AS event_time_us,
                        CASE WHEN n % 4 > 0 THEN 'R' || n // 8 END AS receipt_id
                    FROM range({HUGE}) AS numbers(n)
                )
            ) TO '{path}' (FORMAT parquet)
            """
        )
