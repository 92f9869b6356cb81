"""CSV files, good and bad: verdict, reason, column, line and value as sent."""

from __future__ import annotations

import pytest
from support import HEADER, csv, gz, line, validate

BOM = b"\xef\xbb\xbf"
OK = line()
NO_DISCOUNT = HEADER.replace("discount_applied,", "")

GOOD = {
    "LF": csv(OK, line("T2")),
    "CRLF": csv(OK, line("T2"), end="\r\n"),
    "LF and CRLF mixed": csv(OK + "\r", line("T2")),
    "byte order mark": BOM + csv(OK, line("T2")),
    "semicolons": csv(OK, line("T2")).replace(b",", b";"),
    "tabs": csv(OK, line("T2")).replace(b",", b"\t"),
    "pipes": csv(OK, line("T2")).replace(b",", b"|"),
    "no line end at the end": csv(OK, line("T2"))[:-1],
    "CR without LF at the very end": csv(OK, line("T2"), end="\r\n")[:-1],
    "empty lines": b"\n" + csv(OK, "", line("T2"), "", ""),
    "another order": csv(
        *(",".join(reversed(r.split(","))) for r in (OK, line("T2"))), header=",".join(HEADER.split(",")[::-1])
    ),
    "no optional column": csv("T1,1,2,3,4.5,1748650000", "T2,1,2,3,4.5,1748650000", header=NO_DISCOUNT),
    "spaces in the header": csv(OK, line("T2"), header=HEADER.replace(",", " , ")),
    "everything quoted": csv(*('"' + r.replace(",", '","') + '"' for r in (HEADER, OK, line("T2"))[1:])),
    "quotes within quotes": csv(line('"T""1"'), line("T2")),
    "separators within quotes": csv(line('"T,1"'), line("T2")),
    "numbers with spaces, signs and zeros": csv(
        line(quantity=" +003"), line("T2", revenue=" 4.50 ", discount_applied="  ")
    ),
    "text that is not ASCII": csv(line("Tä€😀"), line("T2")),
    "gzip": gz(csv(OK, line("T2"))),
    "gzip of several members": gz(csv(OK)) + gz(line("T2").encode()) + b"\0" * 512,
    "returns": csv(line(quantity=-1, revenue="-4.50"), line("T2")),
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD.keys())
@pytest.mark.parametrize("always_exact", [False, True], ids=["fast", "exact"])
def test_good_files_are_valid(data: bytes, always_exact: bool) -> None:
    found = validate("x.csv", data, always_exact=always_exact)
    assert (found["verdict"], found["rows"], found["reasons"]) == ("valid", (2, 2, 0), [])


# What is wrong → the file, and its reasons: (code, column, lines, values).
STRUCTURE = {
    "no bytes": (b"", [("empty_file", None, [None], [None])]),
    "white space": (b" \r\n\n\t", [("empty_file", None, [None], [None])]),
    "only a byte order mark": (BOM, [("empty_file", None, [None], [None])]),
    "gzip of nothing": (gz(b""), [("empty_file", None, [None], [None])]),
    "header only": (csv(), [("no_rows", None, [1], [None])]),
    "header only, no line end": (HEADER.encode(), [("no_rows", None, [1], [None])]),
    "column missing": (
        csv("T1,1,2,3,4.5,", header=HEADER.replace(",timestamp", "")),
        [("missing_column", "timestamp", [1], [None])],
    ),
    "column in capitals": (
        csv(OK, header=HEADER.replace("store_id", "Store_ID")),
        [("missing_column", "store_id", [1], ["Store_ID"])],
    ),
    "column twice": (
        csv(OK + ",1", header=HEADER + ",store_id"),
        [("duplicate_column", "store_id", [1], ["store_id"])],
    ),
    "row too short": (csv(OK, "T2,1,2", line("T3")), [("row_width", None, [3], ["T2,1,2"])]),
    "row too long": (csv(OK, line("T2") + ","), [("row_width", None, [3], [line("T2") + ","])]),
    "short row, optional column last": (
        csv("T1,1,2,3,4.5,1748650000", header=NO_DISCOUNT + ",discount_applied"),
        [("row_width", None, [2], ["T1,1,2,3,4.5,1748650000"])],
    ),
    "quote never closed": (
        csv(OK, line('"T2'), line("T3")),
        [("broken_quote", "transaction_id", [3], [line('"T2')])],
    ),
    "quote never closed, others follow": (
        csv(OK, line("T2", timestamp='"1748650000'), line('"T3"')),
        [("broken_quote", "timestamp", [3], ['"1748650000'])],
    ),
    "text after the closing quote": (
        csv(OK, line('"T2"x')),
        [("broken_quote", "transaction_id", [3], [line('"T2"x')])],
    ),
    "quote inside a bare cell": (csv(OK, line('T2"x')), [("broken_quote", "transaction_id", [3], [line('T2"x')])]),
    "Latin-1": (
        csv(OK, line("T2", store_id="é")).replace("é".encode(), b"\xe9"),
        [("not_utf8", None, [3], ["T2,é,2,3,4.5,,1748650000"])],
    ),
    "UTF-16": (csv(OK).decode().encode("utf-16"), [("not_utf8", None, [1], [None])]),
    "UTF-16 without a mark": (csv(OK).decode().encode("utf-16-le"), [("not_utf8", None, [1], [None])]),
    "CR alone": (csv(OK, end="\r"), [("unsupported_format", None, [1], [None])]),
    "a workbook": (b"PK\x03\x04 and so on", [("unsupported_format", None, [None], [None])]),
    "gzip cut off": (gz(csv(*map(line, map(str, range(500)))))[:-40], [("unreadable", None, [None], [None])]),
    "gzip without its checksum": (gz(csv(OK))[:-8], [("unreadable", None, [None], [None])]),
    "gzip with something behind": (gz(csv(OK)) + b"more", [("unreadable", None, [None], [None])]),
}


@pytest.mark.parametrize(("data", "reasons"), STRUCTURE.values(), ids=STRUCTURE.keys())
@pytest.mark.parametrize("always_exact", [False, True], ids=["fast", "exact"])
def test_broken_files_are_rejected_with_the_place(data: bytes, reasons: list[object], always_exact: bool) -> None:
    found = validate("x.csv", data, always_exact=always_exact)
    assert (found["verdict"], found["reasons"]) == ("rejected", reasons)


CELLS = {
    ("quantity", "1.5"): "not_an_integer",
    ("quantity", "3.0"): "not_an_integer",
    ("quantity", "1e3"): "not_an_integer",
    ("quantity", "0x10"): "not_an_integer",
    ("quantity", "1_000"): "not_an_integer",
    ("quantity", "٣"): "not_an_integer",
    ("quantity", "3\0"): "not_an_integer",
    ("quantity", "3\r"): "not_an_integer",
    ("quantity", "9223372036854775808"): "out_of_range",
    ("quantity", " "): "missing_value",
    ("store_id", "0"): "out_of_range",
    ("product_id", "-7"): "out_of_range",
    ("revenue", "abc"): "not_a_number",
    ("revenue", "$5"): "not_a_number",
    ("revenue", "NaN"): "not_finite",
    ("revenue", "-inf"): "not_finite",
    ("revenue", "1e400"): "out_of_range",
    ("revenue", "100000000000000"): "out_of_range",
    ("discount_applied", "-0.01"): "negative_discount",
    ("discount_applied", "none"): "not_a_number",
    ("timestamp", "1748650000000"): "timestamp_in_milliseconds",
    ("timestamp", "946684799"): "timestamp_too_early",
    ("timestamp", "1748908801"): "timestamp_too_late",
    ("timestamp", "2025-05-31T00:00:00Z"): "not_a_number",
    ("timestamp", "Infinity"): "not_finite",
    ("transaction_id", "  "): "missing_value",
    ("transaction_id", "x" * 65): "too_long",
    ("transaction_id", "a\tb"): "control_characters",
    ("transaction_id", "a\0b"): "control_characters",
    ("transaction_id", "a\rb"): "control_characters",
    ("transaction_id", "T2\r"): "control_characters",
}


@pytest.mark.parametrize(("cell", "code"), CELLS.items(), ids=[f"{c} {v[:20]!r}" for c, v in CELLS])
@pytest.mark.parametrize("always_exact", [False, True], ids=["fast", "exact"])
def test_a_bad_cell_has_one_reason_with_its_line_and_value(
    cell: tuple[str, str], code: str, always_exact: bool
) -> None:
    column, value = cell
    found = validate("x.csv", csv(OK, line("T2", **{column: value}), line("T3")), always_exact=always_exact)
    assert found["reasons"] == [(code, column, [3], [value])]
    assert (found["verdict"], found["rows"]) == ("rejected", (3, 2, 1))


def test_lines_are_physical_lines_when_cells_hold_line_ends() -> None:
    header = HEADER + ",note"
    data = csv(
        OK + ',"a\nb\r\nc"',
        line("T2") + ",x",
        line("T3", quantity="x") + ',"\n"',
        line("T4", quantity="y") + ",",
        header=header,
    )
    found = validate("x.csv", data)
    assert found["reasons"][0] == ("not_an_integer", "quantity", [6, 8], ["x", "y"])


def test_a_header_over_two_lines_shifts_the_rows() -> None:
    data = csv(line("T1", quantity="x") + ",1", header=HEADER + ',"a\nnote"')
    assert validate("x.csv", data)["reasons"][0] == ("not_an_integer", "quantity", [3], ["x"])


@pytest.mark.parametrize("always_exact", [False, True], ids=["fast", "exact"])
def test_warnings_keep_the_file_and_name_the_rows(always_exact: bool) -> None:
    data = csv(OK, line("T2", quantity="00"), line("T3", quantity=-1), line("T4", discount_applied="9.50"))
    found = validate("x.csv", data, always_exact=always_exact)
    assert found["verdict"] == "valid"
    assert found["reasons"] == [
        ("zero_quantity", "quantity", [3], ["00"]),
        ("sign_mismatch", "revenue", [4], ["4.5"]),
        ("discount_above_gross", "discount_applied", [5], ["9.50"]),
    ]


def test_an_unknown_column_is_a_warning_that_guesses() -> None:
    found = validate("x.csv", csv(OK + ",1", header=HEADER + ",Discount Applied"))
    assert found["reasons"] == [("unexpected_column", "Discount Applied", [1], ["Discount Applied"])]
    assert "did you mean 'discount_applied'?" in found["messages"][0]


def test_a_header_that_is_missing_is_told_so() -> None:
    found = validate("x.csv", (OK + "\n").encode())
    assert found["verdict"] == "rejected"
    assert [reason[:3] for reason in found["reasons"]][:2] == [
        ("missing_column", "transaction_id", [1]),
        ("missing_column", "store_id", [1]),
    ]
    assert "the first line looks like data" in found["messages"][0]


def test_names_must_match_exactly_and_the_reason_says_so() -> None:
    message = validate("x.csv", csv(OK, header=HEADER.upper()))["messages"][0]
    assert "'TRANSACTION_ID' is not the same: names must match exactly" in message


@pytest.mark.parametrize("always_exact", [False, True], ids=["fast", "exact"])
def test_copies_are_dropped_and_contradictions_rejected(always_exact: bool) -> None:
    copies = validate("x.csv", csv(OK, line("T2"), line(revenue="4.50")), always_exact=always_exact, collect=True)
    assert copies["reasons"] == [("repeated_row", "transaction_id", [4], ["T1"])]
    assert copies["validated"]["transaction_id"].to_list() == ["T1", "T2"]
    contradictions = validate("x.csv", csv(OK, line("T2"), line(revenue="4.51")), always_exact=always_exact)
    assert contradictions["reasons"] == [("duplicate_key", "transaction_id", [4], ["T1"])]
    assert "first on line 2" in contradictions["messages"][0]


@pytest.mark.parametrize("last", ["T00000", "T01500", "T02999"])
def test_a_copy_behind_many_ids_in_ascending_order_is_found(last: str) -> None:
    found = validate("x.csv", csv(*(line(f"T{number:05d}") for number in range(3000)), line(last)))
    assert found["reasons"] == [("repeated_row", "transaction_id", [3002], [last])]


@pytest.mark.parametrize("always_exact", [False, True])
def test_samples_are_the_first_rows_that_break_a_rule(always_exact: bool) -> None:
    rows = [line(f"T{n}", quantity="x" if n % 2 else 1, store_id="y" if n % 3 == 0 else 1) for n in range(120)]
    found = validate("x.csv", csv(*rows), always_exact=always_exact)
    lines = {column: lines for _, column, lines, _ in found["reasons"]}
    assert lines["quantity"] == list(range(3, 3 + 2 * len(lines["quantity"]), 2))
    assert lines["store_id"] == list(range(2, 2 + 3 * len(lines["store_id"]), 3))
    assert min(map(len, lines.values())) > 1


def test_a_file_shows_at_most_twenty_samples_and_every_reason_has_some() -> None:
    bad = [line(f"A{i}", quantity="x") for i in range(50)] + [line(f"B{i}", revenue="y") for i in range(30)]
    found = validate("x.csv", csv(*bad))
    assert [len(lines) for _, _, lines, _ in found["reasons"]] == [10, 10]
    assert found["counts"] == {("not_an_integer", "quantity"): 50, ("not_a_number", "revenue"): 30}
    assert found["rows"] == (80, 0, 80)


def test_the_extension_decides_and_else_the_content() -> None:
    assert validate("x.unknown", csv(OK))["format"] == "csv"
    assert validate("data", gz(csv(OK)))["compression"] == "gzip"
    assert validate("x.csv", gz(csv(OK)))["verdict"] == "valid"
    assert validate("x.csv.gz", csv(OK))["reasons"] == [("unreadable", None, [None], [None])]
    assert validate("x.bin", b"\0\1\2\3")["reasons"] == [("unsupported_format", None, [None], [None])]
    assert validate("incoming.v2/x", csv(OK))["format"] == "csv"
