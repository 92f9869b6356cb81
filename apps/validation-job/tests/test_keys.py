"""Keys that come again in a file: the job says what the contract's own reading says, however far the key reaches."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from support import ROOT, csv, line, validate

from pos_job_runtime.plan import parse_plan
from pos_validation.evaluation import file_evaluation
from pos_validation.formats import csv_file


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    script = "apps/validation-job/tests/keys_plan.ts"
    command = [ROOT / "node_modules/.bin/node", "--conditions=@pos/source", ROOT / script]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout)
    return found


@pytest.mark.parametrize("scope", ["nothing", "date", "days"])
def test_the_job_says_what_the_contract_says(answers: dict[str, Any], scope: str) -> None:
    plan = parse_plan(json.dumps(answers[scope]["plan"]).encode()).dataset("sales")
    broken = set()
    for case in answers[scope]["cases"]:
        rows = [line(name, quantity=quantity, timestamp=moment) for name, quantity, moment in case["sent"]]
        found = validate("x.csv", csv(*rows), plan_=plan, collect=True)
        told = sorted((code, at) for code, _, lines, *_ in found["reasons"] for at in lines)
        wanted = sorted((code, place + 2) for place, codes in enumerate(case["told"]) for code in codes)
        assert told == wanted, case
        broken.update(code for code, _ in told)
    assert broken == {"duplicate_key", "repeated_row"}


def in_blocks(monkeypatch: pytest.MonkeyPatch, *names: str) -> dict[str, Any]:
    """What is found in a file of rows with these keys, some rows at a time."""
    monkeypatch.setattr(csv_file, "WHOLE", 0)
    monkeypatch.setattr(csv_file, "BLOCK", 100)
    return validate("x.csv", csv(*(line(name) for name in names)))


def test_keys_in_ascending_order_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(file_evaluation, "repeated")
    found = in_blocks(monkeypatch, *(f"T{number:04d}" for number in range(50)))
    assert (found["verdict"], found["rows"]) == ("valid", (50, 50, 0))


@pytest.mark.parametrize("again", range(50))
def test_a_key_that_comes_again_is_found_wherever_it_stands(again: int, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"T{number:04d}" for number in range(50)]
    names.insert(again + 1, names[again])
    found = in_blocks(monkeypatch, *names)
    assert found["reasons"] == [("repeated_row", "transaction_id", [again + 3], [names[again]])]
    assert found["rows"] == (51, 51, 0)
