"""The floor that the jobs are measured against: a hand-written script that does only the work.

`bare.py count FILE…` counts typed rows; `bare.py load LAKE FILE…` reads typed, filters by
predicates, anti-joins, appends to a Delta table and merges the KPI. No verdicts, no reasons, no
exactly-once.
"""

from __future__ import annotations

import sys

import duckdb
from deltalake import DeltaTable, write_deltalake

COLUMNS = {
    "transaction_id": "VARCHAR",
    "store_id": "BIGINT",
    "product_id": "BIGINT",
    "quantity": "BIGINT",
    "revenue": "DECIMAL(18,4)",
    "discount_applied": "DECIMAL(18,4)",
    "timestamp": "DOUBLE",
}
PREDICATES = """
    transaction_id <> '' AND store_id >= 1 AND product_id >= 1 AND quantity IS NOT NULL
    AND revenue IS NOT NULL AND (discount_applied IS NULL OR discount_applied >= 0)
    AND "timestamp" >= 946684800
"""


def typed(files: list[str]) -> str:
    return f"read_csv({files!r}, header = true, auto_detect = false, columns = {COLUMNS!r})"


def existing(path: str) -> str | None:
    if not DeltaTable.is_deltatable(path):
        return None
    return f"read_parquet({DeltaTable(path).file_uris()!r}, hive_partitioning = true)"


def load(lake: str, files: list[str]) -> None:
    connection = duckdb.connect()
    connection.execute("SET timezone = 'UTC'")
    connection.execute(f"""
        CREATE TABLE fresh AS
        SELECT * EXCLUDE ("timestamp"), make_timestamptz(us) AS event_time,
               DATE '1970-01-01' + CAST(us // 86400000000 AS INTEGER) AS date
        FROM (
            SELECT *, CAST(round("timestamp" * 1e6) AS BIGINT) AS us
            FROM {typed(files)} WHERE {PREDICATES}
        )
    """)
    connection.execute("ALTER TABLE fresh DROP COLUMN us")
    curated = existing(f"{lake}/curated")
    known = f"ANTI JOIN {curated} USING (date, transaction_id)" if curated else ""
    write_deltalake(
        f"{lake}/curated",
        connection.sql(f"SELECT * FROM fresh {known}"),
        mode="append",
        partition_by=["date"],
    )
    kpi = connection.sql("""
        SELECT date, product_id, CAST(sum(revenue) AS DECIMAL(28,4)) AS total_sales,
               CAST(sum(quantity) AS BIGINT) AS units_sold, count(*) AS transactions,
               CAST(coalesce(sum(discount_applied), 0) AS DECIMAL(28,4)) AS total_discount
        FROM fresh GROUP BY ALL
    """)
    if not DeltaTable.is_deltatable(f"{lake}/kpi"):
        write_deltalake(f"{lake}/kpi", kpi, partition_by=["date"])
        return
    dates = ", ".join(f"'{day}'" for (day,) in connection.execute("SELECT DISTINCT date FROM fresh").fetchall())
    DeltaTable(f"{lake}/kpi").merge(
        kpi,
        f"t.date IN ({dates}) AND t.date = s.date AND t.product_id = s.product_id",
        source_alias="s",
        target_alias="t",
    ).when_matched_update_all().when_not_matched_insert_all().execute()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["count", *files]:
            print(duckdb.execute(f"SELECT count(*) FROM {typed(files)}").fetchall())
        case ["load", lake, *files]:
            load(lake, files)
        case _:
            raise SystemExit("usage: bare.py count FILE…  |  bare.py load LAKE FILE…")
