"""Files by grammar. Where the grammar knows what a file says, it says so: `rows` are the cells as they were meant."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Optional

from fuzz.words import NAMES, SOLD, cell
from pos_corpus import CASES
from pos_corpus.case import gz
from pos_corpus.parquet_bytes import (
    BYTES,
    DOUBLE,
    FLOAT,
    GZIP,
    INT32,
    INT64,
    UTF8,
    Column,
    chunk,
    edited,
    element,
    group,
    opened,
    parquet,
)
from pos_corpus.thrift import BINARY, I32, I64, LIST, STRUCT

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from pos_corpus.thrift import Struct

Rows = Optional["list[dict[str, str]]"]


@dataclass(frozen=True)
class Made:
    """A file, where it comes from, and, for a CSV file that is whole, its rows as texts: row 1 stands on line 2."""

    name: str
    data: bytes
    origin: str
    rows: Rows = None


def made(dice: Random) -> Made:
    """The next file."""
    make: Callable[[Random], Made] = dice.choice([sheet, sheet, ragged, json_lines, table, footer, mutant, mutant])
    file = make(dice)
    return packed(dice, file) if dice.random() < 0.15 and not file.name.endswith(".gz") else file


def sheet(dice: Random) -> Made:
    """A CSV file of sound structure, whatever its cells are: what it says is known."""
    separator, end = dice.choice(",,;\t|"), dice.choice(["\n", "\n", "\r\n"])
    hostile, quoting = dice.choice([0, 0.02, 0.2]), dice.choice([0, 0, 0.3, 1])
    names = [*NAMES, *dice.choice([[], [], ["note"], ["receipt_id"]])]
    dice.shuffle(names)
    rows = [{name: cell(dice, name, number, hostile) for name in names} for number in range(dice.randrange(1, 25))]
    if dice.random() < 0.1:
        rows.append(dict(rows[-1]))
    lines = [names, *([row[name] for name in names] for row in rows)]
    text = "".join(separator.join(_quoted(dice, one, separator, quoting) for one in line) + end for line in lines)
    mark = dice.choice([b"", b"", b"\xef\xbb\xbf"])
    # A cell of a carriage return, or a row of one empty cell, would read as something else.
    return Made("made.csv", mark + text.encode(), "sheet", rows)


def _quoted(dice: Random, text: str, separator: str, chance: float) -> str:
    if dice.random() < chance or any(character in text for character in (separator, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def ragged(dice: Random) -> Made:
    """A sheet after an accident with its lines, quotes or bytes."""
    file = sheet(dice)
    data = file.data
    for _ in range(dice.randrange(1, 4)):
        data = dice.choice([_line_accident, _byte_accident])(dice, data)
    return replace(file, data=data, origin="ragged sheet", rows=None)


def _line_accident(dice: Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    at = dice.randrange(len(lines))
    other = lines[dice.randrange(len(lines))]
    lines[at : at + 1] = dice.choice([
        [], [lines[at], lines[at]], [lines[at] + b","], [b'"' + lines[at]], [lines[at] + b"\r"], [b"", lines[at]],
        [other], [lines[at][: len(lines[at]) // 2]], [b'"a\nb"' + lines[at]], [b"\xef\xbb\xbf" + lines[at]],
    ])  # fmt: skip
    return b"\n".join(lines)


def _byte_accident(dice: Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) + 1)
    size = dice.randrange(1, 9)
    return dice.choice([
        data[:at] + bytes(dice.randrange(256) for _ in range(size)) + data[at:],
        data[:at] + data[at + size :],
        data[:at] + dice.choice([b"\0", b'"', b",", b"\r", b"\n", b"\xff", b"\xc3", b"{", b"\xed\xa0\x80"]) + data[at:],
        data[:at],
        data + data[at:],
    ])  # fmt: skip


JSON_VALUES = [
    "null", '""', '"3"', "true", "[1]", "{}", "3.0", "3e0", "1.5", "-0", "1e30", "1e400", "1E-400", "17", '"T1"',
    r'"\ud800"', r'"\ud83d\ude00"', r'"a\u0000b"', '{"a":{"a":[[[]]]}}', "NaN", "01", ".5", "9" * 40,
    '"' + "x" * 70 + '"',
]  # fmt: skip


def json_lines(dice: Random) -> Made:
    """JSON lines, some of whose values, names or lines are odd."""
    lines = []
    for number in range(dice.randrange(1, 15)):
        names = [*NAMES, *dice.choice([[], ["receipt_id"]])]
        values = {name: _json_value(dice, name, number) for name in names if dice.random() > 0.003}
        pairs = [f"{json.dumps(name)}:{value}" for name, value in values.items()]
        if dice.random() < 0.03:
            pairs.append(dice.choice([r'"n\ud800":1', '"note":[[]]', pairs[0], '"":0', r'"st\u006fre_id":1']))
        lines.append("{" + ",".join(pairs) + "}")
    data = "\n".join(lines).encode()
    for _ in range(dice.choice([0, 0, 0, 1, 2])):
        data = dice.choice([_line_accident, _byte_accident])(dice, data)
    return Made("made.jsonl", data, "JSON lines")


def _json_value(dice: Random, name: str, number: int) -> str:
    if dice.random() < 0.015:
        return dice.choice(JSON_VALUES)
    text = cell(dice, name, number, 0)
    return json.dumps(text or None) if name in ("transaction_id", "receipt_id") else text or "null"


def table(dice: Random) -> Made:
    """Parquet in types that fit, more or less."""
    rows = dice.randrange(1, 12)
    columns = [Column("transaction_id", BYTES, [f"k{number}" for number in range(rows)], converted=UTF8)]
    for name in NAMES[1:]:
        kind = dice.choice([INT32, INT64, INT64, DOUBLE, DOUBLE, FLOAT])
        odd: list[object] = (
            [None, 0, -1, 3] if kind in (INT32, INT64) else [None, 0.1, float("nan"), 1e300 if kind == DOUBLE else 1e30]
        )
        usual = SOLD if name == "timestamp" else 3
        values = [dice.choice(odd) if dice.random() < 0.05 else usual for _ in range(rows)]
        columns.append(Column(name, kind, values, dictionary=dice.random() < 0.2))
    if dice.random() < 0.3:
        columns.append(
            Column("receipt_id", BYTES, [dice.choice([None, "r", "é", ""]) for _ in range(rows)], converted=UTF8)
        )
    if dice.random() < 0.3:
        columns.append(Column(dice.choice(["note", "Quantity", "quantity", ""]), INT64, [1] * rows))
    dice.shuffle(columns)
    cut = dice.randrange(rows + 1)
    data = parquet(*columns, groups=[cut, rows - cut], codec=dice.choice([0, GZIP]), v2=dice.random() < 0.3)
    return Made("made.parquet", data, "Parquet")


NUMBERS = [0, 1, -1, 2, 3, 7, 255, 1 << 31, (1 << 31) - 1, 1 << 40, (1 << 63) - 1, -(1 << 63), 2251782633824244]


def footer(dice: Random) -> Made:
    """Parquet whose footer says something that is not so."""
    file = table(dice)

    def change(whole: Struct) -> None:
        for _ in range(dice.randrange(1, 3)):
            # An earlier change may have taken the place away.
            with contextlib.suppress(LookupError, TypeError):
                _scramble(dice, _place(dice, whole))

    data = edited(file.data, change)
    if dice.random() < 0.2:
        body, _ = opened(file.data)
        data = _byte_accident(dice, body) + data[len(body) :]
    return replace(file, data=data, origin="Parquet footer")


def _place(dice: Random, whole: Struct) -> Struct:
    """Some struct of the footer."""
    which = dice.randrange(4)
    if which == 0:
        return whole
    if which == 1:
        return group(whole, dice.randrange(2))
    return element(whole, dice.randrange(-1, 7)) if which == 2 else chunk(whole, dice.randrange(7), dice.randrange(2))


def _scramble(dice: Random, fields: Struct) -> None:
    number = dice.choice([*fields, dice.randrange(1, 15)])
    kind, value = fields.get(number, (I32, 0))
    if kind in (I32, I64):
        near = [value + 1, value - 1, value * 2] if isinstance(value, int) else []
        fields[number] = (kind, dice.choice([*NUMBERS, *near]))
    elif kind == BINARY:
        fields[number] = (kind, dice.choice([b"", b"\xff", b"revenue", b"x" * 300, value + b"\0"]))
    elif kind == LIST:
        element_kind, values = value
        fields[number] = (kind, (element_kind, dice.choice([[], values[:-1], values + values[:1], values[::-1]])))
    elif kind == STRUCT and dice.random() < 0.5:
        fields.pop(number)
    else:
        fields[number] = (kind, value)


def mutant(dice: Random) -> Made:
    """A small file of the corpus, after accidents."""
    case = dice.choice([one for one in CASES if len(one.name) > 0])
    data = case.content()
    if len(data) > 20_000:
        data = data[:20_000]
    for _ in range(dice.choice([1, 1, 2, 4])):
        text = dice.random() < 0.5 and not case.name.endswith((".gz", ".parquet"))
        data = (_line_accident if text else _byte_accident)(dice, data)
    return Made(case.name, data, f"mutant of {case.name}")


def packed(dice: Random, file: Made) -> Made:
    """The file as gzip: whole, in members, or damaged; what it says stays known only while it is whole."""
    cut = dice.randrange(len(file.data) + 1)
    whole = dice.choice([gz(file.data), gz(file.data[:cut]) + gz(file.data[cut:]), gz(file.data) + bytes(9)])
    if dice.random() < 0.6:
        return replace(file, name=file.name + ".gz", data=whole)
    return replace(file, name=file.name + ".gz", data=_byte_accident(dice, whole), origin="gzip", rows=None)
