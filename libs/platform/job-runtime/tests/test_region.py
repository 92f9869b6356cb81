"""Which region a job works in: the argument's, else the environment's, never one that nobody named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pos_job_runtime.ending import run_job
from pos_job_runtime.errors import UsageError
from pos_job_runtime.region import region

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos_job_runtime.logs import JsonLog


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        # Set first, so that whatever a test leaves behind is taken back.
        monkeypatch.setenv(variable, "")
        monkeypatch.delenv(variable)


def regions_of(argv: Sequence[str]) -> list[str]:
    found: list[str] = []

    def work(argv: Sequence[str], log: JsonLog) -> None:
        found.append(region())

    failure = run_job("loading", work, argv)
    return [*found, *([failure.sentence] if failure else [])]


def test_the_argument_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert regions_of([]) == ["us-west-2"]
    assert regions_of(["--region", "eu-central-1"]) == ["eu-central-1"]
    assert regions_of(["--region=eu-west-1", "--stage", "dev"]) == ["eu-west-1"]


def test_a_job_that_is_told_no_region_says_what_to_do() -> None:
    assert regions_of([]) == [
        "loading: The AWS region is not known: give the job the argument --region, or set AWS_REGION."
    ]
    with pytest.raises(UsageError):
        region()
