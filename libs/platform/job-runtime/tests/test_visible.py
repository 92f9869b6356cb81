from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pos_job_runtime.visible import INVISIBLE, safe_json, visible

CONTRACT = Path(__file__).resolve().parents[3] / "platform/contract/src/invisible.ts"
HOSTILE = "a\x1b[31m\x07\x9b1m\u202eb\u2028\ufeff\u200b\ud800\U000e0041 é😀\\"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T-1001 é 日本 😀", "T-1001 é 日本 😀"),
        ("red \x1b[31m", "red \\x1b[31m"),
        ("bell \x07, C1 \x9b", "bell \\x07, C1 \\x9b"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("evil\u202egpj.csv", "evil\\u202egpj.csv"),
        ("half \ud800", "half \\ud800"),
        ("tag \U000e0041", "tag \\u{e0041}"),
    ],
)
def test_what_a_screen_would_obey_or_hide_is_written_out(text: str, expected: str) -> None:
    assert visible(text) == expected
    assert visible(expected) == expected


def test_json_loses_nothing_and_is_safe_to_show() -> None:
    document = {HOSTILE: [HOSTILE, 1, None]}
    for text in (safe_json(document), safe_json(document, indent=2)):
        assert json.loads(text) == document
        assert visible(text.replace("\n", "")) == text.replace("\n", "")
        text.encode("utf-8")
    assert "é😀" in safe_json(document)


def test_the_contract_lists_the_same_invisible_characters() -> None:
    """What a key refuses is what a message shows."""
    found = re.search(r"INVISIBLE =\n\s*/\[(.*)\]/u", CONTRACT.read_text())
    assert found is not None
    listed = re.sub(r"\\u\{?([0-9A-Fa-f]{4,5})\}?", lambda match: chr(int(match.group(1), 16)), found.group(1))
    assert listed == INVISIBLE
