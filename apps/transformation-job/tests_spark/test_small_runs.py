"""What a small run costs is counted in Spark jobs: seconds tell more about the machine."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from rows import some_sales
from spark_side import PYTHON, TESTS, spark_environment
from world import Delivery, World

from pos_job_runtime.storage import Location

MARK = '{"jobs": '
# One that reads, appends and updates both KPI tables; with shuffles and Delta's own MERGE there were 47.
FEW = 18


def test_a_small_run_takes_few_jobs_and_leaves_the_session_as_it_was(tmp_path: Path, plans: dict[str, Any]) -> None:
    world = World(Location("file", "", str(tmp_path / "home")), plans["as-it-is"])
    sales = some_sales(seed=3, count=600, days=3)
    world.deliver("one", Delivery(sales[:300]))
    world.deliver("two", Delivery(sales[300:]))
    lines = [json.dumps([*world.arguments(run)[:-1], "spark"]) for run in ("one", "two")]
    done = subprocess.run(
        [str(PYTHON), str(TESTS / "counting_driver.py")],
        env=spark_environment(),
        input="\n".join(lines),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stderr.splitlines() if line.startswith(MARK)]
    assert [one["jobs"] <= FEW for one in told] == [True, True], told
    for one in told:
        assert one["settings"]["spark.sql.adaptive.enabled"] == "true"
        assert one["settings"]["spark.sql.codegen.wholeStage"] == "true"
    world.assert_holds(sales)


def test_a_large_run_is_given_a_larger_heap_unless_the_user_says_how_large() -> None:
    asks = (
        "from pos_transformation.store.spark_delta.session import heap; print(heap(rows=6_000), heap(rows=50_000_000))"
    )

    def heaps(**environment: str) -> list[str]:
        known = {name: value for name, value in spark_environment().items() if name != "POS_SPARK_MEMORY"}
        return subprocess.check_output([str(PYTHON), "-c", asks], env={**known, **environment}, text=True).split()

    assert heaps() == ["2g", "6g"]
    assert heaps(POS_SPARK_MEMORY="3g") == ["3g", "3g"]
