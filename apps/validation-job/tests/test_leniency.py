"""Declared leniency: the contract, DuckDB and polars read the same, and who declares nothing is judged as ever."""

from __future__ import annotations

import json
import random
import subprocess
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest
from lenient import BERLIN, GOOD, KEYS, NODE, OTHERS, csv_file, lenient_plan, stored
from support import EVENT_TIME, ROOT, gz, validate

from pos_validation.evaluation.evaluators import Evaluators
from pos_validation.formats.leniency import Leniencies

if TYPE_CHECKING:
    from pathlib import Path

    from pos_job_runtime.plan import Plan

NUMBERS = [
    "3.0", "3,0", "3.00", "3.", "3,", "3.5", "3,5", "-3.0", "+3,00", " 3.0 ", "3.0e0", "1.234", "1,234", "1 234",
    "1'234", "1\u2019234", "1\u202f234", "1\xa0234", "1.234,0", "1,234.0", "1.234,5", "1,234.5", "1 234,5", "1'234,5",
    "1.234.567,89", "1,234,567.89", "12.34,5", "1.23,4", "1.2345", "0.123", "0,123", ".5", ",5", "-,5", "5,", "1,5e3",
    "1,5E-2", "1.5e3", "1.500", "1.5", "1,2,3", "1..234", "1.234.5", ",", ".", "", " ", "-", "NULL", "N/A", " N/A ",
    "null", "NaN", "-inf", "1.999.999.999.999.999.999", "9.223.372.036.854.775.807", "99999999999999,99999", "0,00005",
    "19,99" + "0" * 300 + "1", "1?5", "\u0661,5", "1\u066b5", "1.234,", "000.123", "001,5", "12.345.678", "1234,5678",
]  # fmt: skip
MOMENTS = [
    "31.01.2026 18:05", "29.03.2026 01:59", "29.03.2026 02:00", "29.03.2026 02:59", "29.03.2026 03:00",
    "25.10.2026 01:59", "25.10.2026 02:00", "25.10.2026 02:30", "25.10.2026 03:00", "30.02.2026 10:00",
    "31.12.1970 23:59", "01.01.1971 00:00", "31.12.2099 23:59", "01.01.2100 00:00", "31.01.2026 24:00",
    "31.01.2026 18:60", "1.2.2026 18:05", "31-01-2026 18:05", "2026-01-31 18:05:00", "2026-01-31T18:05:00",
    "3/8/2026 02:30:00", "3/8/2026 01:59:59", "11/1/2026 01:30:00", "11/1/2026 00:59:59", "13/1/2026 10:00:00",
    "2/29/2024 10:00:00", "2/29/2026 10:00:00", "2026-10-04T02:15:00", "2026-10-04T02:30:00", "2026-04-05T01:45:00",
    "2026-04-05T02:00:00", "31.1.2026 9:05:07.250", "25.10.2026 2:30:00.001", "29.3.2026 2:30:00.999",
    "1.1.1971 0:00:00.000",
    "1767225600", "1767225600.5", "1.767225600", "2026-01-31T17:05:00Z", "N/A", "-", "", " 31.01.2026 18:05 ", "NULL",
]  # fmt: skip
DAYS = [
    "31.1.2026", "31.01.2026", "1.2.2026", "29.2.2024", "29.2.2026", "31.4.2026", "1.1.1900", "31.12.1899", "1.13.2026",
    "2026-01-31", "2026-01-31 00:00:00", "2026-01-31 00:00:01", "2026-02-30 00:00:00", "31/1/2026", "N/A", "-", "",
]  # fmt: skip
WORDS = ["NULL", "N/A", "-", "null", " N/A", "N/A ", "open", "true", "FALSE", "", " ", "--", "paid", "NULL\t"]
HOSTILE = {
    "units": NUMBERS, "pieces": NUMBERS, "amount": NUMBERS, "price": NUMBERS, "sold_at": MOMENTS, "paid_at": MOMENTS,
    "until": DAYS, "member": WORDS, "state": WORDS, "note": WORDS,
}  # fmt: skip


@pytest.fixture(scope="module")
def plan() -> Plan:
    return lenient_plan()


def read(rows: list[dict[str, Any]], keys: list[str], source: str = "text") -> list[list[dict[str, Any]]]:
    """What the contract says about the rows in files with these keys."""
    requests = [{"eventTime": EVENT_TIME, "key": key, "source": source, "rows": rows} for key in keys]
    done = subprocess.run(
        [*NODE, "read"], input=json.dumps(requests).encode(), capture_output=True, check=True, cwd=ROOT
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def mutants(count: int, seed: int) -> list[dict[str, Any]]:
    """Rows with one hostile cell each, some of them made by changing a character of another."""
    dice = random.Random(seed)
    cells = [(column, value) for column, values in HOSTILE.items() for value in values]
    for _ in range(count):
        column, value = dice.choice(cells)
        at = dice.randrange(len(value) + 1)
        cells.append((column, value[:at] + dice.choice("0129.,-+:'/ TZe") + value[at + dice.randrange(2) :]))
    return [{**GOOD, "id": f"L{index}", column: value} for index, (column, value) in enumerate(cells)]


@lru_cache(maxsize=1)
def read_mutants() -> dict[str, list[dict[str, Any]]]:
    return dict(zip(KEYS, read(mutants(700, 3), KEYS)))


def trailer_of(key: str, rows: int) -> list[str]:
    return [f"TRAILER;{rows}"] if key == BERLIN else []


def agrees(found: dict[str, Any], rows: list[dict[str, Any]], readings: list[dict[str, Any]]) -> None:
    """Whether each row's errors, and the values of valid rows, are those that the contract tells."""
    quarantined = found["quarantined"]
    errors = {} if quarantined is None else dict(quarantined.select("id", "reasons").iter_rows())
    table = {row["id"]: row for row in found["validated"].to_dicts()}
    for row, reading in zip(rows, readings):
        told = errors.get(row["id"], "").replace("(", "").replace(")", "")
        assert sorted(told.split(", ") if told else []) == reading["codes"], row
        assert (row["id"] in table) == (not reading["codes"]), row
        for column, text in reading["values"].items() if row["id"] in table else ():
            name = {"sold_at": "event_time_us", "paid_at": "paid_at_us"}.get(column, column)
            assert same(table[row["id"]][name], text, column), (row, column, table[row["id"]][name], text)


def same(value: Any, text: str | None, column: str) -> bool:
    if text is None or value is None:
        return text is None and value is None
    if column in ("sold_at", "paid_at"):
        return int(value) == round(Decimal(text) * 1_000_000)
    if isinstance(value, bool):
        return str(value).lower() == text
    return str(value) == text if column in ("id", "until", "note", "state") else Decimal(str(value)) == Decimal(text)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("always_exact", [False, True])
def test_every_row_is_read_as_the_contract_reads_it(plan: Plan, key: str, always_exact: bool) -> None:
    rows = mutants(700, 3)
    readings = read_mutants()[key]
    valid = [(row, reading) for row, reading in zip(rows, readings) if not reading["codes"]]
    assert len(valid) > 100
    # By themselves, the valid ones may be proven; beside invalid ones they are evaluated one by one.
    for some in (valid, list(zip(rows, readings))):
        data = csv_file([row for row, _ in some], *trailer_of(key, len(some)))
        found = validate(f"{key}.csv", data, plan_=plan, always_exact=always_exact, collect=True)
        agrees(found, [row for row, _ in some], [reading for _, reading in some])


@pytest.mark.parametrize("key", KEYS)
def test_polars_and_duckdb_rewrite_alike(plan: Plan, key: str, tmp_path: Path) -> None:
    leniency = Leniencies(plan).of(key, text=True)
    assert leniency is not None
    rows = mutants(2000, 7)
    text = {name: pl.Series(name, [row[name] or None for row in rows], pl.String) for name in GOOD}
    frame = pl.DataFrame(text)
    polars = leniency.read(frame)
    flags = [pl.lit(False).alias(f"{name}__scalar") for name in leniency.scalars]
    path = tmp_path / "sent.parquet"
    frame.with_columns(flags).write_parquet(path)
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW sent AS SELECT * FROM read_parquet('{path}')")
    for name, column in leniency.columns.items():
        exact = [one for (one,) in connection.execute(f"SELECT {name}__read FROM ({leniency.exact})").fetchall()]
        for sent, ours, theirs in zip(text[name], polars[name], exact):
            if column.clock and ours != sent:
                assert same_moment(ours, theirs), (name, sent, ours, theirs)
            else:
                assert (ours or "") == (theirs or ""), (name, sent, ours, theirs)


def same_moment(ours: str | None, theirs: str | None) -> bool:
    if not ours or not theirs:
        return (ours or "") == (theirs or "")
    if ours.endswith("Z"):
        return ours.replace(".000000Z", "Z") == theirs or ours[:-4] + "Z" == theirs
    return Decimal(ours) == Decimal(theirs)


def lenient_rows(count: int) -> list[dict[str, Any]]:
    return [
        {
            **GOOD, "id": f"L{n}", "units": f"{n},0", "pieces": "1.234", "amount": f"1.234,{n % 10}", "price": "N/A",
            "sold_at": f"{n % 28 + 1:02}.02.2025 18:05", "paid_at": "1.2.2025 9:05:07.250", "until": "1.3.2025",
            "note": "-",
        }
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_clean_files_in_a_declared_form_are_proven_without_duckdb(
    plan: Plan, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    def refused(_: Evaluators) -> None:
        raise AssertionError("DuckDB was asked")

    monkeypatch.setattr(Evaluators, "exact", refused)
    data = csv_file(lenient_rows(500), "TRAILER;500")
    found = validate(f"{BERLIN}.csv{ending}", gz(data) if ending else data, plan_=plan, collect=True)
    assert found["rows"] == (500, 500, 0)
    first = stored(found)["L3"]
    assert (first["units"], first["pieces"], str(first["amount"]), first["price"]) == (3, 1234, "1234.3000", None)
    assert (first["event_time_us"], first["paid_at_us"]) == (1_738_688_700_000_000, 1_738_397_107_250_000)
    assert (str(first["until"]), first["note"]) == ("2025-03-01", None)


def test_who_declares_nothing_is_judged_as_ever(plan: Plan) -> None:
    found = validate(f"{OTHERS}.csv", csv_file([{**GOOD, "amount": "1.234,5"}, {**GOOD, "id": "L2"}]), plan_=plan)
    assert found["reasons"] == [("not_a_number", "amount", [2], ["1.234,5"])]


def test_values_are_reported_as_they_were_sent(plan: Plan) -> None:
    rows = [
        {**GOOD, "id": "L1", "amount": "1.5"},
        {**GOOD, "id": "L2", "amount": "999.999.999.999.999.999,5"},
        {**GOOD, "id": "L3", "sold_at": "29.03.2026 02:30"},
        {**GOOD, "id": "L4", "sold_at": "25.10.2026 02:30"},
        {**GOOD, "id": "L5", "sold_at": "31/01/2026 18:05"},
    ]
    found = validate(f"{BERLIN}.csv", csv_file(rows, "TRAILER;5"), plan_=plan)
    assert sorted(found["reasons"], key=lambda reason: reason[2]) == [
        ("unexpected_form", "amount", [2], ["1.5"]),
        ("out_of_range", "amount", [3], ["999.999.999.999.999.999,5"]),
        ("absent_local_time", "sold_at", [4], ["29.03.2026 02:30"]),
        ("ambiguous_local_time", "sold_at", [5], ["25.10.2026 02:30"]),
        ("unexpected_form", "sold_at", [6], ["31/01/2026 18:05"]),
    ]
    assert "amount is 1.5; it must be a number such as 1234 or 1.234,5." in found["messages"]


@pytest.mark.parametrize("always_exact", [False, True])
def test_json_texts_are_read_where_another_form_is_declared(plan: Plan, always_exact: bool) -> None:
    base = {"units": 1, "sold_at": "2025-05-31T18:05:00+02:00"}
    cells: list[dict[str, Any]] = [
        {"amount": 1.5}, {"amount": "1.234,5"}, {"amount": "1.5"}, {"amount": "N/A"}, {"amount": True}, {"amount": ""},
        {"amount": "5"}, {"member": "N/A"}, {"member": "true"}, {"member": True}, {"units": "3,0"}, {"units": 3.0},
        {"sold_at": "31.01.2025 18:05"}, {"until": "1.3.2025"}, {"paid_at": "1.2.2025 9:05:07.250"}, {"note": "-"},
        {"paid_at": 1.5}, {"price": -1}, {"state": "NULL"}, {"note": 5}, {"pieces": "NaN"},
    ]  # fmt: skip
    rows = [{"id": f"L{n}", **base, **one} for n, one in enumerate(cells)]
    (readings,) = read(rows, [BERLIN], "scalars")
    data = "".join(json.dumps(one) + "\n" for one in rows).encode()
    found = validate(f"{BERLIN}.jsonl", data, plan_=plan, always_exact=always_exact, collect=True)
    agrees(found, rows, readings)
    assert sum(not reading["codes"] for reading in readings) == 16
