"""Runs that an earlier release's trigger started and its jobs left unfinished are ended by today's jobs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from world import PLAN, ROOT, World, read_plan

from pos_job_runtime.storage import Location

RUNS = Path(__file__).parent / "upgrade" / "runs"
EXECUTIONS: dict[str, dict[str, Any]] = json.loads((RUNS / "executions.json").read_text())


@pytest.fixture
def world(tmp_path: Path) -> World:
    """The buckets as the earlier release left them."""
    shutil.copytree(RUNS, tmp_path / "buckets")
    for path in tmp_path.rglob("*.json*"):
        path.write_text(path.read_text().replace("file:///earlier", (tmp_path / "buckets").as_uri()))
    return World(Location("file", "", str(tmp_path / "buckets")), read_plan())


def validate(world: World, name: str, shard: int) -> str:
    """The validation job with the arguments of that release's state machine, which running executions keep."""
    of_run = EXECUTIONS[name]
    given = {
        "run_id": of_run["runId"],
        "manifest": world.results.child("runs", of_run["runId"], "manifest.json"),
        "shard": shard,
        "shards": of_run["shards"],
        "results": world.results,
        "rejected": world.home.child("rejected"),
        "plan": PLAN.as_uri(),
    }
    code = (ROOT / "apps/validation-job/src", ROOT / "libs/platform/job-runtime/src")
    done = subprocess.run(
        [
            sys.executable,
            str(ROOT / "apps/validation-job/main.py"),
            *(word for argument, value in given.items() for word in (f"--{argument}", str(value))),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, code))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ids(world: World) -> list[str]:
    """The transactions in the table."""
    return sorted(world.frame("curated/sales")["transaction_id"])


def verdicts(world: World, name: str) -> dict[str, str]:
    """The verdict on each file of a run."""
    place = world.results.child("runs", EXECUTIONS[name]["runId"], "validation", "files.jsonl").path
    lines = map(json.loads, place.read_text().splitlines())
    return {Path(line["file"]).name: line["verdict"] for line in lines}


# Which of a run's shards are still to be validated, by how far it had come.
@pytest.mark.parametrize(("name", "left"), [("announced", [0]), ("half", [1]), ("cut", [0]), ("validated", [])])
def test_a_run_that_the_earlier_release_began_is_ended(world: World, name: str, left: list[int]) -> None:
    said = "".join(validate(world, name, shard) for shard in left)
    expected = {"a.csv": "valid", "b.csv": "valid"}
    # What the earlier release had moved before it was cut off is known by its report.
    assert verdicts(world, name) == (expected if name == "half" else {**expected, "bad.csv": "rejected"})
    summary = world.load(EXECUTIONS[name]["runId"])
    assert summary["rows"] == {"in": 6, "appended": 6, "duplicates": 0, "conflicts": 0, "updated": 0}
    assert ids(world) == [f"{name}-{number}" for number in range(6)]
    # One plan judges a whole run, so that the shard of the earlier release's is validated again, by the last to end.
    assert said.count('"event": "started"') == (2 if name == "half" else len(left))
