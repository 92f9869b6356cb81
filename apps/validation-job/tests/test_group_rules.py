"""Rules about rows that belong together: every format and both ways to ask find the rows that break them."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from support import validate
from test_column_kinds import FILES, GOOD, NODE, ROOT

from pos_job_runtime.plan import Plan, parse_plan


@pytest.fixture(scope="module")
def plan() -> Plan:
    done = subprocess.run([*NODE, "plan"], capture_output=True, check=True, cwd=ROOT)
    return parse_plan(done.stdout).dataset("grouped")


def row(basket: str, position: int, **cells: object) -> dict[str, Any]:
    return {**GOOD, "basket": basket, "position": position, **cells}


def judged(plan: Plan, name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What is found in the file. Whether the fast path may be tried makes no difference."""
    write, _ = FILES[name]
    fast, exact = (
        validate(name, write(rows), always_exact=always_exact, plan_=plan, collect=True)
        for always_exact in (False, True)
    )
    assert {key: fast[key] for key in ("rows", "reasons", "messages")} == {
        key: exact[key] for key in ("rows", "reasons", "messages")
    }
    return fast


def first_line(name: str) -> int:
    return 2 if name == "x.csv" else 1


@pytest.mark.parametrize("name", FILES)
def test_a_file_whose_groups_agree_is_valid(plan: Plan, name: str) -> None:
    found = judged(plan, name, [row(f"B{n // 10}", n % 10) for n in range(200)])
    assert (found["rows"], found["reasons"]) == ((200, 200, 0), [])
    assert found["validated"].height == 200


@pytest.mark.parametrize("name", FILES)
def test_a_row_that_contradicts_its_group_is_told_with_both_values(plan: Plan, name: str) -> None:
    later = "2025-05-31T18:05:01+02:00"
    found = judged(plan, name, [row("B1", 1), row("B2", 1), row("B1", 2, sold_at=later), row("B2", 2)])
    at = first_line(name) + 2
    assert found["rows"] == (4, 3, 1)
    assert found["reasons"] == [("sold_apart", "sold_at", [at], ["2025-05-31 16:05:01"])]
    assert found["messages"] == [
        "sold_at is 2025-05-31 16:05:01: 2025-05-31 16:05:00 "
        f"(basket B1, day 1950-01-01, first on line {first_line(name)})."
    ]
    assert found["quarantined"].select("line", "reasons").rows() == [(at, "sold_apart")]
    assert found["validated"].select("basket", "position").rows() == [("B1", 1), ("B2", 1), ("B2", 2)]


@pytest.mark.parametrize("name", FILES)
def test_groups_are_made_of_what_the_key_leaves(plan: Plan, name: str) -> None:
    free = {"amount": 0.0}
    rows = [row("B1", 1, **free), row("B1", 1, **free), row("B1", 1, amount=5.0), row("B1", 2, **free)]
    found = judged(plan, name, rows)
    first = first_line(name)
    assert found["rows"] == (4, 3, 1)
    assert found["reasons"] == [
        ("duplicate_key", "basket", [first + 2], ["B1"]),
        ("free_basket", "amount", [first], ["0.00"]),
        ("repeated_row", "basket", [first + 1], ["B1"]),
    ]
    assert found["messages"][1] == f"amount is 0.00: 2 (basket B1, day 1950-01-01, first on line {first})."
    assert found["validated"].height == 2


@pytest.mark.parametrize("name", FILES)
def test_a_row_that_breaks_rules_of_two_groups_is_one_invalid_row(plan: Plan, name: str) -> None:
    apart = row("B1", 2, sold_at="2025-05-31T18:05:01+02:00", state="it's void")
    found = judged(plan, name, [row("B1", 1), apart])
    assert found["rows"] == (2, 1, 1)
    assert sorted(code for code, *_ in found["reasons"]) == ["single_void", "sold_apart"]
    assert sorted(found["quarantined"]["reasons"][0].split(", ")) == ["single_void", "sold_apart"]


@pytest.mark.parametrize("name", FILES)
def test_a_row_that_is_wrong_by_itself_belongs_to_no_group(plan: Plan, name: str) -> None:
    wrong = row("B1", 1, sold_at="2025-05-31T18:05:01+02:00", until="1949-01-01")
    found = judged(plan, name, [wrong, row("B1", 2), row("B1", 3)])
    assert found["rows"] == (3, 2, 1)
    assert [code for code, *_ in found["reasons"]] == ["until_before_day"]
