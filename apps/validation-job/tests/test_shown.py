"""Whatever a file or its name has in it, what is said of it can be read on any screen, and has an end."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from runs import World, environment
from support import HEADER, PLAN, csv, line, validate

from pos_job_runtime.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "a\x1b[31m\x07\x9b1m\u202eb\u2028\ufeff"
LONGEST = 1000

FILES = {
    "cells.csv": csv(line(HOSTILE), line(quantity=HOSTILE), line(revenue=HOSTILE, timestamp=HOSTILE)),
    "names.csv": csv(line() + ",x", header=f"{HEADER},{HOSTILE}"),
    "no-names.csv": csv("1,2", header=f"{HOSTILE},{HOSTILE}x"),
    "misspelt.csv": csv(line(), header=HEADER.replace("quantity", "\x1bquantity")),
    "width.csv": csv(HOSTILE),
    "quote.csv": csv(f'"{HOSTILE}"{HOSTILE},1'),
    "title.csv": csv(line(), header=f"{HOSTILE}\n{HEADER}"),
    "names.jsonl": json.dumps({HOSTILE: 1, "transaction_id": HOSTILE}).encode(),
    "broken.jsonl": ('{"a": 1}' + HOSTILE).encode(),
    "long-names.csv": csv("1", header=",".join("x" * 300 + str(number) for number in range(300))),
    "long-name.csv": csv("1", header="y" * 60_000),
    "long-cell.csv": csv(line(quantity="z" * 100_000)),
    "long-names.jsonl": json.dumps({"k" * 5000 + str(number): 1 for number in range(100)}).encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_messages_can_be_read_on_any_screen_and_have_an_end(name: str) -> None:
    found = validate(name, FILES[name])
    assert found["messages"]
    for text in [*found["messages"], *(column or "" for _, column, _, _ in found["reasons"])]:
        assert visible(text) == text
        assert len(text) <= LONGEST


def test_a_value_is_kept_as_it_was_sent() -> None:
    ((_, _, _, values), *_) = validate("cells.csv", csv(line(quantity=HOSTILE)))["reasons"]
    assert values == [HOSTILE]


def test_no_document_and_no_log_has_anything_that_a_screen_obeys(tmp_path: Path) -> None:
    files = {f"{HOSTILE}{name}": data for name, data in FILES.items()}
    world = World(tmp_path, files)
    done = world.run()
    written = [path.read_text("utf-8") for path in tmp_path.rglob("*.json*") if path.read_bytes() not in files.values()]
    assert len(written) >= len(FILES)
    for text in (done.stdout, done.stderr, *written):
        plain = text.replace("\n", "")
        assert visible(plain) == plain
    assert {one["file"] for one in world.lines()} == {f"incoming/{name}" for name in files}


def test_nor_has_the_check_of_local_files(tmp_path: Path) -> None:
    path = tmp_path / f"{HOSTILE}.csv"
    path.write_bytes(FILES["cells.csv"])
    for more in ([], ["--json"]):
        command = [sys.executable, "-m", "pos_validation.check", "--plan", str(PLAN), *more, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
        assert done.returncode == 1
        for text in (done.stdout, done.stderr):
            assert visible(text.replace("\n", "")) == text.replace("\n", "")
