"""A column of every kind and a key of three, through both jobs: the tables are what Python makes of the same rows."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from jobs import ROOT, Buckets

from pos_corpus.case import EVENT_TIME

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

CONTRACT = ROOT / "apps/transformation-job/tests/baskets.ts"
COLUMNS = ["basket", "position", "day", "sold_at", "paid_at", "until", "state", "gift", "member", "amount"]
STORED = "basket, position, day, event_time, paid_at, until, state, gift, member, amount, date"
STATES = ("open", "paid", "it's void")
ZONES = ("Z", "+02:00", "-11:30", "+14:00")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    command = [str(ROOT / "node_modules/.bin/node"), "--conditions=@pos/source", str(CONTRACT)]
    place = tmp_path_factory.mktemp("plan") / "plan.json"
    place.write_bytes(subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout)
    return place


def row(number: int) -> Row:
    """A row as a store writes it: moments in several zones, some of them at the edge of a business date."""
    hour, minute = (3, 59) if number % 5 == 0 else (4, 0) if number % 5 == 1 else (number % 24, number % 60)
    sold = f"2025-05-{10 + number % 3}T{hour:02}:{minute:02}:00.{number:06}{ZONES[number % 4]}"
    return {
        "basket": f"B{number // 6}",
        "position": number // 2 % 3,
        "day": f"2025-05-{10 + number % 2}",
        "sold_at": sold if number % 7 else f"2025-05-11T04:00:00.{number:06}+02:00",
        "paid_at": None if number % 3 == 0 else f"1969-12-31T23:59:59.{number:06}Z",
        "until": None if number % 4 == 0 else "9999-12-31",
        "state": STATES[number // 4 % 3],
        "gift": number % 8 < 3,
        "member": (None, True, False)[number % 3],
        "amount": Decimal(number * 7 - 50) / 100,
    }


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)


def stored(given: Row) -> tuple[object, ...]:
    """The row as the curated table holds it. The business date changes at four o'clock in Berlin, two in May's UTC."""
    sold = moment(given["sold_at"])
    assert sold is not None
    until = None if given["until"] is None else date.fromisoformat(given["until"])
    on = (sold - timedelta(hours=2)).date()
    first = (given["basket"], given["position"], date.fromisoformat(given["day"]), sold, moment(given["paid_at"]))
    return (*first, until, given["state"], given["gift"], given["member"], given["amount"], on)


def per_state(rows: Iterable[Row]) -> list[tuple[object, ...]]:
    """The KPI by state and gift, computed with nothing but Python's numbers."""
    groups = defaultdict(list)
    for one in rows:
        groups[stored(one)[-1], one["state"], one["gift"]].append(one)
    return sorted(
        (
            *group,
            sum(one["amount"] for one in found),
            len(found),
            len({one["basket"] for one in found}),
            sum(one["member"] is True for one in found),
            sum(one["state"] == "open" for one in found),
            max(one["amount"] for one in found),
        )
        for group, found in groups.items()
    )


def per_day(rows: Iterable[Row]) -> list[tuple[object, ...]]:
    """The KPI by business day."""
    groups = defaultdict(list)
    for one in rows:
        groups[stored(one)[-1], date.fromisoformat(one["day"])].append(one)
    return sorted(
        (*group, sum(one["amount"] for one in found), len(found), len({one["state"] for one in found}))
        for group, found in groups.items()
    )


def assert_holds(buckets: Buckets, rows: Iterable[Row]) -> None:
    """The three tables are those of these rows."""
    rows, table = list(rows), buckets.dataset
    assert sorted(buckets.table(f"curated/{table}", STORED), key=repr) == sorted(map(stored, rows), key=repr)
    columns = "date, state, gift, total, lines, baskets, members, unpaid, dearest"
    assert sorted(buckets.table(f"kpi/{table}_per_state", columns)) == per_state(rows)
    assert sorted(buckets.table(f"kpi/{table}_per_business_day", "date, day, total, lines, states")) == per_day(rows)


def csv_file(rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: str(v).lower() if isinstance(v, bool) else v for name, v in one.items()} for one in rows)
    return text.getvalue().encode()


def json_file(rows: Iterable[Row]) -> bytes:
    lines = ({name: float(v) if isinstance(v, Decimal) else v for name, v in one.items()} for one in rows)
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


@pytest.mark.parametrize(
    ("dataset", "always_exact"), [("baskets", "false"), ("baskets", "true"), ("corrected_baskets", "false")]
)
def test_every_kind_is_loaded_repeated_and_corrected(
    tmp_path: Path, plan: Path, dataset: str, always_exact: str
) -> None:
    rows = [row(number) for number in range(120)]
    run = "20250601T{:02}0000000Z-000000000001"
    first = Buckets(tmp_path, run=run.format(1), dataset=dataset, plan=plan)
    folder = f"incoming/{dataset}"
    wrong = {**rows[0], "basket": "wrong", "until": "2025-01-01"}
    files = {"a.csv": csv_file(rows[:70]), "b.jsonl": json_file(rows[70:]), "wrong.csv": csv_file([wrong])}
    first.deliver({f"{folder}/{name}": data for name, data in files.items()})
    first.validate(always_exact=always_exact)
    codes = {key.rsplit("/", 1)[1]: [r["code"] for r in line["reasons"]] for key, line in first.verdicts().items()}
    assert codes == {"a.csv": [], "b.jsonl": [], "wrong.csv": ["until_before_day"]}
    first.load()
    assert_holds(first, rows)

    # The same file again, and rows that say something else: in a kind each that can change.
    changes: list[Row] = [{"amount": Decimal("1234.56")}, {"state": "open"}, {"gift": False}, {"member": None}]
    changes += [{"until": "2025-06-30"}, {"until": None}, {"paid_at": None}, {"paid_at": "2025-05-31T10:00:00+01:00"}]
    corrected = [{**rows[40 + number], **change} for number, change in enumerate(changes)]
    assert all(new != old for new, old in zip(corrected, rows[40:]))
    second = replace(first, run=run.format(2), seconds=EVENT_TIME + 3600)
    second.deliver({f"{folder}/again.csv": csv_file(rows[:70]), f"{folder}/corrected.csv": csv_file(corrected)})
    second.validate(always_exact=always_exact)
    for _ in range(2):
        second.load()
        kept = rows if dataset == "baskets" else [*rows[:40], *corrected, *rows[40 + len(corrected) :]]
        assert_holds(second, kept)
