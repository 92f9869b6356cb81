"""Lines of a known shape are split as they would be parsed: on hostile lines, both ways give the same."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest
from support import NAMES, SOLD, json_lines, plan, row, validate

from pos_validation.findings.findings import Findings
from pos_validation.formats import json_rows, json_shapes
from pos_validation.formats.json_shapes import Shapes

TEXTS = [
    '"T1"', '"T 1"', '""', '"é😀"', '"\u2028"', '"\x7f"', '"a,b"', '"{\\"x\\":1}"', '"{[:,"', '"\\u0041"', '"\\n"',
    '"\\ud800"', '"\\ud83d\\ude00"', '"\t"', '"\x00"', '"\x1f"', '"unclosed', 'null', "true", "1", "[]", "{}", '["T"]',
    '"T" ', ' "T"', '"null"', '"\\\\"', '"\\""',
]  # fmt: skip
NUMBERS = [
    "1", "-1", "-0", "0", "00", "01", "+1", "1.0", "1.", ".5", "-.5", "1e3", "1E+3", "1e-3", "1e", "e1", "1.5e400",
    "1e-400", "12345678901234567890123", "0.1000000000000000055511151231257827", "NaN", "Infinity", "-Infinity", "-",
    "null", "true", '"1"', '" 1"', "1_000", "0x10", "１", "[1]", '{"a":1}', "1 ", " 1", "\t1", "1\r", "null ", "nul",
    "9007199254740993", "1.10", "90000000000.000105",
]  # fmt: skip
BEFORE = ["", "", "", " ", "\t", "\ufeff", "\xa0", "\x0b"]
AFTER = ["", "", "", " ", "\r", "\t\r", ",", "}", " x", "\x0c"]
OTHERS = ["extra", "Ünïcode", "with space", "a.b", "$(x)|", "back\\\\slash", "tab\\t", "", "line"]


def member(rng: random.Random, name: str, colon: str, hostile: float) -> str:
    if name == "transaction_id":
        value = rng.choice(TEXTS) if rng.random() < hostile else f'"T{rng.randrange(10**6)}"'
    elif name in NAMES:
        usual = {
            "timestamp": str(SOLD),
            "discount_applied": rng.choice(["null", "0.25"]),
            "quantity": rng.choice("02"),
        }.get(name, "2")
        value = rng.choice(NUMBERS) if rng.random() < hostile else usual
    else:
        value = rng.choice(TEXTS + NUMBERS) if rng.random() < 2 * hostile else '"x"'
    return f'"{name}"{colon}{value}'


def hostile_lines(rng: random.Random) -> bytes:
    """Objects of a few shapes, with and without what no shape covers."""
    shapes = []
    for _ in range(rng.choice([1, 1, 2, 12])):
        names = [name for name in NAMES if rng.random() > 0.05]
        names += rng.sample(OTHERS, rng.choice([0, 0, 1, 3]))
        if rng.random() < 0.1:
            names.append(rng.choice(names))
        if rng.random() < 0.3:
            rng.shuffle(names)
        shapes.append((names, rng.choice([",", ", ", " , "]), rng.choice([":", ": ", "\t: "]), rng.choice(["", " "])))
    lines = []
    hostile = rng.choice([0, 0.02, 0.1])
    for _ in range(rng.randrange(1, 25)):
        names, comma, colon, inner = rng.choice(shapes)
        content = comma.join(member(rng, name, colon, hostile) for name in names)
        line = "{" + inner + content + inner + "}"
        if rng.random() < hostile:
            line = rng.choice(BEFORE) + line + rng.choice(AFTER)
        lines.append(rng.choice(["", " ", "\r", "[]", "null", "{}", line * 2]) if rng.random() < hostile else line)
    return (rng.choice(["\n", "\r\n"]).join(lines) + rng.choice(["", "\n", "\n\n"])).encode("utf-8")


def parsed_one_by_one(_: Shapes, lines: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    return pl.DataFrame(), lines


def found_in(data: bytes) -> dict[str, Any]:
    found = validate("x.jsonl", data, collect=True)
    rows = found.pop("validated", None)
    return {**found, "validated": None if rows is None else sorted(rows.rows(), key=str)}


@pytest.mark.parametrize("seed", range(6))
def test_both_ways_give_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    for _ in range(12):
        data = hostile_lines(rng)
        with monkeypatch.context() as patched:
            patched.setattr(json_rows, "BLOCK", rng.choice([50, 400, 1 << 20]))
            quick = found_in(data)
            patched.setattr(Shapes, "split", parsed_one_by_one)
            assert quick == found_in(data), data


def every_value() -> list[tuple[str, str]]:
    return [(name, value) for name in NAMES for value in [*TEXTS, *NUMBERS]]


def test_every_value_of_every_column_is_split_as_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cells themselves, of lines that follow one of their shape."""
    usual = {name: "null" if name == "discount_applied" else "2" for name in NAMES}
    usual["transaction_id"] = '"T"'

    def line(cells: dict[str, str]) -> str:
        return "{" + ",".join(f'"{name}":{value}' for name, value in cells.items()) + "}"

    text = "\n".join([line(usual), *(line({**usual, name: value}) for name, value in every_value())])
    # Control characters end no line here.
    lines = pl.DataFrame(
        {"line": range(text.count("\n") + 1), "text": text.split("\n")}, schema_overrides={"line": pl.Int64}
    )
    alike, others = Shapes(plan()).split(lines)
    assert len(others) > 1 < len(alike)
    numbers = set(alike["line"])
    parser = json_rows._Reader(plan(), Findings(plan()), None)
    monkeypatch.setattr(Shapes, "split", lambda _, given: (alike.clear(), given))
    parsed, _ = parser.read(text.encode(), first_line=0)
    assert parsed.filter(pl.col("line").is_in(list(numbers))).equals(alike.sort("line"))


def test_a_million_shapes_are_not_learned() -> None:
    """Objects that all differ are parsed one by one, and stay right."""
    rows = [{**row(f"T{number}"), f"extra {number}": 1} for number in range(30)]
    shapes = Shapes(plan())
    lines = [line.decode() for line in json_lines(*rows).splitlines()]
    alike, others = shapes.split(pl.DataFrame({"line": range(30), "text": lines}, schema_overrides={"line": pl.Int64}))
    assert (len(alike), len(others), len(shapes._known)) == (0, 30, json_shapes.MOST_SHAPES)
    found = validate("x.jsonl", json_lines(*rows))
    assert found["rows"] == (30, 30, 0)
    assert found["counts"][("unexpected_column", "extra 29")] == 1


def test_a_line_with_an_endless_name_teaches_nothing() -> None:
    rows = [{**row(f"T{number}"), "x" * json_shapes.LONGEST_LINE: 1} for number in range(3)]
    shapes = Shapes(plan())
    lines = [line.decode() for line in json_lines(*rows).splitlines()]
    alike, others = shapes.split(pl.DataFrame({"line": range(3), "text": lines}, schema_overrides={"line": pl.Int64}))
    assert (len(alike), len(others), shapes._known) == (0, 3, {})
    assert validate("x.jsonl", json_lines(*rows))["rows"] == (3, 3, 0)
