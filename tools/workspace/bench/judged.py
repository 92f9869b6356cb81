"""Whether the tables that several programs made of the same files are the same: `judged.py NAME=FOLDER…`.

In a process of its own: a process that is started shows, until it has begun, the memory of the one that starts it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from deltalake import DeltaTable

if TYPE_CHECKING:
    from collections.abc import Mapping

# Where the tables lie: the jobs have them by other names, and dlt in a folder of its own.
SALES = ("lake/curated/sales", "sales", "lake/sales")
BY_PRODUCT = ("lake/kpi/total_sales_per_product_per_day", "by_product_id", "lake/by_product_id")
# Rounded, since pandas sums amounts as doubles.
SUMMED = {
    SALES: "count(*), count(DISTINCT transaction_id), CAST(sum(revenue) AS DECIMAL(18, 2)), sum(quantity)",
    BY_PRODUCT: "count(*), sum(product_id), CAST(sum(total_sales) AS DECIMAL(18, 2)), sum(units_sold)",
}


def differences(homes: Mapping[str, Path]) -> list[str]:
    """A sentence for each that has other tables than the first one."""
    found = {name: _figures(home) for name, home in homes.items()}
    first, *others = found
    return [
        f"{name} has {found[name]} by date, and {first} {found[first]}: one of them is wrong."
        for name in others
        if found[name] != found[first]
    ]


def _figures(home: Path) -> list[list[tuple[Any, ...]]]:
    """Of each table, what its rows of each date add up to."""
    told = []
    for places, sums in SUMMED.items():
        place = next(home / place for place in places if (home / place).exists())
        files = DeltaTable(str(place)).file_uris()
        source = f"read_parquet({files!r}, hive_partitioning = true, hive_types = {{'date': DATE}})"
        told.append(duckdb.execute(f"SELECT date, {sums} FROM {source} GROUP BY date ORDER BY date").fetchall())
    return told


if __name__ == "__main__":
    given = (word.partition("=") for word in sys.argv[1:])
    sys.exit("\n".join(differences({name: Path(folder) for name, _, folder in given})) or None)
