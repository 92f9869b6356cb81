from __future__ import annotations

import pytest

from pos_job_runtime.args import parse_arguments
from pos_job_runtime.errors import UsageError

REQUIRED = ("run_id", "plan")


def test_glues_own_arguments_are_ignored() -> None:
    argv = [
        "--JOB_NAME",
        "pos",
        "--run_id",
        "r1",
        "--enable-metrics",
        "--extra-py-files",
        "s3://b/a.whl",
        "--plan=s3://b/p.json",
    ]
    assert parse_arguments(argv, required=REQUIRED) == {"run_id": "r1", "plan": "s3://b/p.json"}


def test_a_runs_argument_overrides_the_jobs_default() -> None:
    argv = ["--plan", "old", "--run_id", "r", "--plan", "new"]
    assert parse_arguments(argv, required=REQUIRED)["plan"] == "new"


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--run_id", "r"], "Missing argument: --plan."),
        ([], "Missing arguments: --run_id, --plan."),
        (["--run_id", "--plan", "p"], "Argument --run_id needs a value."),
        (["--run_id", " ", "--plan", "p"], "Missing argument: --run_id."),
    ],
)
def test_what_is_missing_is_named(argv: list[str], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_arguments(argv, required=REQUIRED)
    assert str(caught.value) == sentence


def test_a_choice_is_held_to() -> None:
    with pytest.raises(UsageError, match="must be one of embedded, spark"):
        parse_arguments(["--engine", "x"], required=["engine"], choices={"engine": ["embedded", "spark"]})
