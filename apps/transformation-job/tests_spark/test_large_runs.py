"""What large runs do otherwise: footers instead of rows are read, keys get no dictionary, rows are not shuffled."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
import pytest
from parts import spread
from rows import Sale, at, some_sales
from twins import TABLES, Twins
from world import CURATED, Delivery

SALES = [*some_sales(seed=5, count=300, days=3), Sale("big", revenue=Decimal("90071992547409.9310"), at=at(1))]


def load(twins: Twins, run: str, *, lake: str, **more: int) -> None:
    """Load a run with Spark as if its rows were many and its files large. `more`: see `spark_serving`."""
    told = twins.spark.asked({"main": twins.arguments(run, lake=lake, engine="spark"), "large": True, **more})
    assert told["code"] == 0, told


def statistics(twins: Twins, lake: str, path: str) -> list[dict[str, Any]]:
    """What the log says of each data file that was ever added, in an order of its own; amounts to the digit."""
    logs = sorted((twins.lake(lake).child(path).path / "_delta_log").glob("*.json"))
    added = [json.loads(line).get("add") for log in logs for line in log.read_text().splitlines()]
    found = [(one["partitionValues"], json.loads(one["stats"], parse_float=Decimal)) for one in added if one]
    return [{"partition": values, **told} for values, told in sorted(found, key=lambda one: sorted(one[0].items()))]


def test_the_log_says_of_many_rows_what_it_says_of_few(twins: Twins) -> None:
    twins.deliver("one", SALES)
    twins.load("one", engine="spark", lake="spark")
    load(twins, "one", lake="large")
    twins.assert_equal("spark", "large")
    for path in TABLES:
        found, usual = (statistics(twins, lake, path) for lake in ("large", "spark"))
        assert len(found) == len(usual) > 0
        for one, other in zip(found, usual, strict=True):
            # Delta reads neither instants nor amounts off a footer.
            assert other["numRecords"] == one["numRecords"]
            assert other["nullCount"] == one["nullCount"]
            for end in ("minValues", "maxValues"):
                assert other[end].items() >= one[end].items()
                assert one[end].keys() >= {"transaction_id", "store_id"} & other[end].keys()
                assert one[end].keys() & {"transaction_id", "store_id", "product_id"}


def test_no_dictionary_is_made_of_keys(twins: Twins) -> None:
    twins.deliver("one", SALES)
    twins.load("one", engine="spark", lake="spark")
    (file, *_) = twins.lake("spark").child(CURATED).path.rglob("*.parquet")
    rows = duckdb.execute(f"SELECT path_in_schema, encodings FROM parquet_metadata({str(file)!r})").fetchall()
    encodings = dict(rows)
    assert "DICTIONARY" not in encodings["transaction_id"]
    assert "DICTIONARY" in encodings["store_id"]


def test_a_footer_that_tells_nothing_is_no_matter(twins: Twins) -> None:
    """As that of a file of few rows, or of a foreign writer."""
    twins.deliver("one", Delivery(SALES[:200], name="a.csv"), Delivery(SALES[190:], name="b.csv"))
    files = sorted(twins.world.results.path.rglob("*.parquet"))
    assert len(files) == 2
    for file in files:
        pl.read_parquet(file).write_parquet(file, statistics=False)
    twins.load("one", engine="embedded", lake="embedded")
    load(twins, "one", lake="spark")
    twins.assert_equal()
    twins.assert_holds("spark", SALES)


@pytest.mark.parametrize("odd", ["T", "T'", "T\\", 'T"`'])
def test_keys_of_files_that_overlap_are_found_by_their_footers(twins: Twins, odd: str) -> None:
    """Between the ends of what two files share, at these ends, and in a part."""
    sales = [Sale(f"{odd}{number:03d}", at=at(number % 3)) for number in range(120)]
    changed = [sale._replace(product=sale.product + 1) for sale in sales]
    twins.deliver(
        "one",
        Delivery(sales[:50], name="a.csv"),
        Delivery([*changed[40:43], *sales[49:90]], name="b.csv", arrived="2024-03-04T07:00:00.000Z"),
        Delivery([*sales[85:86], *changed[89:]], name="c.csv", arrived="2024-03-04T08:00:00.000Z"),
        spread(),
    )
    twins.load("one", engine="embedded", lake="embedded")
    before = twins.world.summary("one")["rows"]
    load(twins, "one", lake="spark")
    assert twins.world.summary("one")["rows"] == before
    assert before["duplicates"] + before["conflicts"] == 6
    twins.assert_equal()


@pytest.mark.parametrize(("worth", "most"), [(20, 4), (30, 1)])
def test_where_each_task_has_many_rows_of_each_date_it_writes_them(twins: Twins, worth: int, most: int) -> None:
    """Else rows are put together by date. Four tasks may write; a hundred rows are on each date."""
    files = [SALES[number:300:4] for number in range(4)]
    named = [Delivery(sales, name=f"{number}.csv") for number, sales in enumerate(files)]
    twins.deliver("one", *named)
    twins.load("one", engine="embedded", lake="embedded")
    load(twins, "one", lake="spark", worth=worth)
    twins.assert_equal()
    written = Counter(file.parent.name for file in twins.lake("spark").child(CURATED).path.rglob("*.parquet"))
    written.pop("_delta_log", None)
    assert len(written) == 3
    assert (max(written.values()) > 1) == (most > 1)
    assert max(written.values()) <= most
    # Half of it again, and what is new beside it.
    twins.deliver("two", *named[:2], Delivery(some_sales(seed=6, count=300, days=3), name="new.csv"))
    twins.load("two", engine="embedded", lake="embedded")
    load(twins, "two", lake="spark", worth=worth)
    twins.assert_equal()
