"""Headers: what stands before them, how long they may be, and names that look like others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support import HEADER, NAMES, csv, json_lines, line, row, validate

if TYPE_CHECKING:
    from collections.abc import Callable

OK = line()
BOM = b"\xef\xbb\xbf"
NOT_FIRST: dict[str, tuple[bytes, int, str]] = {
    "sep=": (b"sep=;\n" + csv(OK).replace(b",", b";"), 1, "Excel's sep= line stands before it; the columns are"),
    "SEP= and a comma": (b"SEP=,\r\n" + csv(OK, end="\r\n"), 1, "Excel's sep= line stands before it"),
    "a title": (b"Sales report store 12\n\n" + csv(OK), 1, "another line stands before it; the columns are named on"),
    "several titles": (b"Sales,,,\nStore,12\n;;\n" + csv(OK), 1, "the columns are named on line 4"),
    "a title in quotes": (b'"Sales ""2025"""\n' + csv(OK), 1, "the columns are named on line 2"),
    "a comment": (b"# exported by till 4\n" + csv(OK), 1, "the columns are named on line 2"),
    "a second mark": (BOM + BOM + csv(OK), 1, "a second byte order mark stands before it"),
    "a zero width space": ("\u200b".encode() + csv(OK), 1, "an invisible character (U+200B) stands before it"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "at", "words"), NOT_FIRST.values(), ids=NOT_FIRST.keys())
def test_what_stands_before_the_header_is_named(data: bytes, at: int, words: str) -> None:
    found = validate("x.csv", data)
    assert [reason[:3] for reason in found["reasons"]] == [("header_not_first", None, [at])]
    assert words in found["messages"][0]


def test_quotation_marks_of_a_word_processor() -> None:
    header = ",".join(f"“{name}”" for name in NAMES)
    found = validate("x.csv", csv(OK, header=header))
    assert found["reasons"][0][:2] == ("missing_column", "transaction_id")
    assert "'“transaction_id”' is not the same: names must match exactly" in found["messages"][0]
    found = validate("x.csv", csv(line(quantity="“3”")))
    assert found["reasons"] == [("not_an_integer", "quantity", [2], ["“3”"])]


def test_decimal_commas() -> None:
    cells = line("T2", revenue="4.50").replace(",", ";").replace(".", ",")
    found = validate("x.csv", csv(OK.replace(",", ";"), cells, header=HEADER.replace(",", ";")))
    assert found["reasons"] == [("not_a_number", "revenue", [3], ["4,50"])]


@pytest.mark.parametrize("quoted", [False, True], ids=["bare", "quoted"])
@pytest.mark.parametrize("always_exact", [False, True], ids=["fast", "exact"])
def test_files_that_were_put_one_behind_the_other(quoted: bool, always_exact: bool) -> None:
    again = ",".join(f'"{name}"' for name in NAMES) if quoted else HEADER
    found = validate("x.csv", csv(OK, again, line("T2"), again), always_exact=always_exact)
    assert found["reasons"] == [("repeated_header", None, [3, 5], [None, None])]
    assert found["rows"] == (4, 2, 2)


def test_a_line_of_totals_is_told_by_its_line() -> None:
    found = validate("x.csv", csv(OK, "Total,,,3,4.50,,"))
    assert [reason[:3] for reason in found["reasons"]] == [
        ("missing_value", column, [3]) for column in ("store_id", "product_id", "timestamp")
    ]


LONG = ",".join(f"column {n:05d}" for n in range(9_000))


def test_a_header_may_be_long_and_is_never_cut() -> None:
    found = validate("x.csv", csv(OK + "," * 9_000, header=f"{HEADER},{LONG}"))
    assert (found["verdict"], found["rows"]) == ("valid", (1, 1, 0))
    short = validate("x.csv", csv(OK, header=f"{HEADER},{LONG}"))
    assert [reason[0] for reason in short["reasons"] if reason[0] != "unexpected_column"] == ["row_width"]


def test_too_many_names_and_too_long_a_header_are_refused() -> None:
    many = ",".join(f"c{n}" for n in range(20_000))
    assert validate("x.csv", csv(OK, header=f"{HEADER},{many}"))["reasons"] == [
        ("too_many_columns", None, [1], ["20,007"])
    ]
    endless = validate("x.csv", f"{HEADER},{'x' * (2 << 20)}".encode())
    assert endless["reasons"] == [("header_too_long", None, [1], [None])]
    names = {f"n{n}": 1 for n in range(6_000)}
    objects = json_lines({**row(), **names}, {**row("T2"), **{f"m{n}": 1 for n in range(6_000)}})
    assert validate("x.jsonl", objects)["reasons"][0][:3] == ("too_many_columns", None, [2])


SAME_NAMES: dict[str, Callable[[str], bytes]] = {
    "CSV": lambda name: csv(OK + ",9", header=f"{HEADER},{name}"),
    "JSON": lambda name: json_lines({**row(), name: 9}),
}


@pytest.mark.parametrize("make", SAME_NAMES.values(), ids=SAME_NAMES.keys())
@pytest.mark.parametrize("name", ["Revenue", "REVENUE", "a.b", "line", "source_file", "revenue__wrong",
                                  "revenue__value", "\x000", "\x00unnamed 8", "", "*", "^.*$",
                                  "revenue\xa0"])  # fmt: skip
@pytest.mark.parametrize("always_exact", [False, True], ids=["fast", "exact"])
def test_a_name_like_ours_is_just_ignored(make: Callable[[str], bytes], name: str, always_exact: bool) -> None:
    found = validate(
        "x.csv" if make is SAME_NAMES["CSV"] else "x.jsonl", make(name), collect=True, always_exact=always_exact
    )
    assert (found["verdict"], [reason[0] for reason in found["reasons"]]) == ("valid", ["unexpected_column"])
    assert [str(value) for value in found["validated"]["revenue"]] == ["4.5000"]


def test_names_that_are_equal_once_read_are_one_name_twice() -> None:
    assert validate("x.csv", csv(OK + ",9", header=f"{HEADER}, revenue "))["reasons"][0][:2] == (
        "duplicate_column",
        "revenue",
    )
    assert validate("x.csv", csv(OK + ",9", header=f'{HEADER},"revenue"'))["reasons"][0][:2] == (
        "duplicate_column",
        "revenue",
    )
    escaped = json_lines(json.dumps(row())[:-1] + ', "re\\u0076enue": 9}')
    assert validate("x.jsonl", escaped)["reasons"][0][:3] == ("duplicate_column", "revenue", [1])
    unnamed = validate("x.csv", csv(OK + ",1,2,3", header=f"{HEADER},,\x008,"))
    assert (unnamed["verdict"], unnamed["rows"]) == ("valid", (1, 1, 0))
