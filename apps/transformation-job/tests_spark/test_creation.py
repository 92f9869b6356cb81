"""Spark creates tables on a bad day: the answer gets lost, or the embedded engine does it in the same moment."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from local_s3 import LocalS3
from rows import some_sales
from slow_proxy import SlowProxy
from spark_side import PYTHON, spark_environment
from world import PROJECT, World

from pos_job_runtime.storage import Location

SALES = some_sales(seed=1, count=40)


@pytest.mark.parametrize("lost", [2])
def test_a_creation_whose_answer_got_lost(
    local_s3: LocalS3, monkeypatch: pytest.MonkeyPatch, plans: dict[str, Any], lost: int
) -> None:
    for name, value in local_s3.environment.items():
        monkeypatch.setenv(name, value)
    world = World(Location("s3", local_s3.new_bucket(), "home"), plans["as-it-is"])
    world.deliver("one", SALES)
    words = [*world.arguments("one")[:-1], "spark"]
    with SlowProxy.started(local_s3.environment["AWS_ENDPOINT_URL"], seconds=0, drop_answers=lost) as proxy:
        done = subprocess.run(
            [str(PYTHON), str(PROJECT / "main.py"), *words],
            env=spark_environment({**local_s3.environment, "AWS_ENDPOINT_URL": proxy.endpoint}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        assert proxy.drop_answers == 0
    world.assert_holds(SALES)
