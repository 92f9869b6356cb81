"""Datasets beside sales, through both jobs: facts whose key is two columns, one of them their business date."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from jobs import Buckets

from pos_corpus.case import EVENT_TIME

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "store_id,business_date,declared_lines,declared_revenue,declared_units\n"
COLUMNS = "store_id, business_date, declared_lines, declared_revenue, declared_units, date"
MORNING = {
    "incoming/declared_totals/a.csv": HEADER
    + "1,2025-05-30,10,100.50,12\n2,2025-05-30,20,200,25\n1,2025-05-31,0,0,0\n",
    "incoming/declared_totals/b.jsonl": json.dumps(
        {
            "store_id": 3,
            "business_date": "2025-05-30",
            "declared_lines": 5,
            "declared_revenue": -7.25,
            "declared_units": -1,
        }
    ),
    "incoming/declared_totals/bad.csv": f"{HEADER}4,2025-02-30,1,1,1\n",
    "incoming/declared_totals/none.csv": f"{HEADER}4,2025-05-30,0,1,0\n",
}
# The first store declares its total of the day again.
EVENING = {"incoming/declared_totals/c.csv": f"{HEADER}1,2025-05-30,11,110.50,13\n"}


@pytest.mark.parametrize("always_exact", ["true", "false"])
def test_declared_totals_go_through_both_jobs_and_a_correction_wins(tmp_path: Path, always_exact: str) -> None:
    morning = Buckets(tmp_path, run="20250601T000000000Z-000000000001", dataset="declared_totals")
    morning.deliver({key: text.encode() for key, text in MORNING.items()})
    morning.validate(always_exact=always_exact)
    verdicts = {key.rsplit("/", 1)[1]: line for key, line in morning.verdicts().items()}
    assert {name: [reason["code"] for reason in line["reasons"]] for name, line in verdicts.items()} == {
        "a.csv": [],
        "b.jsonl": ["negative_total"],
        "bad.csv": ["not_a_date"],
        "none.csv": ["revenue_without_lines"],
    }
    assert verdicts["bad.csv"]["reasons"][0]["message"] == (
        "business_date is 2025-02-30, which isn't a date such as 2026-01-31."
    )
    morning.load()
    assert _rows(morning) == [
        (1, "2025-05-30", 10, "100.5000", 12, "2025-05-30"),
        (1, "2025-05-31", 0, "0.0000", 0, "2025-05-31"),
        (2, "2025-05-30", 20, "200.0000", 25, "2025-05-30"),
        (3, "2025-05-30", 5, "-7.2500", -1, "2025-05-30"),
    ]

    evening = replace(morning, run="20250601T120000000Z-000000000002", seconds=EVENT_TIME + 43_200)
    evening.deliver({key: text.encode() for key, text in EVENING.items()})
    evening.validate(always_exact=always_exact)
    evening.load()
    assert _rows(evening)[0] == (1, "2025-05-30", 11, "110.5000", 13, "2025-05-30")
    columns = "date, stores, total_lines, total_revenue, total_units"
    kpi = sorted(tuple(map(str, row)) for row in evening.table("kpi/declared_sales_per_day", columns))
    assert kpi == [
        ("2025-05-30", "3", "36", "303.2500", "37"),
        ("2025-05-31", "1", "0", "0.0000", "0"),
    ]
    assert not (tmp_path / "lake" / "curated" / "sales").exists()


def _rows(buckets: Buckets) -> list[tuple[object, ...]]:
    rows = sorted(buckets.table("curated/declared_totals", COLUMNS))
    return [
        (store, str(day), lines, str(revenue), units, str(date)) for store, day, lines, revenue, units, date in rows
    ]
