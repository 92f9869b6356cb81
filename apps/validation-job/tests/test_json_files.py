"""JSON lines, good and bad."""

from __future__ import annotations

import json

import pytest
from support import gz, json_lines, row, validate

OK = row()


def without(name: str, key: str) -> dict[str, object]:
    return {k: v for k, v in row(name).items() if k != key}


GOOD = {
    "plain": json_lines(OK, row("T2")),
    "gzip": gz(json_lines(OK, row("T2"))),
    "byte order mark": b"\xef\xbb\xbf" + json_lines(OK, row("T2")),
    "CRLF and empty lines": b"\r\n" + json_lines(OK, row("T2")).replace(b"\n", b"\r\n\r\n"),
    "whole numbers as floats": json_lines(row(store_id=1.0), '{"transaction_id":"T2","store_id":1e0,"product_id":20E-1,'
        '"quantity":3,"revenue":4.5,"timestamp":1.74865e9}'),
    "optional name absent": json_lines(without("T1", "discount_applied"), row("T2")),
    "escaped text": json_lines('{"transaction_id":"\\u00e4\\ud83d\\ude00","store_id":1,"product_id":2,"quantity":3,'
        '"revenue":4.5,"timestamp":1748650000}', row("T2")),
}  # fmt: skip


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD.keys())
@pytest.mark.parametrize("always_exact", [False, True], ids=["fast", "exact"])
def test_good_files_are_valid(data: bytes, always_exact: bool) -> None:
    found = validate("x.jsonl", data, always_exact=always_exact)
    assert (found["verdict"], found["rows"], found["reasons"]) == ("valid", (2, 2, 0), [])


BROKEN = {
    "cut off": (json_lines(OK, row("T2"))[:-30], ("broken_json", None, [2])),
    "an array": (b" \n[" + json_lines(OK)[:-1] + b"]", ("broken_json", None, [2])),
    "one object over many lines": (json.dumps(OK, indent=1).encode(), ("broken_json", None, list(range(1, 10)))),
    "no objects": (json_lines(OK, "1", '"x"', "null", "[]"), ("broken_json", None, [2, 3, 4, 5])),
    "something behind": (json_lines(OK, json.dumps(row("T2")) + " x"), ("broken_json", None, [2])),
    "NaN": (json_lines(OK, row("T2", revenue=float("nan"))), ("broken_json", None, [2])),
    "nested without end": (json_lines(OK, "[" * 100_000), ("broken_json", None, [2])),
    "half a character": (json_lines(OK, row("\ud800")), ("broken_json", None, [2])),
    "a name twice": (json_lines(OK, '{"store_id":1,"store_id":2}'), ("duplicate_column", "store_id", [2])),
    "a name nowhere": (json_lines(without("T1", "store_id")), ("missing_column", "store_id", [1])),
    "white space": (b"\n \n", ("empty_file", None, [None])),
    "Latin-1": (json_lines(OK) + b'{"transaction_id":"\xe4"}\n', ("not_utf8", None, [2])),
    "UTF-16": (json_lines(OK).decode().encode("utf-16"), ("not_utf8", None, [1])),
}


@pytest.mark.parametrize(("data", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_files_are_rejected_with_the_place(data: bytes, reason: tuple[object, ...]) -> None:
    found = validate("x.jsonl", data)
    assert found["verdict"] == "rejected"
    assert [found_reason[:3] for found_reason in found["reasons"]] == [reason]


VALUES = {
    ("transaction_id", "17"): ("wrong_type", "17"),
    ("transaction_id", '""'): ("missing_value", ""),
    ("transaction_id", "null"): ("missing_value", None),
    ("store_id", '"1"'): ("wrong_type", "1"),
    ("store_id", "true"): ("wrong_type", "true"),
    ("store_id", '{"a": [1.50]}'): ("wrong_type", '{"a": [1.50]}'),
    ("store_id", "1.5"): ("not_an_integer", "1.5"),
    ("store_id", "null"): ("missing_value", None),
    ("store_id", "99999999999999999999"): ("out_of_range", "99999999999999999999"),
    ("revenue", '"4.5"'): ("wrong_type", "4.5"),
    ("revenue", "1e400"): ("out_of_range", "1e400"),
    ("timestamp", "1748650000000"): ("timestamp_in_milliseconds", "1748650000000"),
    ("timestamp", '"2025-05-31"'): ("wrong_type", "2025-05-31"),
    ("discount_applied", "-1"): ("negative_discount", "-1"),
}


@pytest.mark.parametrize(("cell", "expected"), VALUES.items(), ids=[f"{c} {v}" for c, v in VALUES])
def test_a_bad_value_has_one_reason_with_its_line(cell: tuple[str, str], expected: tuple[str, str | None]) -> None:
    column, value = cell
    texts = [f'"{name}": {value if name == column else json.dumps(sent)}' for name, sent in row("T2").items()]
    found = validate("x.jsonl", json_lines(OK, "", "{" + ", ".join(texts) + "}"))
    assert found["reasons"] == [(expected[0], column, [3], [expected[1]])]


def test_a_row_without_a_name_that_others_have_is_one_bad_row() -> None:
    found = validate("x.json", json_lines(OK, without("T2", "store_id")))
    assert (found["reasons"], found["rows"]) == ([("missing_value", "store_id", [2], [None])], (2, 1, 1))


def test_an_unknown_name_is_noted_once() -> None:
    found = validate("x.ndjson", json_lines(OK, {**row("T2"), "note": 1}, {**row("T3"), "note": 2}))
    assert (found["verdict"], found["reasons"]) == ("valid", [("unexpected_column", "note", [2], ["note"])])
