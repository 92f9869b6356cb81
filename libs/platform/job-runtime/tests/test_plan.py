from __future__ import annotations

import json

import pytest

from pos_job_runtime.errors import PlanError
from pos_job_runtime.plan import parse_plan

TRANSFORM = {
    "dateLiteral": "",
    **dict.fromkeys(
        ("read", "unify", "match", "compare", "conflicts", "replace", "explain", "repair", "canary", "kpis"), ()
    ),
}


def document() -> dict[str, object]:
    return {
        "hash": "sha256:0",
        "kind": "facts",
        "contract": {"name": "c", "version": "1.0.0"},
        "columns": [{"name": "id", "input": "text", "type": "string", "required": True}],
        "key": ["id"],
        "policies": {
            "fileTolerance": 0,
            "unexpectedColumn": "warning",
            "acrossFiles": "keepFirst",
            "largestFile": {"plain": 8000, "gzip": 1000, "decompressed": 20000, "rows": 500, "columns": 50},
        },
        "reasons": {
            "missing_value": {
                "scope": "row",
                "severity": "error",
                "dimension": "completeness",
            }
        },
        "validation": {
            "fast": {
                "columns": [],
                "derived": [],
                "clean": [],
                "warnings": [],
                "select": [],
                "uniqueBy": [{"column": "id", "value": "id"}],
            },
            "exact": {
                "typed": "",
                "rules": [],
                "select": "",
                "columns": [],
                "keys": {"rows": "", "rules": []},
                "groups": [],
            },
        },
        "tables": {
            "curated": {"name": "s", "path": "p", "columns": [], "partitionBy": [], "key": ["id"], "keyScope": []},
            "kpis": [],
        },
        "businessDate": {"timeZone": "UTC", "cutoffHour": 0},
        "transformation": {"duckdb": TRANSFORM, "spark": TRANSFORM},
    }


def whole(**datasets: object) -> dict[str, object]:
    return {"format": "pos-plan/2", "hash": "sha256:1", "datasets": datasets, "defaultDataset": "s"}


def test_a_plan_is_read() -> None:
    plan = parse_plan(json.dumps(whole(s=document()))).dataset()
    assert plan.contract.hash == "sha256:0"
    assert plan.columns[0].required
    assert plan.reason("missing_value").severity == "error"


def test_another_format_is_refused_in_one_sentence() -> None:
    with pytest.raises(PlanError, match="has the format 'pos-plan/1', but this job reads 'pos-plan/2'"):
        parse_plan(json.dumps({**whole(s=document()), "format": "pos-plan/1"}))


@pytest.mark.parametrize("text", ["", "[]", "{", "null", b"\xff\xfe"])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(PlanError):
        parse_plan(text)


def test_damage_is_located() -> None:
    damaged = document()
    damaged["columns"] = [{"name": "id", "input": "text", "type": "string", "required": "yes"}]
    with pytest.raises(
        PlanError,
        match=r"dataset s, is not a valid dataset plan: columns\[0\]\.required: expected `bool`",
    ):
        parse_plan(json.dumps(whole(s=damaged))).dataset("s")


def test_a_dataset_is_found_by_its_id_and_one_that_is_not_there_is_named() -> None:
    other = {**document(), "hash": "sha256:2"}
    plans = parse_plan(json.dumps(whole(s=document(), t=other)), origin="plan.json")
    assert plans.ids == ("s", "t")
    assert plans.dataset("t").contract.hash == "sha256:2"
    assert plans.dataset(None).contract.hash == "sha256:0"
    with pytest.raises(PlanError, match=r"plan\.json has no dataset 'u'; it has s, t\."):
        plans.dataset("u")
