"""A file with a few bad rows: only they are evaluated exactly, whatever stands around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support import SOLD, csv, gz, json_lines, line, row, validate

from pos_validation.evaluation.exact_evaluator import ExactEvaluator
from pos_validation.formats import csv_file

if TYPE_CHECKING:
    from pos_validation.findings.findings import RowCounts

ROWS = 500
BAD = {7: {"store_id": -1}, 90: {"quantity": "1.5"}, 91: {"revenue": "4.5x"}, 300: {"timestamp": "soon"}}


def lines_of(found: dict[str, list[tuple[str, str, list[int], list[str]]]]) -> dict[str, list[int]]:
    return {column: lines for _, column, lines, _ in found["reasons"]}


WHERE = {"store_id": [9], "quantity": [92], "revenue": [93], "timestamp": [302]}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_csv(kept: list[int], end: str, packed: bool) -> None:
    data = csv(*(line(f"T{number}", **BAD.get(number, {})) for number in range(ROWS)), end=end)
    found = validate("x.csv.gz", gz(data)) if packed else validate("x.csv", data)
    assert (found["rows"], lines_of(found)) == ((ROWS, ROWS - 4, 4), WHERE)
    assert sorted(kept) == [9, 92, 93, 302]


def test_csv_with_quotes_and_broken_lines(kept: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "PIECE", 4000)
    lines = [line(f'"T, {number}"', **BAD.get(number, {})) for number in range(ROWS)]
    found = validate("x.csv", csv(*lines, "", "short", *lines[:1]))
    assert found["rows"] == (ROWS + 2, ROWS - 3, 5)
    assert found["counts"][("row_width", None)] == 1
    # Both rows of the key that repeats are compared.
    assert {2, 9, 92, 93, 302, ROWS + 4} <= set(kept)
    assert len(set(kept)) == 6


def test_json_lines(kept: list[int]) -> None:
    rows = [row(f"T{number}", **BAD.get(number, {})) for number in range(ROWS)]
    rows[90]["quantity"], rows[91]["revenue"] = 1.5, "4.5"
    found = validate("x.jsonl", json_lines(*rows))
    where = {column: [number - 1 for number in lines] for column, lines in WHERE.items()}
    assert (found["rows"], lines_of(found)) == ((ROWS, ROWS - 4, 4), where)
    assert sorted(kept) == [8, 91, 92, 301]


def test_a_word_instead_of_a_number_keeps_no_other_row(kept: list[int]) -> None:
    found = validate("x.csv", csv(*(line(f"T{number}", store_id="x" if number == 3 else 1) for number in range(ROWS))))
    assert (found["rows"], kept) == ((ROWS, ROWS - 1, 1), [5])


def test_warnings_of_proven_rows_keep_their_lines(kept: list[int]) -> None:
    lines = [line(f"T{number}", quantity=0 if number in (4, 6) else 1, timestamp=SOLD) for number in range(20)]
    lines[5] = line("T5", store_id=0)
    found = validate("x.csv", csv(*lines))
    assert {column: at for code, column, at, _ in found["reasons"] if code == "zero_quantity"} == {"quantity": [6, 8]}
    assert kept == [7]


WRONG_VALUES = {7: {"store_id": -1}, 90: {"quantity": 10**10}, 499: {"timestamp": 1}}


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_plain_file_with_wrong_values_is_read_once(
    kept: list[int], monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    def again(*_: object, **__: object) -> None:
        raise AssertionError("The file was read again.")

    data = csv(*(line(f"T{number}", **WRONG_VALUES.get(number, {})) for number in range(ROWS)))
    if end == "\r\n":
        data = data.replace(b"\n", b"\r\n")
    else:
        monkeypatch.setattr(csv_file._Csv, "blocks", again)
    found = validate("x.csv", data if end else data.rstrip(b"\n"))
    assert found["rows"] == (ROWS, ROWS - 3, 3)
    assert lines_of(found) == {"store_id": [9], "quantity": [92], "timestamp": [501]}
    assert sorted(kept) == [9, 92, 501]


def test_every_row_with_a_wrong_value(kept: list[int]) -> None:
    found = validate("x.csv", csv(*(line(f"T{number}", store_id=-1) for number in range(ROWS))))
    assert found["rows"] == (ROWS, 0, ROWS)
    assert found["counts"][("out_of_range", "store_id")] == ROWS
    assert kept == [*range(2, ROWS + 2)]


@pytest.mark.parametrize(
    ("odd", "rows", "reasons"),
    [
        ("T8,1,2,3", (ROWS + 1, ROWS - 1, 2), {"row_width", "out_of_range"}),
        ("", (ROWS, ROWS - 1, 1), {"out_of_range"}),
        (csv().decode().rstrip("\n"), (ROWS + 1, ROWS - 1, 2), {"repeated_header", "out_of_range"}),
    ],
    ids=["a short row", "an empty line", "the header again"],
)
def test_what_is_no_row_beside_a_wrong_value(odd: str, rows: tuple[int, int, int], reasons: set[str]) -> None:
    lines = [line(f"T{number}", **({"store_id": -1} if number == 7 else {})) for number in range(ROWS)]
    data = csv(*lines[:20], odd, *lines[20:])
    found = validate("x.csv", data)
    assert found == validate("x.csv", data, always_exact=True)
    assert (found["rows"], {code for code, *_ in found["reasons"]}) == (rows, reasons)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("empty", [1, 3, 600])
@pytest.mark.parametrize("wrong", [(), (0,), (1, 7)])
def test_empty_lines_before_the_first_row_move_no_row(
    monkeypatch: pytest.MonkeyPatch, empty: int, wrong: tuple[int, ...], packed: bool
) -> None:
    """Whether they are rows to polars depends on its version, and on what stands before them."""
    monkeypatch.setattr(csv_file, "PIECE", 4000)
    lines = [
        line(f"T{number}", quantity=0 if number == 9 else 1, **({"store_id": -1} if number in wrong else {}))
        for number in range(ROWS)
    ]
    for before in (0, 60):
        data = csv(*lines[:before], *[""] * empty, *lines[before:])
        name, sent = ("x.csv.gz", gz(data)) if packed else ("x.csv", data)
        found = validate(name, sent)
        assert found == validate(name, sent, always_exact=True)
        assert found["rows"] == (ROWS, ROWS - len(wrong), len(wrong))


def test_a_wrong_row_does_not_hide_that_keys_repeat(kept: list[int]) -> None:
    """Neither a key that two clean rows have, nor one that a wrong row shares with a clean one."""
    lines = [line(f"T{number}", **({"store_id": -1} if number == 7 else {})) for number in range(ROWS)]
    data = csv(*lines, line("T3", revenue=77), line("T7"))
    found = validate("x.csv", data)
    assert {5, 9, ROWS + 2, ROWS + 3} <= set(kept)
    # A wrong row is not compared with others; the clean one with its key stays.
    assert found["counts"][("duplicate_key", "transaction_id")] == 1
    assert found["rows"] == (ROWS + 2, ROWS, 2)
    assert found == validate("x.csv", data, always_exact=True)


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """For each exact evaluation the rules that were settled before it."""
    rules: list[set[str]] = []
    evaluate = ExactEvaluator.evaluate

    def watched(self: ExactEvaluator, *given: Any, settled: Any = (), **named: Any) -> RowCounts:
        rules.append(set(settled))
        return evaluate(self, *given, settled=settled, **named)

    monkeypatch.setattr(ExactEvaluator, "evaluate", watched)
    return rules


def judged_both_ways(data: bytes) -> dict[str, Any]:
    """What is found of a CSV file, which is the same if every rule is evaluated exactly."""
    found = validate("x.csv", data)
    assert found == validate("x.csv", data, always_exact=True)
    return found


def test_only_rules_about_columns_that_are_not_clean_are_evaluated(settled: list[set[str]]) -> None:
    found = judged_both_ways(csv(*(line(f"T{number}", store_id=-number, quantity=0) for number in range(1, ROWS))))
    assert found["counts"] == {("out_of_range", "store_id"): ROWS - 1, ("zero_quantity", "quantity"): ROWS - 1}
    assert {"transaction_id.too_long", "timestamp_too_late", "zero_quantity", "sign_mismatch"} <= settled[0]
    assert not {rule for rule in settled[0] if rule.startswith("store_id.")}


def test_what_is_clean_in_some_pieces_only_is_evaluated_in_all(
    settled: list[set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of warnings about a column that is clean at first, and then is not, the first rows count as well.
    monkeypatch.setattr(csv_file, "WHOLE", 0)
    monkeypatch.setattr(csv_file, "BLOCK", 4000)
    wrong = [{"store_id": 0, "quantity": 0}, {"quantity": 10**10}, {"revenue": -1, "discount_applied": -1}]
    lines = [line(f"T{number}", **wrong[number * len(wrong) // ROWS]) for number in range(ROWS)]
    found = judged_both_ways(csv(*lines))
    assert found["counts"][("zero_quantity", "quantity")] == 167
    assert "zero_quantity" not in settled[0]
    assert "sign_mismatch" not in settled[0]
    assert "transaction_id.too_long" in settled[0]


def test_rows_that_only_repeat_a_key_break_no_other_rule(settled: list[set[str]]) -> None:
    found = judged_both_ways(csv(*(line(f"T{number % 400}", quantity=0) for number in range(ROWS))))
    assert found["counts"][("zero_quantity", "quantity")] == ROWS
    assert {"transaction_id.too_long", "zero_quantity"} <= settled[0]
