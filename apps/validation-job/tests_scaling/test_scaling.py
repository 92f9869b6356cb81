"""Twice the input takes at most two and a half times the work, whatever is in it.

Measured is processor time, of the smaller and of a four times larger file, the least of several runs each: what else
the machine does then matters little. Quadratic work would take 16 times as much.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from support import HEADER, csv, gz, json_lines, line, row, validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

TIMES = 4
MOST = 2.5**2
# Below this, in seconds, a measurement says nothing; it is added to both.
NOISE = 0.02
RUNS = 3
OBJECT = (
    '{"transaction_id": "T1", "store_id": 1, "product_id": 2, "quantity": 3, "revenue": 4.5, "timestamp": 1748650000'
)


def members(count: int) -> bytes:
    """A gzip member for each row."""
    texts = (HEADER, *(line(f"T{n}") for n in range(count)))
    return b"".join(gz(f"{text}\n".encode()) for text in texts)


def wide(count: int) -> str:
    """A line with as many empty cells more."""
    return line() + "," * count


def object_of(cells: Iterable[str]) -> bytes:
    return f"{OBJECT}, {', '.join(cells)}}}\n".encode()


# Name → kind of file, number of things in the smaller file, and the file with so many of them.
INPUTS: dict[str, tuple[str, int, Callable[[int], bytes]]] = {
    # Names.
    "columns in a header": (
        "x.csv", 2_000, lambda n: csv(wide(n), header=",".join([HEADER, *(f"c{i}" for i in range(n))]))
    ),
    "too many columns in a header": ("x.csv", 20_000, lambda n: csv("1", header=",".join(f"c{i}" for i in range(n)))),
    "a name again and again": ("x.csv", 50_000, lambda n: csv("1", header="store_id," * n)),
    "a long header line": ("x.csv", 100_000, lambda n: csv(wide(1), header=HEADER + "," + "x" * n)),
    "quoted names": ("x.csv", 20_000, lambda n: csv("1", header=",".join(['"a"', "b"] * n))),
    "lines before the header": ("x.csv", 100_000, lambda n: "\n".join(["title"] * n).encode()),
    "unknown names in one object": ("x.jsonl", 2_000, lambda n: object_of(f'"n{i}": 1' for i in range(n))),
    "an unknown name in each row": (
        "x.jsonl", 2_000, lambda n: json_lines(*({**row(f"T{i}"), f"n{i}": 1} for i in range(n)))
    ),
    "too many unknown names": ("x.jsonl", 50_000, lambda n: object_of(f'"n{i}": 1' for i in range(n))),
    "a name twice at the end": ("x.jsonl", 10_000, lambda n: object_of([*(f'"n{i}": 1' for i in range(n)), '"n7": 1'])),
    # Cells and quotes.
    "bad rows": ("x.csv", 10_000, lambda n: csv(*(line(f"T{i}", quantity="x") for i in range(n)))),
    "short rows": ("x.csv", 20_000, lambda n: csv(*["a,b"] * n)),
    "quotes in cells": ("x.csv", 20_000, lambda n: csv(*(line(f'"T""{i}"') for i in range(n)))),
    "quotes out of place": ("x.csv", 20_000, lambda n: csv(*(line(f'T"{i}') for i in range(n)))),
    "quotes that open and never close": ("x.csv", 20_000, lambda n: csv(*(line(f'"T{i}') for i in range(n)))),
    "nothing but quotes": ("x.csv", 200_000, lambda n: csv('"' * (2 * n))),
    "lines of quotes": ("x.csv", 50_000, lambda n: csv(*['""""'] * n)),
    "lines of an odd number of quotes": ("x.csv", 50_000, lambda n: csv(*['"""'] * n)),
    "quoted and bare cells in one line": ("x.csv", 100_000, lambda n: csv(",".join(['"a"', "b"] * n))),
    "a bare cell after a quoted one": ("x.csv", 50_000, lambda n: csv(*['"a"\tb'] * n)),
    "a huge cell": ("x.csv", 4_000_000, lambda n: csv(line("x" * n))),
    "a huge quoted cell": ("x.csv", 200_000, lambda n: csv(line('"' + 'a""' * n + '"'))),
    "headers again": ("x.csv", 10_000, lambda n: csv(*[line(), HEADER] * n)),
    # Lines.
    "empty lines": ("x.csv", 200_000, lambda n: csv(line(), *[""] * n, line("T2"))),
    "empty lines between objects": ("x.jsonl", 200_000, lambda n: json_lines(row(), *[""] * n, row("T2"))),
    "zero bytes": ("x.csv", 1_000_000, lambda n: csv(line("\0" * n))),
    "carriage returns": ("x.csv", 500_000, lambda n: csv(line("\r" * n), line("T2"))),
    "lines that are no JSON": ("x.jsonl", 20_000, lambda n: json_lines(*["{"] * n)),
    "a list in an object": ("x.jsonl", 200_000, lambda n: object_of(['"note": [' + ",".join("1" * n) + "]"])),
    "brackets in a text": ("x.jsonl", 1_000_000, lambda n: object_of(['"note": "' + '[\\"' * n + '"'])),
    "brackets": ("x.jsonl", 1_000_000, lambda n: object_of(['"note": ' + "[" * n])),
    "a text that never ends": ("x.jsonl", 1_000_000, lambda n: object_of(['"note": "' + "[\\" * n])),
    # gzip.
    "gzip members": ("x.csv.gz", 5_000, members),
    "zeros that pack well": ("x.csv.gz", 5_000_000, lambda n: gz(csv(line("0" * n)))),
}  # fmt: skip


def seconds(name: str, data: bytes) -> float:
    """Processor time of validating it."""
    begun = time.process_time()
    validate(name, data)
    return time.process_time() - begun


@pytest.mark.parametrize(("name", "count", "make"), INPUTS.values(), ids=INPUTS.keys())
def test_work_grows_with_the_input(name: str, count: int, make: Callable[[int], bytes]) -> None:
    small, large = make(count), make(TIMES * count)
    validate(name, small)
    took = [min(seconds(name, data) for _ in range(RUNS)) for data in (small, large)]
    print(f"{took[0]:.3f} s, {took[1]:.3f} s")
    assert took[1] + NOISE <= MOST * (took[0] + NOISE)
