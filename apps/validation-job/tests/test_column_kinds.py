"""Days, moments, booleans and lists: every format and both paths read them as the contract itself does."""

from __future__ import annotations

import csv as csv_module
import io
import json
import random
import subprocess
from datetime import date, datetime, timedelta, timezone
from typing import Any

import polars as pl
import pytest
from support import EVENT_TIME, ROOT, parquet, validate

from pos_job_runtime.plan import Plan, PlanDocument, parse_plan

SCRIPT = ROOT / "apps/validation-job/tests/kinds_contract.ts"
NODE = [str(ROOT / "node_modules/.bin/node"), "--conditions=@pos/source", str(SCRIPT)]
GOOD: dict[str, Any] = {
    "basket": "B1",
    "position": 1,
    "day": "1950-01-01",
    "sold_at": "2025-05-31T18:05:00+02:00",
    "paid_at": None,
    "until": None,
    "state": "paid",
    "member": None,
    "amount": 9.99,
}
DAYS = [
    "2024-02-29", "2000-02-29", "1900-02-29", "2100-02-29", "2400-02-29", "2023-02-29", "2025-02-30", "2025-04-31",
    "2025-13-01", "2025-00-10", "2025-01-00", "2025-01-32", "1899-12-31", "1900-01-01", "9999-12-31", "0001-01-01",
    "10000-01-01", "2025-1-1", "20250101", "01.02.2025", "01/02/2025", "2025/01/02", "2025-01-02 ", "\t2025-01-02",
    "2025-01-02T00:00:00Z", "2025-01-02 00:00:00", "-2025-01-02", "+2025-01-02", "٢٠٢٥-01-02", "2025–01–02", "",
    " ", "null", "NULL", "NaT", "today", "2025-W05-1", "2025-032", "45000", "2025-01-02\n",
]  # fmt: skip
MOMENTS = [
    "2025-05-31T00:00:00Z", "2025-05-31T23:59:59.9999999Z", "2025-05-31T23:59:59.999999999+14:00",
    "2025-05-31T10:00:00.1-11:30", "2025-05-31T10:00:00-00:00", "2025-05-31T10:00:00+15:00", "2025-05-31T10:00:00+01",
    "2025-05-31T10:00:00+0100", "2025-05-31T10:00:00", "2025-05-31T10:00Z", "2025-05-31 10:00:00Z",
    "2025-05-31t10:00:00z", "2025-05-31T24:00:00Z", "2025-05-31T23:60:00Z", "2025-05-31T23:59:60Z",
    "2025-05-31T10:00:00,5Z", "2025-05-31T10:00:00.Z", "2025-05-31T10:00:00.1234567890Z", "2025-02-30T10:00:00Z",
    "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00.000001Z", "1900-01-01T00:00:00Z", "1900-01-03T00:00:00Z",
    "1900-01-02T23:59:59.999999Z", "9999-12-30T00:00:00Z", "9999-12-31T23:59:59Z", "2025-05-31T10:00:00Z ",
    " 2025-05-31T10:00:00Z", "2025-05-31T10:00:00 Z", "2025-05-31T10:00:00ZZ", "2025-05-31", "1748685600", "",
    "2025-06-01T00:00:00Z", "2025-06-01T00:00:00.000001Z", "2025-06-01T01:59:59+02:00", "2025-05-31T10:00:00+01:60",
    "2025-05-31T10:00:00Europe/Berlin", "2025-05-31T10:00:00+01:00[Europe/Berlin]", "Sat May 31 2025", "nan",
]  # fmt: skip
FLAGS = [
    "true",
    "false",
    "TRUE",
    "False",
    "tRUE",
    "t",
    "yes",
    "1",
    "0",
    "1.0",
    " true",
    "false\t",
    "",
    " ",
    "null",
    "on",
]
STATES = ["open", "paid", "it's void", "Open", "open ", " open", "", " ", "void", "opén", "open\u200b", "open,paid"]
HOSTILE = {"day": DAYS, "until": DAYS, "sold_at": MOMENTS, "paid_at": MOMENTS, "member": FLAGS, "state": STATES}


@pytest.fixture(scope="module")
def plans() -> PlanDocument:
    done = subprocess.run([*NODE, "plan"], capture_output=True, check=True, cwd=ROOT)
    return parse_plan(done.stdout)


@pytest.fixture(scope="module")
def plan(plans: PlanDocument) -> Plan:
    return plans.dataset("baskets")


def read(rows: list[dict[str, Any]], source: str) -> list[dict[str, Any]]:
    """What the contract says about the rows."""
    request = json.dumps({"eventTime": EVENT_TIME, "source": source, "rows": rows}).encode()
    done = subprocess.run([*NODE, "read"], input=request, capture_output=True, check=True, cwd=ROOT)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def mutants(count: int) -> list[dict[str, Any]]:
    """Rows with one hostile cell each, some of them made by changing a character of another."""
    dice = random.Random(10)
    cells = [(column, value) for column, values in HOSTILE.items() for value in values]
    for _ in range(count):
        column, value = dice.choice(cells)
        at = dice.randrange(len(value) + 1)
        cells.append((column, value[:at] + dice.choice("0129-+:.TZ etru") + value[at + dice.randrange(2) :]))
    return [{**GOOD, "basket": f"B{index}", column: value} for index, (column, value) in enumerate(cells)]


def csv_file(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv_module.writer(text, lineterminator="\n")
    writer.writerow(GOOD)
    writer.writerows(row.values() for row in rows)
    return text.getvalue().encode()


def json_file(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def parquet_file(rows: list[dict[str, Any]]) -> bytes:
    schema = {name: pl.Int64 if name == "position" else pl.Float64 if name == "amount" else pl.String for name in GOOD}
    return parquet(pl.DataFrame(rows, schema={**schema, "member": pl.Boolean}))


def values(frame: pl.DataFrame) -> list[dict[str, str | None]]:
    """The validated rows as the contract's reading prints them."""
    texts = frame.rename({"event_time_us": "sold_at", "paid_at_us": "paid_at"}).with_columns(pl.all().cast(pl.String))
    return texts.select(*GOOD).to_dicts()


def first_lines(rows: list[dict[str, Any]], first: int) -> list[int]:
    """The line on which each row begins, in a CSV whose first row begins on line `first`."""
    heights = [1 + sum(str(cell).count("\n") for cell in row.values()) for row in rows]
    return [first + sum(heights[:index]) for index in range(len(rows))]


FILES = {"x.csv": (csv_file, "text"), "x.jsonl": (json_file, "scalars"), "x.parquet": (parquet_file, "scalars")}


@pytest.mark.parametrize("name", FILES)
def test_the_exact_path_gives_the_contracts_reasons_and_values(plan: Plan, name: str) -> None:
    write, source = FILES[name]
    rows = mutants(400)
    if source == "scalars":
        rows = [{**row, "member": {"true": True, "false": False}.get(str(row["member"]))} for row in rows]
    expected = read([{k: v for k, v in row.items() if v is not None} for row in rows], source)
    found = validate(name, write(rows), always_exact=True, plan_=plan, collect=True)
    lines = first_lines(rows, 2) if name == "x.csv" else range(1, len(rows) + 1)
    bad = dict(found["quarantined"].select("line", "reasons").iter_rows())
    for line, row, reading in zip(lines, rows, expected):
        errors = sorted(reason.replace(" (", " ").rstrip(")") for reason in bad.get(line, "").split(", ") if reason)
        wanted = [code for code in reading["codes"] if not code.startswith(("member_left_open", "precision_lost"))]
        assert errors == wanted, row
    good = [reading["values"] for reading in expected if reading["valid"]]
    assert len(good) > 50
    assert values(found["validated"]) == good


@pytest.mark.parametrize("name", FILES)
def test_the_fast_path_proves_what_is_written_plainly_and_nothing_wrong(plan: Plan, name: str) -> None:
    write, source = FILES[name]
    rows = [{**row, "member": None} for row in mutants(0)] if source == "scalars" else mutants(0)
    expected = read([{k: v for k, v in row.items() if v is not None} for row in rows], source)
    for row, reading in zip(rows, expected):
        found = validate(name, write([row]), plan_=plan, collect=True)
        assert (found["rows"][1] == 1) == reading["valid"], row
        if reading["valid"]:
            assert values(found["validated"]) == [reading["values"]], row


@pytest.mark.parametrize("always_exact", [False, True])
def test_native_columns_of_parquet_are_read_as_what_they_say(plan: Plan, always_exact: bool) -> None:
    zone = timezone.utc
    moments = [datetime(2025, 5, 31, 10, 0, 0, 123456, zone), datetime(1969, 12, 31, 23, 59, 59, 999999, zone)]
    frame = pl.DataFrame([{**GOOD, "basket": "B1"}, {**GOOD, "basket": "B2"}]).with_columns(
        day=pl.Series([date(2025, 5, 31), date(1969, 12, 31)]),
        member=pl.Series([True, None], dtype=pl.Boolean),
        until=pl.lit(None, pl.Date),
        paid_at=pl.lit(None, pl.String),
    )
    for unit, kept in (("ns", 6), ("us", 6), ("ms", 3)):
        sold = pl.Series("sold_at", moments).cast(pl.Datetime(unit, "UTC"))  # type: ignore[arg-type]
        found = validate(
            "x.parquet", parquet(frame.with_columns(sold)), always_exact=always_exact, plan_=plan, collect=True
        )
        assert found["rows"] == (2, 2, 0), found["reasons"]
        micros = [(m - datetime(1970, 1, 1, tzinfo=zone)) // timedelta(microseconds=1) for m in moments]
        step = 10 ** (6 - kept)
        assert found["validated"]["event_time_us"].to_list() == [m // step * step for m in micros]
        assert found["validated"]["day"].to_list() == [date(2025, 5, 31), date(1969, 12, 31)]
        assert found["validated"]["member"].to_list() == [True, None]
    local = frame.with_columns(pl.Series("sold_at", moments).dt.replace_time_zone(None))
    found = validate("x.parquet", parquet(local), always_exact=always_exact, plan_=plan)
    assert [reason[:2] for reason in found["reasons"]] == [("wrong_column_type", "sold_at")]


@pytest.mark.parametrize("name", FILES)
def test_a_key_of_several_columns_is_unique_as_a_whole(plan: Plan, name: str) -> None:
    write, _ = FILES[name]
    rows = [{**GOOD, "basket": f"B{n // 10}", "position": n % 10} for n in range(3000)]
    other_day = {**GOOD, "basket": "B0", "position": 0, "day": "2025-05-30"}
    assert validate(name, write([*rows, other_day]), plan_=plan)["rows"] == (3001, 3001, 0)
    copy, contradiction = rows[1234], {**rows[77], "amount": 1.0}
    for always_exact in (False, True):
        found = validate(name, write([*rows, copy, contradiction]), always_exact=always_exact, plan_=plan)
        assert found["counts"] == {("repeated_row", "basket"): 1, ("duplicate_key", "basket"): 1}
        assert found["rows"] == (3002, 3001, 1)


def test_a_key_is_the_same_however_it_is_written(plan: Plan) -> None:
    rows = [{**GOOD, "basket": f"B{n}"} for n in range(3000)]
    spaced = {**rows[5], "day": f" {GOOD['day']} ", "amount": 1.0}
    for always_exact in (False, True):
        found = validate("x.csv", csv_file([*rows, spaced]), always_exact=always_exact, plan_=plan)
        assert found["counts"] == {("duplicate_key", "basket"): 1}


@pytest.mark.parametrize("name", FILES)
def test_a_moment_in_a_key_is_compared_as_a_moment(plans: PlanDocument, name: str) -> None:
    write, _ = FILES[name]
    by_moment = plans.dataset("moments")
    rows = [{**GOOD, "basket": f"B{n // 2}", "sold_at": f"2025-05-31T18:05:0{n % 2}Z"} for n in range(3000)]
    elsewhere = {**rows[1], "sold_at": "2025-05-31T20:05:01.000000+02:00"}
    for always_exact in (False, True):
        found = validate(name, write(rows), always_exact=always_exact, plan_=by_moment)
        assert found["rows"] == (3000, 3000, 0)
        sent = [*rows, elsewhere, {**elsewhere, "amount": 1.0}]
        found = validate(name, write(sent), always_exact=always_exact, plan_=by_moment)
        assert found["counts"] == {("repeated_row", "basket"): 1, ("duplicate_key", "basket"): 1}
        first = "sold_at 2025-05-31 18:05:01, first on line"
        assert [first in message for message in found["messages"]] == [True, True]
