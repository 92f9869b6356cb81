"""Files as they go wrong in practice, each with the reason codes that the platform must find in it.

They are made from a later day than the good ones, so that not one of their rows is in the tables already.
"""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pos_demo.formats import as_csv, as_gzipped_csv, as_json_lines, as_parquet
from pos_demo.source import COLUMNS, Line


@dataclass(frozen=True, kw_only=True)
class Broken:
    name: str
    codes: tuple[str, ...]
    make: Callable[[Sequence[Line]], bytes]


def _milliseconds(lines: Sequence[Line]) -> bytes:
    return as_csv([dataclasses.replace(line, timestamp=line.timestamp * 1000) for line in lines])


def _without_revenue(lines: Sequence[Line]) -> bytes:
    rows = (row.split(",") for row in as_csv(lines).decode().splitlines())
    at = COLUMNS.index("revenue")
    return "".join(";".join(row[:at] + row[at + 1 :]) + "\n" for row in rows).encode()


def _typing_errors(lines: Sequence[Line]) -> bytes:
    rows = as_csv(lines).decode().splitlines()
    errors = ((3, "quantity", "1.5"), (8, "revenue", "NaN"), (12, "store_id", ""), (17, "discount_applied", "-0.40"))
    for at, column, value in errors:
        cells = rows[at].split(",")
        cells[COLUMNS.index(column)] = value
        rows[at] = ",".join(cells)
    return ("\n".join(rows) + "\n").encode()


def _resent_with_other_values(lines: Sequence[Line]) -> bytes:
    changed = dataclasses.replace(lines[4], quantity=lines[4].quantity + 1)
    return as_parquet([*lines, changed])


def _cut_off_line(lines: Sequence[Line]) -> bytes:
    return as_json_lines(lines)[:-30]


def _cut_off_archive(lines: Sequence[Line]) -> bytes:
    whole = as_gzipped_csv(lines)
    return whole[: len(whole) // 2]


BROKEN = (
    Broken(name="milliseconds.csv", codes=("timestamp_in_milliseconds",), make=_milliseconds),
    Broken(name="no-revenue.csv", codes=("missing_column",), make=_without_revenue),
    Broken(
        name="typing-errors.csv",
        codes=("not_an_integer", "not_finite", "missing_value", "negative_discount"),
        make=_typing_errors,
    ),
    Broken(
        name="sent-twice-and-differs.parquet",
        codes=("duplicate_key",),
        make=_resent_with_other_values,
    ),
    Broken(name="cut-off.jsonl", codes=("broken_json",), make=_cut_off_line),
    Broken(name="cut-off.csv.gz", codes=("unreadable",), make=_cut_off_archive),
)
