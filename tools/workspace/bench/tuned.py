"""The baseline: what somebody writes who knows polars and Delta well, and wants nothing but this one load to be fast.

`tuned.py load LAKE FILE…` reads each file once, strictly and with types, proves that its rows are clean and its keys
unique, writes them once in the table's form (what is large goes to a file of its own, the rest of a date is put
together), sums the KPIs up while the rows are in memory, and commits by add actions. `tuned.py count FILE…` counts the
rows of a typed scan.

What it leaves out: reasons, files other than clean CSV, rows that the table has already, a run that is repeated or
interrupted, two runs at once, and tables that exist.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

# Fewer rows of a date wait for those of other files.
LARGE = 100_000
ROWS_PER_GROUP = 500_000
AMOUNTS = ("revenue", "discount_applied")
SALES = {
    "transaction_id": "string",
    "store_id": "long",
    "product_id": "long",
    "quantity": "long",
    "revenue": "decimal(18,4)",
    "discount_applied": "decimal(18,4)",
    "event_time": "timestamp",
}
FIGURES = {
    "total_sales": "decimal(38,4)",
    "units_sold": "long",
    "transactions": "long",
    "total_discount": "decimal(38,4)",
}
KPIS = {"product_id": FIGURES, "store_id": {**FIGURES, "returns": "long"}}


@dataclass
class Table:
    """A table in the making: Parquet files, and what the log will say of them."""

    path: Path
    actions: list[Any] = field(default_factory=list)

    def write(self, rows: pl.DataFrame, day: date, *, bounds: tuple[str, ...] = ()) -> None:
        """Write rows of one date to a file. The log gets the bounds of some columns."""
        from deltalake.transaction import AddAction

        name = f"date={day}/part-{uuid.uuid4()}.parquet"
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        rows.drop("date").write_parquet(
            place, compression="zstd", compression_level=1, statistics=True, row_group_size=ROWS_PER_GROUP
        )
        ends = {end: {name: _shown(getattr(rows[name], end)()) for name in bounds} for end in ("min", "max")}
        told = {"numRecords": rows.height, "minValues": ends["min"], "maxValues": ends["max"], "nullCount": {}}
        self.actions.append(
            AddAction(
                path=name,
                size=place.stat().st_size,
                partition_values={"date": str(day)},
                modification_time=int(time.time() * 1000),
                data_change=True,
                stats=json.dumps(told),
            )
        )

    def commit(self, columns: dict[str, str]) -> None:
        """Make the table of all that was written."""
        from deltalake import Field, Schema
        from deltalake.schema import PrimitiveType
        from deltalake.transaction import create_table_with_add_actions

        fields = [Field(name, PrimitiveType(kind)) for name, kind in {**columns, "date": "date"}.items()]
        create_table_with_add_actions(str(self.path), Schema(fields), self.actions, "append", ["date"])


def load(lake: Path, files: list[str]) -> None:
    """Make the tables `sales` and `by_…` of some files."""
    import polars as pl

    sales = Table(lake / "sales")
    small: dict[date, list[pl.DataFrame]] = {}
    sums: dict[str, list[pl.DataFrame]] = {key: [] for key in KPIS}
    ranges: list[tuple[str, str]] = []
    for file in files:
        rows = read(file)
        keys = rows["transaction_id"]
        ranges.append((str(keys.min()), str(keys.max())))
        for key, found in sums.items():
            found.append(summed(rows, key))
        counts = dict(rows["date"].value_counts().iter_rows())
        for day, count in counts.items():
            of_day = rows if len(counts) == 1 else rows.filter(pl.col("date") == day)
            if count >= LARGE:
                sales.write(of_day, day, bounds=("transaction_id", "event_time"))
            else:
                small.setdefault(day, []).append(of_day)
    ranges.sort()
    if any(after[0] <= before[1] for before, after in pairwise(ranges)):
        sys.exit("Files may share keys: this script has no way to tell.")
    for day, parts in small.items():
        sales.write(pl.concat(parts), day, bounds=("transaction_id", "event_time"))
    sales.commit(SALES)
    for key, found in sums.items():
        kpi = Table(lake / f"by_{key}")
        for (day,), figures in pl.concat(found).group_by("date", key).sum().partition_by("date", as_dict=True).items():
            kpi.write(figures, day)
        kpi.commit({key: "long", **KPIS[key]})


def read(file: str) -> pl.DataFrame:
    """The rows of a file as the table has them. Ends the script at the first that is not clean."""
    import polars as pl

    kinds = {"string": pl.String(), "long": pl.Int64()}
    names = {("timestamp" if name == "event_time" else name): kind for name, kind in SALES.items()}
    rows = pl.read_csv(file, schema={name: kinds.get(kind, pl.Float64()) for name, kind in names.items()})
    required = [pl.col(name).is_not_null().all() for name in names if name != "discount_applied"]
    clean = rows.select(
        *required,
        empty=(pl.col("transaction_id") != "").all(),
        store=(pl.col("store_id") >= 1).all(),
        product=(pl.col("product_id") >= 1).all(),
        finite=pl.col("revenue").is_finite().all(),
        cents=(pl.col("revenue").round(4) == pl.col("revenue")).all(),
        discount=(pl.col("discount_applied") >= 0).all(),
        moment=(pl.col("timestamp") >= 946_684_800).all(),
    )
    keys = rows["transaction_id"]
    ascending = bool((keys.slice(1) > keys.slice(0, keys.len() - 1)).all())
    if not all(clean.row(0)) or not (ascending or keys.hash().n_unique() == keys.len()):
        sys.exit(f"{file} is not clean.")
    moment = (pl.col("timestamp") * 1e6).round().cast(pl.Int64).cast(pl.Datetime("us", "UTC"))
    amounts = [pl.col(name).cast(pl.Decimal(18, 4)) for name in AMOUNTS]
    return rows.with_columns(*amounts, event_time=moment).select(*SALES, date=pl.col("event_time").dt.date())


def summed(rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """The figures of each date and value of `key`."""
    import polars as pl

    figures = {
        "total_sales": pl.col("revenue").sum(),
        "units_sold": pl.col("quantity").sum(),
        "transactions": pl.len().cast(pl.Int64),
        "total_discount": pl.col("discount_applied").sum(),
        "returns": (pl.col("quantity") < 0).sum().cast(pl.Int64),
    }
    return rows.group_by("date", key).agg(**{name: figures[name] for name in KPIS[key]})


def count(files: list[str]) -> int:
    """How many rows a typed scan finds."""
    import duckdb

    kinds = {"string": "VARCHAR", "long": "BIGINT", "timestamp": "DOUBLE"}
    columns = {("timestamp" if n == "event_time" else n): kinds.get(k, k.upper()) for n, k in SALES.items()}
    source = f"read_csv({files!r}, header = true, auto_detect = false, columns = {columns!r})"
    # Without a condition no value would be read.
    found = duckdb.execute(f"SELECT count(*) FROM {source} WHERE store_id >= 1 AND revenue IS NOT NULL").fetchone()
    return 0 if found is None else int(found[0])


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["count", *files]:
            print(count(files))
        case ["load", lake, *files]:
            load(Path(lake), files)
        case _:
            raise SystemExit("usage: tuned.py count FILE…  |  tuned.py load LAKE FILE…")
