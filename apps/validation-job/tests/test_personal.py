"""Values of personal columns stay in the files that they came in, whatever is wrong with these."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from runs import World
from support import HEADER, ROOT, csv, gz, line

from pos_job_runtime.personal import MASKED

if TYPE_CHECKING:
    from pathlib import Path

# What no report may show: a name, and an amount in every way that numbers are written.
NAME = "MrsMiller"
AMOUNT = "7171"
SECRETS = (NAME, AMOUNT)

WRONG = {
    "wrong-id.csv": csv(line(f"{NAME}\t"), line(NAME + "x" * 64), line(f"{NAME}\u200b")),
    "wrong-amount.csv": csv(line(revenue=f"{AMOUNT},00"), line(revenue=f"{AMOUNT}e99"), line(revenue=f"-{AMOUNT}")),
    "contradiction.csv": csv(line(NAME), line(NAME, quantity=9)),
    "beside.csv": csv(line(NAME, quantity="x", revenue=AMOUNT)),
    "width.csv": csv(f"{NAME},1,2", line()),
    "quote.csv": csv(f'1,"2,{NAME}', line()),
    "quote-in-a-cell.csv": csv(line(f'T"{NAME}'), line()),
    "no-header.csv": "\n".join([line(NAME, revenue=AMOUNT)] * 2).encode(),
    "title.csv": f"Sales of {NAME}\n{HEADER}\n{line()}\n".encode(),
    "not-utf8.csv": csv(line(f"{NAME}é")).decode().encode("latin-1"),
    "packed.csv.gz": gz(csv(line(f"{NAME}\t"))),
    "cut.jsonl": f'{{"transaction_id":"{NAME}","revenue":{AMOUNT}'.encode(),
    "no-object.jsonl": f'["{NAME}"]\n"{NAME}"\n'.encode(),
    "type.jsonl": f'{{"transaction_id":["{NAME}"],"revenue":"{AMOUNT}"}}\n'.encode(),
    "odd.txt": f"{NAME} {AMOUNT}".encode(),
}
# Proven and evaluated rows, with warnings that show values.
RIGHT = {
    "warned.csv": csv(
        line(NAME, revenue=AMOUNT, discount_applied=9999), line(NAME, revenue=AMOUNT, discount_applied=9999)
    ),
    "rounded.csv": csv(line(NAME, revenue=f"{AMOUNT}.00001")),
    "sign.csv": csv(line(NAME, revenue=AMOUNT, quantity=0)),
}


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    script = ROOT / "apps/validation-job/tests/personal_plan.ts"
    command = [ROOT / "node_modules/.bin/node", "--conditions=@pos/source", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    path = tmp_path_factory.mktemp("plan") / "plan.json"
    path.write_text(done.stdout)
    return path


@pytest.mark.parametrize("always_exact", ["true", "false"])
def test_nothing_personal_is_shown(tmp_path: Path, plan: Path, always_exact: str) -> None:
    world = World(tmp_path, {**WRONG, **RIGHT}, plan=plan)
    done = world.run(always_exact=always_exact)
    said = {"stdout": done.stdout, "stderr": done.stderr}
    sent = [*WRONG.values(), *RIGHT.values()]
    for path in tmp_path.rglob("*.json*"):
        if path.read_bytes() not in sent:
            said[str(path)] = path.read_text()
    assert len(said) > len(WRONG), "the reports are among them"
    for where, text in said.items():
        for secret in SECRETS:
            assert secret not in text, (where, text[max(0, text.index(secret) - 300) :][:600])
    verdicts = {one["file"].rsplit("/", 1)[1]: one for one in world.lines()}
    assert {name for name, one in verdicts.items() if one["verdict"] == "valid"} == set(RIGHT)
    # What is wrong is told all the same, with its line.
    (reason,) = verdicts["contradiction.csv"]["reasons"]
    assert reason["message"].startswith(f"transaction_id {MASKED} appears more than once")
    assert reason["samples"] == [{"line": 3, "column": "transaction_id", "value": MASKED}]
    assert [r["samples"][0]["value"] for r in verdicts["beside.csv"]["reasons"]] == ["x"]


def test_the_rejected_file_has_everything(tmp_path: Path, plan: Path) -> None:
    world = World(tmp_path, {"width.csv": WRONG["width.csv"]}, plan=plan)
    world.run()
    (copy,) = world.rejected.rglob("width.csv")
    assert copy.read_bytes() == WRONG["width.csv"]
