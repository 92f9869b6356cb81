"""Blocks of lines that are alike are cut at commas: what comes out is what the parser reads, or nothing does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from support import NAMES, json_lines, plan, row, validate
from test_json_shapes import NUMBERS, TEXTS

from pos_validation.findings.findings import Findings
from pos_validation.formats import json_cells, json_rows
from pos_validation.formats.json_lines import lines_of
from pos_validation.formats.json_shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

USUAL = {name: "null" if name == "discount_applied" else "2" for name in NAMES}
USUAL.update(transaction_id='"T"', note='"x"')


def line(cells: Mapping[str, str], comma: str = ",", colon: str = ":") -> str:
    return "{" + comma.join(f'"{name}"{colon}{value}' for name, value in cells.items()) + "}"


def taught(first: str) -> Shapes:
    """The shapes of a file that begins with that line."""
    shapes = Shapes(plan())
    shapes.split(lines_of(first.encode(), first_line=1))
    return shapes


def parsed(block: bytes) -> pl.DataFrame:
    reader = json_rows._Reader(plan(), Findings(plan()), None)
    reader._shapes = None
    return reader.read(block, first_line=7)[0]


@pytest.fixture(autouse=True)
def _never_give_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_cells, "MOST_FAILURES", 10**9)


def cut(shapes: Shapes, block: str) -> bool:
    """Whether the block was read; then it is what the parser reads."""
    found = shapes.alike(block.encode(), first_line=7)
    if found is not None:
        assert found.equals(parsed(block.encode())), block
        assert found.schema == parsed(block.encode()).schema
    return found is not None


@pytest.mark.parametrize(("comma", "colon"), [(",", ":"), (", ", ": "), (",", " :\t")])
def test_every_value_of_every_column(comma: str, colon: str) -> None:
    shapes = taught(line(USUAL, comma, colon))
    read = 0
    for name in USUAL:
        for value in [*TEXTS, *NUMBERS]:
            odd = line({**USUAL, name: value}, comma, colon)
            for block in (odd, f"{line(USUAL, comma, colon)}\n{odd}\n", f"{odd}\r\n{line(USUAL, comma, colon)}\r\n"):
                read += cut(shapes, block)
    assert read > 150


@pytest.mark.parametrize(
    "odd",
    [
        line(USUAL)[1:],
        line(USUAL)[:-1],
        line(USUAL) + " ",
        line(USUAL) + "}",
        line(USUAL) + ",",
        line(USUAL) + line(USUAL),
        " " + line(USUAL),
        "\ufeff" + line(USUAL),
        line({name: USUAL[name] for name in reversed(USUAL)}),
        line({name: value for name, value in USUAL.items() if name != "store_id"}),
        line({**USUAL, "more": "1"}),
        line(USUAL).replace('"store_id":', ""),
        line(USUAL).replace('"store_id":', '"store_id":"store_id":'),
        line(USUAL).replace('"store_id"', '"product_id"'),
        line(USUAL).replace(',"store_id":2', ""),
        line({**USUAL, "transaction_id": '"a,b"'}),
        line({**USUAL, "transaction_id": '"a\rb"'}),
        line(USUAL).replace(",", "\r,", 1),
        ",,,,,,,",
        "",
    ],
)
def test_a_block_with_an_odd_line_is_not_cut(odd: str) -> None:
    shapes = taught(line(USUAL))
    assert cut(shapes, f"{line(USUAL)}\n{line(USUAL)}\n")
    for block in (odd, f"{odd}\n", f"{line(USUAL)}\n{odd}\n", f"{odd}\n{line(USUAL)}\n"):
        assert not cut(shapes, block)


@pytest.mark.parametrize("first", [line(USUAL, comma=" ,"), "{}", "}"])
def test_lines_with_blanks_behind_values_or_without_values_are_not_cut(first: str) -> None:
    assert not cut(taught(first), first)


@pytest.fixture
def split(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The first lines of blocks that were split line by line."""
    found: list[int] = []

    def watched(block: bytes, *, first_line: int) -> pl.DataFrame:
        found.append(first_line)
        return lines_of(block, first_line=first_line)

    monkeypatch.setattr(json_rows, "BLOCK", 1000)
    monkeypatch.setattr(json_rows, "lines_of", watched)
    return found


def checked(data: bytes, **given: Any) -> dict[str, Any]:
    return validate("x.jsonl", data, collect=True, **given)


def test_only_the_first_block_of_lines_that_are_alike_is_split(split: list[int]) -> None:
    rows = [row(f"T{number}", quantity=0 if number == 90 else 1) for number in range(100)]
    found = checked(json_lines(*rows))
    assert (found["verdict"], found["rows"], split) == ("valid", (100, 100, 0), [1])
    assert found["reasons"] == [("zero_quantity", "quantity", [91], ["0"])]
    assert found["validated"]["transaction_id"].to_list() == [f"T{number}" for number in range(100)]


def test_a_file_whose_lines_differ_is_not_tried_for_ever(split: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[bytes] = []
    real = json_cells.AlikeCells._select

    def watched(self: json_cells.AlikeCells, block: bytes, rows: Any) -> pl.DataFrame | None:
        tried.append(block)
        return real(self, block, rows)

    monkeypatch.setattr(json_cells, "MOST_FAILURES", 3)
    monkeypatch.setattr(json_cells.AlikeCells, "_select", watched)
    rows = [row(f"T{number}", **({"more": 1} if number % 2 else {})) for number in range(100)]
    assert checked(json_lines(*rows))["rows"] == (100, 100, 0)
    assert len(tried) == 3 < len(split)
