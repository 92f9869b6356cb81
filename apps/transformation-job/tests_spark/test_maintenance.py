"""Many small files become few, old ones go, and neither a reader nor a load notices."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta

import pytest
from rows import some_sales
from spark_side import SparkSide
from twins import TABLES, Twins
from world import CURATED

from pos_job_runtime.logs import JsonLog
from pos_transformation.engines.embedded.maintenance import EmbeddedKeeper
from pos_transformation.maintenance import SMALL_FILES, maintain

SHARES = [some_sales(seed=seed, count=60, days=2) for seed in range(SMALL_FILES + 1)]


def load_many(twins: Twins) -> None:
    for number, share in enumerate(SHARES):
        twins.deliver(f"run-{number}", share)
        twins.load(f"run-{number}", engine="embedded", lake="lake")


def arguments(twins: Twins, *more: str) -> Sequence[str]:
    plan = twins.world.home.child("plan.json")
    return ["--maintain", "yes", "--lake", str(twins.lake("lake")), "--plan", str(plan), *more]


@pytest.mark.parametrize("engine", ["embedded", "spark"])
def test_small_files_are_put_together_and_nothing_else_changes(twins: Twins, spark: SparkSide, engine: str) -> None:
    load_many(twins)
    reader = twins.table("lake", CURATED)
    before = reader.to_pyarrow_table().num_rows
    code, errors = spark.maintain([*arguments(twins), "--engine", engine], engine=engine)
    assert code == 0, errors
    assert len(twins.files("lake", CURATED)) == 2
    everything = [sale for share in SHARES for sale in share]
    twins.assert_holds("lake", everything)
    # Who opened the table before reads on: old files stay for the retention.
    assert reader.to_pyarrow_table().num_rows == before
    # A load afterwards finds the KPI tables up to date, whichever engine it has.
    late = some_sales(seed=99, count=40)
    twins.deliver("late", late)
    summary = twins.load("late", engine="embedded", lake="lake")
    assert summary["rows"]["appended"] == 40
    twins.assert_holds("lake", [*everything, *late])


def test_files_older_than_the_retention_are_deleted(twins: Twins) -> None:
    load_many(twins)
    log = JsonLog(job="maintenance", run_id="", stream=io.StringIO())
    place = {"lake": twins.lake("lake"), "plan": twins.world.home.child("plan.json")}
    done = maintain(**place, keeper=EmbeddedKeeper(), retention=timedelta(0), log=log)
    assert done["sales"].removed == done["sales"].deleted == 2 * len(SHARES)
    twins.assert_holds("lake", [sale for share in SHARES for sale in share])
    for path in TABLES:
        assert (twins.lake("lake").child(path, "_delta_log", "_last_checkpoint").path).exists()


def test_a_retention_that_endangers_readers_is_refused(twins: Twins, spark: SparkSide) -> None:
    twins.deliver("run", SHARES[0])
    twins.load("run", engine="embedded", lake="lake")
    code, errors = spark.maintain([*arguments(twins), "--retention_days", "1"], engine="embedded")
    assert code == 2
    assert "--retention_days" in errors
