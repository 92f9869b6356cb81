"""The words of a plan: beside it, in it as earlier releases have them, or nowhere. They are read when asked for."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from pos_job_runtime.plan import Plan, read_plans
from pos_job_runtime.storage import Location, Storage
from pos_job_runtime.words import NO_WORDS, fill_message

BUILT = Path(__file__).resolve().parents[4] / "apps/plan/dist"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The plan and its words as they are built and deployed."""
    for name in ("plan.json", "words.json"):
        (tmp_path / name).write_bytes((BUILT / name).read_bytes())
    return tmp_path


def sales(folder: Path) -> Plan:
    return read_plans(Storage(), Location.parse((folder / "plan.json").as_uri())).dataset("sales")


def words(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "words.json").read_text())["datasets"]["sales"]
    return found


def test_every_code_and_every_table_has_words(folder: Path) -> None:
    plan, expected = sales(folder), words(folder)
    assert sorted(plan.reasons) == sorted(expected["reasons"])
    for code in plan.reasons:
        assert plan.words.reason(code).message == expected["reasons"][code]["message"]
    assert {column.name for column in plan.curated.columns} == set(plan.words.curated().comments)
    for kpi in plan.kpis:
        assert plan.words.kpi(kpi.name).description
        assert {column.name for column in kpi.columns} == set(plan.words.kpi(kpi.name).comments)


def test_they_are_read_once_and_only_when_one_is_asked_for(folder: Path) -> None:
    plan = sales(folder)
    text = (folder / "words.json").read_text()
    (folder / "words.json").write_text(text.replace("is missing", "is lacking"))
    assert "is lacking" in plan.words.reason("missing_value").message
    (folder / "words.json").unlink()
    assert "is lacking" in plan.words.reason("missing_value").message


def test_a_plan_of_an_earlier_release_has_its_own(folder: Path) -> None:
    whole = json.loads((folder / "plan.json").read_text())
    dataset, told = whole["datasets"]["sales"], words(folder)
    for code, reason in dataset["reasons"].items():
        reason.update(told["reasons"][code], message=f"Earlier {code}.")
    dataset["contract"]["description"] = ""
    for column, of_column in zip(dataset["columns"], told["columns"]):
        column.update(of_column)
    dataset["tables"]["curated"]["columns"] = [
        {**column, "comment": "Earlier."} for column in dataset["tables"]["curated"]["columns"]
    ]
    for kpi, of_kpi in zip(dataset["tables"]["kpis"], told["tables"]["kpis"]):
        kpi.update(description=of_kpi["description"])
        for ratio in kpi.get("ratios", ()):
            ratio["description"] = "Earlier."
        kpi["columns"] = [{**column, "comment": "Earlier."} for column in kpi["columns"]]
    (folder / "plan.json").write_text(json.dumps(whole))
    plan = sales(folder)
    assert plan.words.reason("missing_value").message == "Earlier missing_value."
    assert set(plan.words.curated().comments.values()) == {"Earlier."}


@pytest.mark.parametrize("damage", ["gone", "format", "no JSON", "other datasets"])
def test_no_run_fails_for_want_of_a_sentence(folder: Path, damage: str) -> None:
    place = folder / "words.json"
    whole = json.loads(place.read_text())
    if damage == "gone":
        place.unlink()
    elif damage == "no JSON":
        place.write_text("{")
    else:
        changed = {"format": "pos-words/9"} if damage == "format" else {"datasets": {}}
        place.write_text(json.dumps({**whole, **changed}))
    found = sales(folder).words
    assert found.reason("missing_value").message.startswith("missing_value: ")
    assert found.curated() == found.kpi("none") == ("", {})


def test_another_process_gets_the_plan_without_words(folder: Path) -> None:
    plan = sales(folder)
    there: Plan = pickle.loads(pickle.dumps(plan.silent()))
    assert there.content == plan.content
    assert there.words is NO_WORDS
    with pytest.raises(pickle.PicklingError):
        pickle.dumps(plan)


def test_a_value_with_braces_is_not_a_template() -> None:
    told = fill_message("{column}: {value} ({detail})", column="{value}", value="{detail}", detail="x")
    assert told == "{value}: {detail} (x)"
