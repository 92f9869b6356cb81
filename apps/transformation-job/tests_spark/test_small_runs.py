"""What a small run costs is counted in Spark jobs: seconds tell more about the machine."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest
from rows import some_sales
from spark_side import PYTHON, spark_environment
from twins import Twins

# One that reads, appends and updates both KPI tables; with shuffles and Delta's own MERGE there were 47.
FEW = 18
# Maintenance of three tables that have nothing to compact; where 64 tasks listed the files of each, it took 542.
FEW_TASKS = 200


@pytest.mark.parametrize(
    ("plan", "few"),
    [
        ("one-date", FEW),
        # Where a key may stand on other dates, one asks on which of those read there is any.
        ("as-it-is", FEW + 1),
    ],
)
def test_a_small_run_takes_few_jobs_and_leaves_the_session_as_it_was(
    twins_of: Callable[[str], Twins], plan: str, few: int
) -> None:
    twins = twins_of(plan)
    sales = some_sales(seed=3, count=600, days=3)
    twins.deliver("one", sales[:300])
    twins.deliver("two", sales[300:])
    told = [twins.spark.asked(twins.arguments(run, lake="spark", engine="spark")) for run in ("one", "two")]
    assert [one["code"] for one in told] == [0, 0], told
    assert [one["jobs"] <= few for one in told] == [True, True], told
    for one in told:
        assert one["settings"]["spark.sql.adaptive.enabled"] == "true"
        assert one["settings"]["spark.sql.codegen.wholeStage"] == "true"
        # Whoever asks for the session again, as each table that is maintained does, gets it as it was started.
        assert one["settings"]["spark.databricks.delta.snapshotPartitions"] == "1"
        assert one["views"] == []
    twins.assert_holds("spark", sales)


def test_maintenance_of_few_files_takes_few_tasks(twins: Twins) -> None:
    twins.deliver("one", some_sales(seed=3, count=60, days=3))
    twins.load("one", engine="embedded", lake="spark")
    words = ["--maintain", "yes", "--lake", str(twins.lake("spark")), *twins.arguments("one", lake="spark")[-4:-2]]
    told = twins.spark.asked([*words, "--engine", "spark"])
    assert told["code"] == 0, told
    assert told["tasks"] <= FEW_TASKS, told
    assert told["settings"]["spark.sql.codegen.wholeStage"] == "true"


def test_a_large_run_is_given_a_larger_heap_unless_the_user_says_how_large() -> None:
    asks = (
        "from pos_transformation.store.spark_delta.session import heap; print(heap(rows=6_000), heap(rows=50_000_000))"
    )

    def heaps(**environment: str) -> list[str]:
        known = {name: value for name, value in spark_environment().items() if name != "POS_SPARK_MEMORY"}
        return subprocess.check_output([str(PYTHON), "-c", asks], env={**known, **environment}, text=True).split()

    assert heaps() == ["2g", "6g"]
    assert heaps(POS_SPARK_MEMORY="3g") == ["3g", "3g"]
