"""Files that grow in one dimension: four times as much may take some four times as long, and not sixteen times."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fuzz.files import Made
from fuzz.words import NAMES, SOLD
from pos_corpus.case import H, gz
from pos_corpus.parquet_bytes import BYTES, INT64, UTF8, Column, parquet

if TYPE_CHECKING:
    from collections.abc import Callable

ROW = f"k1,1,2,3,4.5,,{SOLD}"
J = '"transaction_id":"k1","store_id":1,"product_id":2,"quantity":3,"revenue":4.5,"timestamp":1748650000'
LARGE, SMALL = 32_000, 8_000
# Below this nobody waits, and the clock is too coarse.
SECONDS = 1.0
MOST = 9.0


def csv(*lines: str) -> Made:
    return Made("growing.csv", ("\n".join(lines) + "\n").encode(), "growing")


def jsonl(*lines: str) -> Made:
    return Made("growing.jsonl", ("\n".join(lines) + "\n").encode(), "growing")


def wide(count: int) -> Made:
    columns = [Column(f"c{number}", INT64, [1]) for number in range(count // 16)]
    return Made("growing.parquet", parquet(Column("transaction_id", BYTES, ["a"], converted=UTF8), *columns), "growing")


def long(count: int) -> Made:
    groups = count // 32
    columns = [Column("transaction_id", BYTES, [f"k{number}" for number in range(groups)], converted=UTF8)]
    columns += [Column(name, INT64, [SOLD if name == "timestamp" else 1] * groups) for name in NAMES[1:]]
    return Made("growing.parquet", parquet(*columns, groups=[1] * groups), "growing")


GROWING: dict[str, Callable[[int], Made]] = {
    "names in a header": lambda count: csv(H + "," + ",".join(f"c{at}" for at in range(count)), ROW + "," * count),
    "equal names in a header": lambda count: csv(H + ",c" * count, ROW + "," * count),
    "empty names in a header": lambda count: csv(H + "," * count, ROW + "," * count),
    "a long name in a header": lambda count: csv(H + "," + "x" * count * 4, ROW + ","),
    "quoted names in a header": lambda count: csv(H + "," + ",".join('"a"' for _ in range(count)), ROW),
    "cells in a row": lambda count: csv(H, ROW + "," * count),
    "short rows": lambda count: csv(H, *["x"] * count),
    "bad rows": lambda count: csv(H, *(f"k{at},x,2,3,4.5,,{SOLD}" for at in range(count))),
    "quotes in a cell": lambda count: csv(H + ",n", ROW + ',"' + '""' * count + '"'),
    "open quotes": lambda count: csv(H, *['"k1'] * (count // 4)),
    "bare quotes": lambda count: csv(H, *['k"1,' * 7] * (count // 4)),
    "line ends in a cell": lambda count: csv(H + ",n", ROW + ',"' + "\n" * count + '"'),
    "quoted cells of many lines": lambda count: csv(
        H + ",n", *(f'k{at},1,2,3,4.5,,{SOLD},"\n\n"' for at in range(count // 4))
    ),
    "empty lines": lambda count: csv(H, *[""] * count * 4, ROW),
    "spaces in a cell": lambda count: csv(H, f"k1,1,2,{' ' * count}3,4.5,,{SOLD}"),
    "digits": lambda count: csv(H, f"k1,{'1' * count},2,3,{'1' * count}.{'1' * count},,{SOLD}"),
    "zeros": lambda count: csv(H, f"k1,{'0' * count}1,2,3,4.{'0' * count},,{SOLD}"),
    "equal rows": lambda count: csv(H, *[ROW] * count),
    "contradictions": lambda count: csv(H, *(f"k1,{at + 1},2,3,4.5,,{SOLD}" for at in range(count))),
    "keys that come twice": lambda count: csv(H, *(f"k{at % (count // 2)},1,2,3,4.5,,{SOLD}" for at in range(count))),
    "control characters": lambda count: csv(H, f"{chr(1) * count},1,2,3,4.5,,{SOLD}"),
    "keys of an object": lambda count: jsonl("{" + J + "," + ",".join(f'"k{at}":1' for at in range(count)) + "}"),
    "keys of an object, the last twice": lambda count: jsonl(
        "{" + J + "," + ",".join(f'"k{at}":1' for at in range(count)) + f',"k{count - 1}":2' + "}"
    ),
    "equal keys of an object": lambda count: jsonl("{" + J + ',"a":1' * count + "}"),
    "unknown keys on many lines": lambda count: jsonl(
        *("{" + J.replace("k1", f"k{at}") + f',"n{at}":1' + "}" for at in range(count // 2))
    ),
    "nested arrays": lambda count: jsonl("{" + J + ',"n":' + "[" * count + "]" * count + "}"),
    "open braces": lambda count: jsonl('{"a":' * count),
    "a long text": lambda count: jsonl("{" + J + ',"n":' + json.dumps("\\" * count * 4) + "}"),
    "lines that are no objects": lambda count: jsonl(*["x"] * count),
    "spaces in a line": lambda count: jsonl(" " * count * 8 + "{" + J + "}" + " " * count * 8),
    "digits of a number": lambda count: jsonl("{" + J.replace("4.5", "1" * count) + "}"),
    "members of a gzip": lambda count: Made(
        "growing.csv.gz", gz(b"\n") * (count // 4) + gz(f"{H}\n{ROW}\n".encode()), "growing"
    ),
    "columns of a Parquet file": wide,
    "row groups of a Parquet file": long,
}  # fmt: skip


def growth(name: str, seconds: Callable[[Made], float]) -> list[str]:
    """What is wrong with how the time grows: nothing, when it grows with the file or is short."""
    make = GROWING[name]
    large = seconds(make(LARGE))
    if large < SECONDS:
        return []
    small = min(seconds(make(SMALL)) for _ in range(2))
    large = min(large, seconds(make(LARGE)))
    if large < SECONDS or large / max(small, 0.01) < MOST:
        return []
    return [f"{SMALL} take {small:.2f} processor seconds, {LARGE} take {large:.2f}"]
