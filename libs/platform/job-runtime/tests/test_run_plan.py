"""A run goes to its end with the plan that it began with."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from pos_job_runtime.errors import PlanError, StorageError
from pos_job_runtime.logs import JsonLog
from pos_job_runtime.plan import read_run_plan
from pos_job_runtime.storage import Storage

PLAN = Path(__file__).resolve().parents[4] / "apps/plan/dist/plan.json"


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


def written(path: Path, version: str) -> str:
    """The compiled plan with another version of sales; where it lies."""
    plan = json.loads(PLAN.read_text())
    plan["datasets"]["sales"]["contract"]["version"] = version
    path.write_text(json.dumps(plan))
    return path.as_uri()


def version(tmp_path: Path, said: io.StringIO, *, run: str) -> str:
    """Of the plan that a job works by, whose own is 2.0.0."""
    own = written(tmp_path / "own.json", "2.0.0")
    log = JsonLog(job="validation", run_id="r", stream=said)
    return read_run_plan(Storage(), run=run, own=own, dataset="sales", log=log).contract.version


def test_a_job_works_by_the_plan_of_its_run(tmp_path: Path, said: io.StringIO) -> None:
    assert version(tmp_path, said, run=written(tmp_path / "run.json", "1.0.0")) == "1.0.0"
    assert said.getvalue() == ""


def test_a_run_that_names_none_has_the_jobs_own(tmp_path: Path, said: io.StringIO) -> None:
    assert version(tmp_path, said, run="") == "2.0.0"
    assert said.getvalue() == ""


@pytest.mark.parametrize("damage", ["gone", "format", "dataset"])
def test_a_plan_that_cannot_be_gone_on_with_is_the_jobs_own(tmp_path: Path, said: io.StringIO, damage: str) -> None:
    path = tmp_path / "run.json"
    run = written(path, "1.0.0")
    plan = json.loads(path.read_text())
    if damage == "gone":
        path.unlink()
    elif damage == "format":
        path.write_text(json.dumps({**plan, "format": "pos-plan/9"}))
    else:
        del plan["datasets"]["sales"]["validation"]
        path.write_text(json.dumps(plan))
    assert version(tmp_path, said, run=run) == "2.0.0"
    line = json.loads(said.getvalue())
    assert (line["event"], line["plan"]) == ("plan-of-another-release", run)


def test_a_job_without_any_plan_fails_in_words(tmp_path: Path, said: io.StringIO) -> None:
    log = JsonLog(job="validation", run_id="r", stream=said)
    run = (tmp_path / "run.json").as_uri()
    with pytest.raises((PlanError, StorageError), match=r"own\.json"):
        read_run_plan(Storage(), run=run, own=(tmp_path / "own.json").as_uri(), dataset="sales", log=log)
