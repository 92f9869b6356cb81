"""Many rows that are wrong by themselves: the same is found of them, and no more is read than that takes."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from support import SOLD, csv, gz, json_lines, line, row, validate, with_policies
from test_paths_agree import a_csv_file, a_json_file

from pos_validation.evaluation import file_evaluation, wrong_rows
from pos_validation.evaluation.raw_rows import RawRows
from pos_validation.formats import csv_file, csv_unproven, json_rows
from pos_validation.formats.csv_unproven import lines_at

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

ROWS = 500


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_evaluation, "FEWEST", 1)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, list[str]]]:
    """Of each exact evaluation of wrong rows how many rows it had, and which columns."""
    found: list[tuple[int, list[str]]] = []

    class Watched(RawRows):
        def add(self, frame: pl.DataFrame) -> None:
            found.append((frame.height, frame.columns))
            super().add(frame)

    monkeypatch.setattr(wrong_rows, "RawRows", Watched)
    return found


def both_ways(name: str, data: bytes, **given: Any) -> dict[str, Any]:
    """What is found of a file, which is the same if every rule is evaluated exactly for each row."""
    found, exact = (validate(name, data, always_exact=always, collect=True, **given) for always in (False, True))
    for rows in ("validated", "quarantined"):
        one, other = (told.pop(rows, None) for told in (found, exact))
        assert (one is None) == (other is None)
        assert one is None or sorted(one.rows()) == sorted(other.rows())
    assert found == exact
    return found


def wrong(cells: Callable[[int], dict[str, object]], *, rows: int = ROWS) -> bytes:
    return csv(*(line(f"T{number}", **cells(number)) for number in range(rows)))


def test_rows_that_are_all_wrong_are_not_kept(kept: list[int], judged: list[tuple[int, list[str]]]) -> None:
    found = both_ways("x.csv", wrong(lambda number: {"store_id": -(number % 3)}))
    assert found["rows"] == (ROWS, 0, ROWS)
    assert found["counts"] == {("out_of_range", "store_id"): ROWS}
    # What is alike is judged once, by the one column that is not clean; whole rows are looked up for samples alone.
    assert judged[0] == (3, ["line", "store_id"])
    assert judged[1][0] == 20
    assert kept == [*range(2, ROWS + 2)]  # of the exact evaluation that it is compared with


def test_texts_that_are_all_different(judged: list[tuple[int, list[str]]]) -> None:
    found = both_ways("x.csv", wrong(lambda number: {"timestamp": f"{SOLD}{number:03d}"}))
    assert found["counts"] == {("timestamp_in_milliseconds", "timestamp"): ROWS}
    assert judged[0] == (ROWS, ["line", "timestamp"])


def test_samples_are_shown_as_they_were_sent() -> None:
    found = both_ways("x.csv", wrong(lambda number: {"store_id": ("-5", " -5", "-05")[number % 3]}))
    (_, column, lines, values) = found["reasons"][0]
    assert (column, lines[:3], values[:3]) == ("store_id", [2, 3, 4], ["-5", " -5", "-05"])


def test_several_rules_and_warnings() -> None:
    """Of columns that are clean, and of those that are not."""

    def cells(number: int) -> dict[str, object]:
        return [
            {"store_id": 0, "quantity": 0},
            {"product_id": -1, "store_id": 0},
            {"quantity": 10**10},
            {"store_id": 0, "revenue": 1, "discount_applied": 2},
            {"discount_applied": -1, "quantity": -3},
        ][number % 5]

    found = both_ways("x.csv", wrong(cells))
    assert found["rows"] == (ROWS, 0, ROWS)
    assert found["counts"] == {
        ("out_of_range", "store_id"): 300,
        ("out_of_range", "product_id"): 100,
        ("out_of_range", "quantity"): 100,
        ("negative_discount", "discount_applied"): 100,
        ("zero_quantity", "quantity"): 100,
        ("sign_mismatch", "revenue"): 100,
        ("discount_above_gross", "discount_applied"): 100,
    }


def test_rows_that_may_be_good_are_kept(kept: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """An amount with too many digits is rounded, which takes the exact evaluation and is no error."""
    cells = ({"store_id": -1}, {"revenue": "4.56789"}, {})
    data = wrong(lambda number: cells[number % 3])
    found = validate("x.csv", data)
    assert kept == [*range(3, ROWS + 2, 3)]
    assert found == validate("x.csv", data, always_exact=True)
    assert found["counts"] == {("out_of_range", "store_id"): 167, ("precision_lost", "revenue"): 167}


def test_wrong_rows_do_not_hide_that_keys_repeat() -> None:
    lines = [line(f"T{number % 400}", **({"store_id": -1} if number < 300 else {})) for number in range(ROWS)]
    lines += [line(f"T{number}", revenue=77) for number in range(300, 350)]
    found = both_ways("x.csv", csv(*lines))
    assert found["counts"] == {("out_of_range", "store_id"): 300, ("duplicate_key", "transaction_id"): 50}


@pytest.mark.parametrize(("tolerance", "verdict"), [(0.5, "valid"), (0.49, "rejected")])
def test_a_file_that_may_be_tolerated_keeps_its_rows(tolerance: float, verdict: str) -> None:
    data = wrong(lambda number: {"store_id": -1} if number % 2 else {})
    found = both_ways("x.csv", data, plan_=with_policies(file_tolerance=tolerance))
    assert (found["verdict"], found["rows"]) == (verdict, (ROWS, 250, 250))


@pytest.mark.parametrize(
    "odd",
    [
        "T8,1,2,3",
        "",
        csv().decode().rstrip("\n"),
        '"T8",1,2,3,4.5,,1748650000',
        f"\ufeffT8,1,2,3,4.5,,{SOLD}",
        ",,,,,,",
    ],
    ids=["a short row", "an empty line", "the header", "quotes", "a byte order mark", "nothing"],
)
@pytest.mark.parametrize("sparse", [0, csv_unproven.SPARSE, 10**6])
def test_lines_that_are_no_rows_or_odd_ones(odd: str, sparse: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_unproven, "SPARSE", sparse)
    monkeypatch.setattr(csv_unproven, "FAR", 0)
    for every in (1, 50):
        lines = [line(f"T{number}", store_id=-1 if number % every == 0 else 1) for number in range(100)]
        for at in (0, 50, 100):
            both_ways("x.csv", csv(*lines[:at], odd, *lines[at:]))


@pytest.mark.parametrize("far", [0, csv_unproven.FAR])
def test_samples_at_the_end_of_a_file(far: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_unproven, "FAR", far)
    found = both_ways("x.csv", wrong(lambda number: {"quantity": " 0", "store_id": " -1"} if number > 480 else {}))
    assert found["reasons"] == [
        ("out_of_range", "store_id", [*range(483, 493)], [" -1"] * 10),
        ("zero_quantity", "quantity", [*range(483, 493)], [" 0"] * 10),
    ]


def test_json_lines(kept: list[int]) -> None:
    rows = [row(f"T{number}", store_id=-1 if number % 2 else 1) for number in range(ROWS)]
    found = validate("x.jsonl", json_lines(*rows))
    assert (found["rows"], kept) == ((ROWS, 250, 250), [])
    assert found == validate("x.jsonl", json_lines(*rows), always_exact=True)


def test_json_lines_that_only_repeat_keys() -> None:
    """No rule is open then that reads a single row."""
    rows = [row(f"T{number % 400}") for number in range(ROWS)]
    assert both_ways("x.jsonl", json_lines(*rows))["counts"] == {("repeated_row", "transaction_id"): 100}


@pytest.mark.parametrize(
    ("name", "end", "code"),
    [("x.csv", "T\xff,1,2\n", "not_utf8"), ("x.jsonl", "\xff\n", "not_utf8"), ("x.jsonl", "", "missing_column")],
)
def test_of_a_file_that_is_rejected_as_a_whole_nothing_else_is_told(
    name: str, end: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_file, "WHOLE", 0)
    monkeypatch.setattr(csv_file, "BLOCK", 4000)
    monkeypatch.setattr(json_rows, "BLOCK", 4000)
    rows = [row(f"T{number}", store_id=-1) for number in range(ROWS)]
    if code == "missing_column":
        rows = [{column: cell for column, cell in one.items() if column != "quantity"} for one in rows]
    data = wrong(lambda _: {"store_id": -1}) if name == "x.csv" else json_lines(*rows)
    found = both_ways(name, data + end.encode("latin-1"))
    assert [code for code, *_ in found["reasons"]] == [code]


@pytest.mark.parametrize("probed", [1, wrong_rows.PROBED])
@pytest.mark.parametrize("seed", range(3))
def test_hostile_files_in_one_and_in_many_blocks(seed: int, probed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrong_rows, "PROBED", probed)
    monkeypatch.setattr(csv_unproven, "FAR", 0)
    rng = random.Random(seed)
    for _ in range(8):
        data, lines = a_csv_file(rng), a_json_file(rng)
        whole = both_ways("x.csv", data), both_ways("x.jsonl", lines)
        with monkeypatch.context() as patched:
            patched.setattr(csv_file, "WHOLE", 0)
            patched.setattr(csv_file, "BLOCK", 400)
            patched.setattr(json_rows, "BLOCK", 400)
            assert (both_ways("x.csv", data), both_ways("x.jsonl", lines)) == whole
        assert both_ways("x.csv.gz", gz(data))["reasons"] == whole[0]["reasons"]


def test_lines_are_cut_out_of_pieces() -> None:
    pieces = [b"a\nb\n", b"c\n", b"\n\n", b"d\ne"]
    lines = ["a", "b", "c", "", "", "d", "e"]
    for chosen in range(1, 1 << len(lines)):
        rows = [at for at in range(len(lines)) if chosen >> at & 1]
        assert lines_at(pieces, rows) == ("".join(lines[at] + "\n" for at in rows).encode(), len(lines))
