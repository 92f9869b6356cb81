"""JSON lines that are nested, doubled or wrapped in unusual ways."""

from __future__ import annotations

import json

import pytest
from support import json_lines, row, validate

NESTED: dict[str, tuple[str, tuple[str, str | None]]] = {
    "deep, in a column": ('"store_id": ' + "[" * 700 + "]" * 700, ("wrong_type", "store_id")),
    "deeper than is read": ('"store_id": ' + "[" * 900 + "]" * 900, ("broken_json", None)),
    "objects": ('"store_id": ' + '{"a":' * 5000 + "1" + "}" * 5000, ("broken_json", None)),
    "never closed": ('"store_id": ' + "[" * 100_000, ("broken_json", None)),
}


@pytest.mark.parametrize(("text", "reason"), NESTED.values(), ids=NESTED.keys())
def test_deep_nesting_has_a_plain_reason(text: str, reason: tuple[str, str | None]) -> None:
    rest = json.dumps({name: value for name, value in row("T2").items() if name != "store_id"})[1:]
    found = validate("x.jsonl", json_lines(row(), "{" + text + ", " + rest))
    assert [(code, column, lines) for code, column, lines, _ in found["reasons"]] == [(*reason, [2])]


def test_brackets_within_texts_nest_nothing() -> None:
    found = validate("x.jsonl", json_lines({**row(), "note": '[{\\"' * 2000}))
    assert found["verdict"] == "valid"


def test_a_name_with_half_a_character_is_only_unexpected() -> None:
    found = validate("x.jsonl", json_lines('{"n\\ud800": 1, ' + json.dumps(row())[1:]))
    assert (found["verdict"], found["reasons"]) == ("valid", [("unexpected_column", "n\\ud800", [1], ["n\\ud800"])])


def test_objects_within_one_document_are_told_so() -> None:
    found = validate("x.json", json.dumps({"data": [row()]}).encode())
    assert found["reasons"][0][:3] == ("missing_column", "transaction_id", [1])
    assert "'data' holds a list: write each of its objects on a line of its own" in found["messages"][0]
    assert "it is an empty JSON array" in validate("x.json", b" []\n")["messages"][0]
