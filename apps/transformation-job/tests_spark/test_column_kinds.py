"""Columns of every kind and a key of three: both engines load and repeat them alike, and refuse corrections alike."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import polars as pl
from deltalake import QueryBuilder
from twins import Twins
from world import PROJECT, ROOT, Delivery

CONTRACT = PROJECT / "tests" / "baskets.ts"
ROWS = 60
DAY = 86_400_000_000
SCHEMA = {
    "basket": pl.String(),
    "position": pl.Int64(),
    "day": pl.Date(),
    "event_time_us": pl.Int64(),
    "paid_at_us": pl.Int64(),
    "until": pl.Date(),
    "state": pl.String(),
    "gift": pl.Boolean(),
    "member": pl.Boolean(),
    "amount": pl.Decimal(18, 2),
}


@lru_cache(maxsize=1)
def plans() -> Mapping[str, Any]:
    command = [ROOT / "node_modules/.bin/node", "--conditions=@pos/source", CONTRACT]
    document: Mapping[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout)
    return document["datasets"]  # type: ignore[no-any-return]


def baskets() -> pl.DataFrame:
    """Validated rows, of which no single column of the key tells all apart."""
    n = pl.int_range(ROWS)
    return (
        pl.select(
            basket=pl.format("B{}", n // 6),
            position=n // 2 % 3,
            day=18_000 + n % 2,
            event_time_us=1_746_842_400_000_000 + n % 3 * DAY + n,
            paid_at_us=pl.when(n % 3 > 0).then(-n),
            until=pl.when(n % 4 > 0).then(2_932_896),
            state=pl.when(n // 4 % 2 == 0).then(pl.lit("open")).otherwise(pl.lit("it's void")),
            gift=n % 8 < 3,
            member=pl.when(n % 3 > 0).then(n % 3 == 1),
            amount=n * 7 - 50,
        )
        .with_columns(pl.col("day", "until").cast(pl.Int32).cast(pl.Date))
        .cast(SCHEMA)  # type: ignore[arg-type]
    )


def corrected(rows: pl.DataFrame) -> pl.DataFrame:
    """The first rows again, each with another value in one column."""
    changed = rows.head(6).to_dicts()
    changed[0]["amount"] += 1
    changed[1]["state"] = "paid"
    changed[2]["gift"] = not changed[2]["gift"]
    changed[4]["member"] = None
    changed[3]["until"] = None
    changed[5]["paid_at_us"] = -1_000_001
    return pl.DataFrame(changed, schema=SCHEMA)


def as_both_hold(twins: Twins, table: str) -> pl.DataFrame:
    """Rows, then the same ones again, then other values for some of them; what both engines have made of them."""
    of = replace(twins, world=replace(twins.world, plan=plans()[table]))
    first = baskets()
    of.deliver("one", first)
    of.deliver("two", first, Delivery(corrected(first), arrived="2026-05-02T10:00:00.000Z"))
    of.load_both("one", "two")
    paths = [table["path"] for table in (of.world.plan["tables"]["curated"], *of.world.plan["tables"]["kpis"])]
    of.assert_equal(paths=paths)
    query = QueryBuilder().register("t", of.table("spark", paths[0]))
    found = pl.DataFrame(query.execute("SELECT basket, position, day, state FROM t"))
    assert found.height == ROWS
    return found


def test_both_engines_keep_the_first_row_of_a_key(twins: Twins) -> None:
    assert as_both_hold(twins, "baskets").filter(state="paid").height == 0


def test_both_engines_replace_a_row_by_the_latest_of_its_key(twins: Twins) -> None:
    assert as_both_hold(twins, "corrected_baskets").filter(state="paid").height == 1
