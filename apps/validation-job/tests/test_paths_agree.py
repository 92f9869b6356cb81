"""The fast path must not change any result: hostile files give the same with and without it."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest
from support import HEADER, NAMES, SOLD, gz, parquet, validate

from pos_validation.evaluation import exact_evaluator
from pos_validation.formats import csv_file, csv_typed, json_rows, parquet_file

NUMBERS = [
    "3", " 3", "3 ", "\t3", "3\t", "+3", "-3", "--3", "+-3", "- 3", "003", "-0", "", " ", "\t", "  ", "3\r", "\r",
    "3.0", "3.", ".5", ".", "+", "1e3", "1E+2", "1e", "e1", "1d3", "1f", "0x10", "1_000", "1,5", "nan", "NaN",
    "inf", "-inf", "Infinity", "1e400", "1e-400", "\u0663", "3\xa0", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "12345678901234567890123", "true", "null", "None", "'3", "\x0b3", "\x0c3", "4.56789",
    "4.5", "0.1", "99999999999.9999", "999999999999.9999", "1.00005", "0.00005", "0.00004999", "2.675", "-2.67505",
    "100000000000000", "0.30000000000000004", "1.1e-5", "123456.789e3", "4.5000", "4.50000000000000000000001",
    "99999999999999.99994", "90000000000.000105", "19.989999999999998436805981327779591083526611328125",
    "19.990000000000000000000001", "0000000000000019.99", "1e-324", "-3e-400", "1999e-2", "199900001e-7", "0.000000",
    "0.0000000000000000", "2.67499999999999982236431605997495353221893310546875", "19.99" + "0" * 300 + "1",
    "-.5", "5e-5", "3\x00", "\ufeff3", "3\"\"",
]  # fmt: skip
TEXTS = [
    "T1",
    "T1",
    "T2",
    " ",
    "",
    "x" * 64,
    "x" * 65,
    "é",
    "a b",
    " a",
    "a ",
    "\ufeffT",
    "T\u200b",
    "T\u202e1",
    "T\U000e0041",
    "T\r",
    "T\t",
    "T\0",
    "T'",
    "#T",
    "\u2028",
    "😀",
    "\x7f",
]
DECIMALS = [pl.Decimal(18, 4), pl.Decimal(18, 6), pl.Decimal(38, 18), pl.Decimal(20, 9)]
MOMENTS = [
    str(SOLD),
    f"{SOLD}.5",
    f"{SOLD}.0000005",
    "1748650000000",
    "946684800",
    "946684799.9",
    "1748908800",
    "1748908800.5",
    "1.74865e9",
    "1e11",
    f"{SOLD}.0000004999",
    f"{SOLD}.123456499",
    f"{SOLD}.1234567",
    f"{SOLD}.99999949999999999",
    f"{SOLD}123456499e-9",
    "-1.0000005",
]


def cell(rng: random.Random, name: str, hostile: float) -> str:
    if rng.random() < hostile:
        return rng.choice(TEXTS if name in ("transaction_id", "receipt_id") else NUMBERS + MOMENTS)
    return {
        "transaction_id": f"T{rng.randrange(10**6)}",
        "receipt_id": rng.choice(["", "R1", "R2"]),
        "timestamp": rng.choice(MOMENTS[:3]),
        "discount_applied": rng.choice(["", "0", "0.25", "9"]),
        "revenue": rng.choice(["4.5", "0", "-4.5", "12.3456"]),
    }.get(name, str(rng.randrange(1, 9)))


def quoted(rng: random.Random, text: str, separator: str, chance: float) -> str:
    if rng.random() < chance or any(character in text for character in (separator, '"', "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text


def a_csv_file(rng: random.Random) -> bytes:
    hostile, quoting, ragged = rng.choice([0, 0.01, 0.1, 0.4]), rng.choice([0, 0, 0.3, 1]), rng.choice([0, 0, 0.05])
    separator, end = rng.choice(",,,;\t|"), rng.choice(["\n", "\n", "\r\n"])
    names = [*NAMES, *rng.choice([[], [], ["note"], ["receipt_id"]])]
    if rng.random() < 0.5:
        rng.shuffle(names)
    if rng.random() < 0.2:
        names.remove("discount_applied")
    lines = [separator.join(names)]
    for _ in range(rng.randrange(1, 30)):
        cells = [quoted(rng, cell(rng, name, hostile), separator, quoting) for name in names]
        if rng.random() < ragged:
            cells = rng.choice(
                [
                    cells[:-1],
                    [*cells, ""],
                    [],
                    ['"' + cells[0], *cells[1:]],
                    [cells[0] + '"', *cells[1:]],
                    ['"a\nb"', *cells[1:]],
                ]
            )
        lines.append(separator.join(cells))
        if rng.random() < 0.02:
            lines.append(lines[-1])
    text = end.join(lines) + rng.choice([end, "", end + end])
    return rng.choice([b"", b"", b"\xef\xbb\xbf"]) + text.encode()


def json_value(rng: random.Random, name: str) -> str:
    if rng.random() < 0.08:
        return rng.choice(
            [
                "null",
                '""',
                '"3"',
                "true",
                "[1]",
                "{}",
                "3.0",
                "3e0",
                "1.5",
                "-0",
                "1e30",
                "1e400",
                "1E-7",
                "17",
                '"T1"',
                "4.56789",
            ]
        )
    text = cell(rng, name, 0)
    return f'"{text}"' if name == "transaction_id" or (name == "receipt_id" and text) else (text or "null")


def a_json_file(rng: random.Random) -> bytes:
    lines = []
    names = [*NAMES, *rng.choice([[], ["receipt_id"]])]
    for _ in range(rng.randrange(1, 20)):
        sent = [name for name in names if rng.random() > 0.01]
        lines.append("{" + ",".join(f'"{name}":{json_value(rng, name)}' for name in sent) + "}")
    return "\n".join(lines).encode()


def a_parquet_file(rng: random.Random) -> bytes:
    rows = rng.randrange(1, 20)
    ids = [rng.choice([None, "", *TEXTS]) if rng.random() < 0.05 else f"T{i}" for i in range(rows)]
    columns: dict[str, pl.Series] = {"transaction_id": pl.Series(ids, dtype=pl.String)}
    numbers = [
        1.0,
        2.0,
        3.0,
        1.0,
        2.0,
        0.0,
        -1.0,
        None,
        1.5,
        float("nan"),
        float("inf"),
        1e300,
        2.0**53 + 2,
        4.56789,
        0.1 + 0.2,
    ]
    for name in NAMES[1:]:
        kind = rng.choice([pl.Int64, pl.Int16, pl.Float64, pl.Float32, *DECIMALS, pl.UInt64])
        pool = numbers if kind not in DECIMALS and rng.random() < 0.3 else [1, 2.5, 3]
        values = [SOLD if name == "timestamp" else rng.choice(pool) for _ in range(rows)]
        columns[name] = pl.Series(values, dtype=pl.Float64, strict=False).cast(kind, strict=False)
    if columns["timestamp"].dtype in (pl.Int16, pl.Float32):
        columns["timestamp"] = columns["timestamp"].cast(pl.Float64)
    return parquet(pl.DataFrame(columns))


def same(name: str, data: bytes) -> dict[str, Any]:
    fast, exact = (validate(name, data, always_exact=always, collect=True) for always in (False, True))
    rows = [found.pop("validated", None) for found in (fast, exact)]
    assert fast == exact, data
    if rows[0] is not None:
        assert rows[0].schema == rows[1].schema
        assert sorted(rows[0].rows()) == sorted(rows[1].rows()), data
    return fast


@pytest.mark.parametrize("seed", range(6))
def test_hostile_csv(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(20):
        same("x.csv", a_csv_file(rng))


@pytest.mark.parametrize("seed", range(4))
def test_hostile_json_lines_and_parquet(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(15):
        same("x.jsonl", a_json_file(rng))
        same("x.parquet", a_parquet_file(rng))


@pytest.mark.parametrize("few", [0, csv_typed.FEW])
@pytest.mark.parametrize("share", range(4))
def test_every_hostile_number_alone(share: int, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each value in each column, on a line of its own that is proven or evaluated by itself, by its text or by what it
    certainly is."""
    monkeypatch.setattr(csv_typed, "FEW", few)
    monkeypatch.setattr(csv_file, "WHOLE", 0)
    monkeypatch.setattr(csv_file, "PIECE", 1)
    row = ["1", "2", "3", "4.5", "0.5", str(SOLD)]
    for value in [*NUMBERS, *MOMENTS][share::4]:
        lines = [HEADER]
        for position in range(6):
            lines.append(",".join([f"T{position}", *row[:position], value, *row[position + 1 :]]))
        same("x.csv", "\n".join(lines).encode())


@pytest.mark.parametrize("seed", range(3))
def test_few_rows_are_evaluated_as_many_are(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By one thread and plans that are not optimised, and otherwise."""
    rng = random.Random(2000 + seed)
    for _ in range(10):
        data = a_csv_file(rng)
        found = same("x.csv", data)
        with monkeypatch.context() as patched:
            patched.setattr(exact_evaluator, "FEW", -1)
            assert same("x.csv", data) == found, data


@pytest.mark.parametrize("seed", range(3))
def test_files_in_many_blocks(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks as small as a line: what spans them is not lost, and every line keeps its number."""
    rng = random.Random(1000 + seed)
    for _ in range(5):
        data = a_csv_file(rng)
        lines, rows = a_json_file(rng), a_parquet_file(rng)
        whole, whole_json, whole_rows = same("x.csv", data), same("x.jsonl", lines), same("x.parquet", rows)
        with monkeypatch.context() as patched:
            size = rng.choice([16, 100, 400])
            patched.setattr(csv_file, "WHOLE", 0)
            patched.setattr(csv_file, "BLOCK", size)
            patched.setattr(csv_typed, "FEW", rng.choice([0, csv_typed.FEW]))
            patched.setattr(csv_file, "PIECE", rng.choice([20, 80, 1000]))
            patched.setattr(json_rows, "BLOCK", size)
            patched.setattr(parquet_file, "PIECE", 2)
            assert same("x.csv", data) == whole, data
            assert same("x.csv.gz", gz(data))["reasons"] == whole["reasons"]
            assert same("x.jsonl", lines) == whole_json
            assert same("x.parquet", rows) == whole_rows
